"""A new password for oneself."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from orders.access import acting, actor_of


class Password(LoginRequiredMixin, PasswordChangeView):
    """The old one is asked for; other logins of the person end."""

    template_name = "casework/password.html"
    success_url = reverse_lazy("me")

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep it and say so. The journal says whose it was."""
        with acting(actor_of(self.request)):
            answer = super().form_valid(form)
        messages.success(self.request, _("The password is changed."))
        return answer
