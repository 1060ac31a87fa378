"""Addresses of the API of refunds, below /api/v1/."""

from django.urls import path

from refunds.api.refunds import Refunds
from refunds.api.register import Register
from refunds.api.reshipments import Reshipments

urlpatterns = [
    path("refunds/", Refunds.as_view(), name="api-refunds"),
    path("reshipments/", Reshipments.as_view(), name="api-reshipments"),
    path("register/", Register.as_view(), name="api-register"),
]
