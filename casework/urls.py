"""Addresses of casework."""

from django.contrib.auth.views import LogoutView
from django.urls import URLPattern, URLResolver, include, path

from casework.views import me, queue, session, today

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include("casework.api.urls")),
    path("", today.today, name="today"),
    path("cases/", queue.queue, name="queue"),
    path("login/", session.Login.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("me/", me.me, name="me"),
    path("me/look/", me.look, name="look"),
]
