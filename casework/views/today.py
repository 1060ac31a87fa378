"""The first screen: what runs out first."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET


@require_GET
@login_required
def today(request: HttpRequest) -> HttpResponse:
    """What runs out first across kinds."""
    return render(request, "casework/today.html", {})
