"""Addresses of orders."""

from django.urls import URLPattern, URLResolver, include, path

from orders.views.import_run import cancel, confirm, held, held_csv, import_run, progress
from orders.views.imports import imports
from orders.views.order import order

urlpatterns: list[URLPattern | URLResolver] = [
    path("orders/<int:order_id>/", order, name="order"),
    path("imports/", imports, name="imports"),
    path("imports/<int:run_id>/", import_run, name="import"),
    path("imports/<int:run_id>/confirm/", confirm, name="import-confirm"),
    path("imports/<int:run_id>/cancel/", cancel, name="import-cancel"),
    path("imports/<int:run_id>/progress/", progress, name="import-progress"),
    path("imports/<int:run_id>/held/", held, name="import-held"),
    path("imports/<int:run_id>/held.csv", held_csv, name="import-held-csv"),
    path("api/v1/", include("orders.api.urls")),
]
