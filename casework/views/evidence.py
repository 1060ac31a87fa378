"""Pictures of cases: private, shown to those who see the case, to nobody's cache."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest
from django.views.decorators.http import require_safe

from casework.actions.add_evidence import evidence_path
from casework.models import Evidence
from orders.access import actor_of
from orders.errors import NotFound

# A picture runs nothing and loads nothing, even when a browser takes it for something else.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"


@require_safe
@login_required
def picture(request: HttpRequest, evidence_id: int) -> FileResponse:
    """The picture. Raises NotFound outside the person's shops, and when its file is gone."""
    found = Evidence.objects.for_actor(actor_of(request)).filter(pk=evidence_id).first()
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
