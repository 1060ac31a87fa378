"""Every address of the desk. What an app offers is in its own urls.py."""

from django.contrib import admin
from django.urls import include, path, re_path

from casework.api.docs import Schema, docs
from casework.api.errors import unknown_address
from config import views

urlpatterns = [
    path("healthz", views.healthz),
    path("readyz", views.readyz),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
    path("", include("orders.urls")),
    path("", include("casework.urls")),
    path("", include("logistics.urls")),
    path("", include("refunds.urls")),
    path("api/schema/", Schema.as_view(), name="api-schema"),
    path("api/docs/", docs, name="api-docs"),
    path("api/docs/<slug:chapter>/", docs, name="api-chapter"),
    re_path("^api/", unknown_address),
]

handler400 = "casework.views.errors.bad_request"
handler403 = "casework.views.errors.forbidden"
handler404 = "casework.views.errors.missing"
handler500 = "casework.views.errors.broken"
