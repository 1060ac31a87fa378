"""Addresses of orders."""

from django.urls import URLPattern, URLResolver, include, path

from orders.views.imports import imports
from orders.views.order import order

urlpatterns: list[URLPattern | URLResolver] = [
    path("orders/<int:order_id>/", order, name="order"),
    path("imports/", imports, name="imports"),
    path("api/v1/", include("orders.api.urls")),
]
