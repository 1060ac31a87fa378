"""L5.1, L5.2: what is missing, and the first checks: order lines, weights, and the photos that are waited for."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.workflow import step
from logistics.kinds import checking
from logistics.kinds.checking import ChecksGoods, note_pieces
from logistics.kinds.missing_items.said import Missing
from logistics.kinds.missing_items.states import OPEN, WEIGHING, State
from logistics.models.loss import Loss
from orders.roles import AGENTS


class Checks(ChecksGoods):
    """From the customer's word to the photos."""

    # L5.1 -------------------------------------------------------------------------------------------

    @step(
        State.TO_ASK,
        State.CHECK_LINES,
        label=_("Note what is missing"),
        rule="L5.1",
        by=AGENTS,
        facts=Missing,
        hint=_("Small parts are often overlooked: say where this product is packed."),
    )
    def missing_named(self, facts: dict[str, Any]) -> None:
        """Lines and pieces, compared with what was ordered; a piece whose money went back already is not missing (L5.2)."""
        note_pieces(self, facts["items"])

    found_after_all = checking.turns_up(OPEN, State.FOUND, label=_("Found after all"), cause=Loss.Cause.MISSING, rule="L5.1")

    # L5.2 -------------------------------------------------------------------------------------------

    lines_checked = checking.lines_checked([State.CHECK_LINES], State.CHECK_WEIGHT)
    weight_asked = checking.weight_asked(WEIGHING)
    warehouse_weighed = checking.warehouse_weighed(WEIGHING)
    weight_noted = checking.weight_noted(WEIGHING)
    weights_compared = checking.weights_compared([State.CHECK_WEIGHT], State.WAIT_PHOTOS)
    some_photos_came = checking.some_photos_came([State.WAIT_PHOTOS], State.PHOTOS_PARTLY, rule="L5.2")
    photos_came = checking.photos_came([State.WAIT_PHOTOS, State.PHOTOS_PARTLY], State.PHOTOS_HERE, rule="L5.2")
    photos_did_not_come = checking.photos_did_not_come([State.WAIT_PHOTOS], State.NO_PHOTOS, rule="L5.2")
    photos_asked_again = checking.photos_asked_again([State.NO_PHOTOS, State.PHOTOS_PARTLY], State.WAIT_PHOTOS, rule="L5.2")
