"""Addresses of logistics."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from logistics.views import board, webhooks

urlpatterns: list[URLPattern | URLResolver] = [
    path("stalled/", board.board, name="stalled"),
    path("stalled/run/", board.run, name="stalled-run"),
    path("stalled/runs/", board.runs, name="stalled-runs"),
    path("api/v1/", include("logistics.api.urls")),
    # With or without the last slash: a redirect would lose the push.
    re_path(r"^webhooks/kuaidi100/(?P<shop_code>[^/]+)/?$", webhooks.kuaidi100, name="kuaidi100_push"),
]
