"""Recording a talk with the courier on the page of its case."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from casework.views.verbs import refuse_stale, verb
from logistics.actions.record_inquiry import record_inquiry
from logistics.inquiring import inquiry_sent
from orders.access import Actor
from orders.clock import now_of


@verb("inquiry")
def inquiry(request: HttpRequest, case_id: int, by: Actor) -> str:
    """Record whom we asked, what they answered and promised."""
    refuse_stale(request, case_id, by)
    record_inquiry(case_id, facts=inquiry_sent(request.POST), by=by, at=now_of(request))
    return _("The inquiry is recorded.")
