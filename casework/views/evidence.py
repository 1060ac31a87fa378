"""Pictures of cases: private, shown to those who see the case, to nobody's cache."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest
from django.views.decorators.http import require_safe
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from casework.actions.add_evidence import evidence_path
from casework.models import Evidence
from orders.access import Actor, actor_of
from orders.api.tokens import TokenAuthentication
from orders.errors import NotFound

# A picture runs nothing and loads nothing, even when a browser takes it for something else.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"


@require_safe
def picture(request: HttpRequest, evidence_id: int) -> FileResponse:
    """The picture. Raises NotFound for strangers, outside the person's shops, and when its file is gone."""
    found = Evidence.objects.for_actor(_viewer(request)).filter(pk=evidence_id).first()
    if found is None:
        raise NotFound
    try:
        file = evidence_path(found).open("rb")
    except FileNotFoundError:
        raise NotFound from None
    answer = FileResponse(file, content_type=found.mime, filename=f"{found.pk}-{found.kind}")
    answer["Content-Security-Policy"] = POLICY
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


def _viewer(request: HttpRequest) -> Actor:
    """Whoever is logged in, or the person of the token that the request carries. Raises NotFound for everybody else."""
    try:
        known = TokenAuthentication().authenticate(Request(request))
    except AuthenticationFailed:
        raise NotFound from None
    if known is not None:
        return Actor.of(known[0], "api", request_id=getattr(request, "request_id", ""))
    if not request.user.is_authenticated:
        raise NotFound
    return actor_of(request)
