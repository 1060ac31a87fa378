"""Addresses of the API of orders, below /api/v1/."""

from django.urls import path

from orders.api.orders import Orders

urlpatterns = [path("orders/", Orders.as_view(), name="api-orders")]
