"""Every address of the desk. What an app offers is in its own urls.py."""

from django.contrib import admin
from django.urls import include, path

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
]

handler400 = "casework.views.errors.bad_request"
handler403 = "casework.views.errors.forbidden"
handler404 = "casework.views.errors.missing"
handler500 = "casework.views.errors.broken"
