"""The way in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.utils.translation import gettext_lazy as _


class LoginForm(AuthenticationForm):
    """Username and password, in the look of the workbench."""

    error_messages = AuthenticationForm.error_messages | {"invalid_login": _("Username and password do not fit together.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for each in self.fields.values():
            each.widget.attrs["class"] = "input"
        self.fields["password"].widget = forms.PasswordInput(attrs={"class": "input", "autocomplete": "current-password"})


class Login(LoginView):
    """Who is logged in already goes on."""

    template_name = "casework/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True
