"""The way in."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, redirect_to_login
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from casework import brake
from casework.views.given import page_of_ours


class LoginForm(AuthenticationForm):
    """Username and password, in the look of the workbench."""

    error_messages = AuthenticationForm.error_messages | {
        "invalid_login": _("Username and password do not fit together."),
        "too_many": _("Too many tries. Wait a quarter of an hour, then log in again."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for each in self.fields.values():
            each.widget.attrs["class"] = "input"
        self.fields["password"].widget = forms.PasswordInput(attrs={"class": "input", "autocomplete": "current-password"})

    def clean(self) -> dict[str, Any]:
        """Look at the password, unless this name has been tried too often. The wait says nothing of whether the name exists."""
        username, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if not username or not password:
            return super().clean()
        if not brake.may_try(username):
            raise forms.ValidationError(self.error_messages["too_many"], code="too_many")
        cleaned = super().clean()
        brake.forget(username)
        return cleaned


class Login(LoginView):
    """Who is logged in already goes on."""

    template_name = "casework/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """The page again; 429 while the name must wait."""
        answer = super().form_invalid(form)
        if form.has_error(NON_FIELD_ERRORS, "too_many"):
            answer.status_code = HTTPStatus.TOO_MANY_REQUESTS
            answer["Retry-After"] = str(brake.WINDOW)
        return answer


class BackToThePage:
    """Who sends a form without being logged in any more comes back to the page on which it stood: the address of a deed shows nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Lead the way to the login past the page that the browser names, when it is ours; else it is left as it is."""
        answer = self.get_response(request)
        is_sent_away = answer.status_code == HTTPStatus.FOUND and answer["Location"].startswith(
            f"{settings.LOGIN_URL}?{REDIRECT_FIELD_NAME}="
        )
        page = page_of_ours(request)
        if request.method != "POST" or not is_sent_away or not page or page.startswith(settings.LOGIN_URL):
            return answer
        return redirect_to_login(page)
