"""How the request stands, as its guards and clocks read it from the situation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from casework import step_up
from casework.models import Case
from casework.situation import Situation
from casework.workflow import Clock
from orders.errors import Reason
from refunds.asking.grounds import why_not
from refunds.kinds.asked_on_platform import (
    asked_there,
)
from refunds.kinds.refund_state import State
from refunds.models.request import PayeeChannel
from refunds.standing import Standing

# Why a request that goes another way than by the platform goes no further.
PAID_THERE = _("The platform has paid this meanwhile; paid here as well it would be paid twice.")


def standing(at: Situation) -> Standing:
    """How the request stands: the situation's part that refunds adds."""
    found: Standing = at.more["standing"]
    return found


def ground_of(at: Situation) -> list[Reason]:
    """Why the reason of the request in force does not hold (R3.1, R7.1, R9.1)."""
    mine = standing(at)
    return why_not(mine.request, mine.around) if mine.around is not None else []


def stopped_by(at: Situation) -> Sequence[str]:
    """The cases by which a courier is stopping a parcel whose goods are to be refunded (L9.6)."""
    mine = standing(at)
    return mine.around.stopped_by if mine.around is not None and mine.request.lines else ()


def is_paid_there(at: Situation) -> bool:
    """Whether the platform has paid meanwhile what is to go another way: the very request, or so much that less is left than is set aside."""
    request, there = standing(at).request, asked_there(at)
    if request.payee_channel == PayeeChannel.PLATFORM:
        return False
    is_short = at.order is not None and at.order.room < 0 and request.amount > request.beyond
    return is_short or (there is not None and there.is_paid)


def wants_password(at: Situation) -> bool:
    """Whether a yes would pass `step_up_above` for the order in all, and the password was not given again just now."""
    if standing(at).cumulated <= at.policy("step_up_above"):
        return False
    return not step_up.is_fresh(at.actor, now=at.now, valid=at.policy("step_up_valid").length)


def approval_ends(case: Case, at: Situation, start: dt.datetime) -> dt.datetime | None:
    """When the approval in force ends: the database's own instant, which decides about the payout as well."""
    approval = standing(at).approval
    return approval.valid_until if approval else None


MORE_EVIDENCE = Clock("more_evidence", _("Bring what was asked for"), (State.SENT_BACK,), lasts="more_evidence_within", rule="R1.3")
APPROVAL_HOLDS = Clock("approval", _("Approval holds"), (State.TO_PAY,), due=approval_ends, then=("expire",), rule="R1.2")
TELL = Clock("tell", _("Tell the customer"), (State.PAID,), lasts="reply_within", rule="R2.3")
