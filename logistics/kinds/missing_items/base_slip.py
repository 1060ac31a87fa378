"""L5.5, L5.2: what the photos show, the base slip where they do not show all, and how the warehouse packed it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.models import EvidenceKind
from casework.photos.checklist import has_evidence
from casework.workflow import step
from logistics.kinds import checking
from logistics.kinds.checking import ChecksGoods, weigh
from logistics.kinds.missing_items.said import LegiblePhotos, Photos
from logistics.kinds.missing_items.states import State
from logistics.models.incident import Slip
from logistics.models.weight import WeighedBy
from logistics.task_kinds import BASE_SLIP, CONFIRM_PACKING, OnTheSlip
from orders.roles import AGENTS, SYSTEM


class BaseSlip(ChecksGoods):
    """From the photos to the warehouse's word."""

    @step(
        [State.WAIT_PHOTOS, State.PHOTOS_PARTLY, State.PHOTOS_HERE],
        State.CHECK_PACKING,
        label=_("Photos show everything legibly"),
        rule="L5.5",
        by=AGENTS,
        facts=LegiblePhotos,
        when=[has_evidence(EvidenceKind.PHOTO_GOODS, EvidenceKind.PHOTO_BOX, EvidenceKind.PHOTO_WAYBILL, rule="L5.2")],
        hint=_("Then nobody needs to look for the base slip."),
        event=True,
    )
    def photos_show_all(self, facts: dict[str, Any]) -> None:
        """Check 3, and the shortcut: number, goods, weight and date are legible on the customer's own photo."""
        weigh(self, WeighedBy.WAYBILL, facts["waybill"])
        self.facts.slip = Slip.SKIPPED
        self._ask_the_warehouse()

    @step(
        [State.WAIT_PHOTOS, State.PHOTOS_PARTLY, State.PHOTOS_HERE],
        State.BASE_SLIP,
        label=_("Photos checked; look for the base slip"),
        rule="L5.5",
        by=AGENTS,
        facts=Photos,
        when=[has_evidence(EvidenceKind.PHOTO_GOODS, EvidenceKind.PHOTO_BOX, rule="L5.2")],
    )
    def photos_checked(self, facts: dict[str, Any]) -> None:
        """Check 3; what the photos do not show, the slip may."""
        if facts["waybill"]:
            weigh(self, WeighedBy.WAYBILL, facts["waybill"])
        self._ask_for_the_slip()

    @step(
        [State.WAIT_PHOTOS, State.PHOTOS_PARTLY, State.NO_PHOTOS],
        State.BASE_SLIP,
        label=_("Go on without photos"),
        rule="L5.5",
        by=AGENTS,
        needs_note=True,
        event=True,
    )
    def without_photos(self) -> None:
        """Weight and slip must tell alone (L5.3)."""
        self._ask_for_the_slip()

    @step(State.BASE_SLIP, State.CHECK_PACKING, label=_("Base slip found"), rule="L5.5", by=SYSTEM, facts=OnTheSlip, hidden=True)
    def slip_found(self, facts: dict[str, Any]) -> None:
        """Product and quantity, weight, and shipping date stand on it."""
        self.facts.slip = Slip.FOUND
        weigh(self, WeighedBy.SLIP, facts["grams"])
        self._ask_the_warehouse()

    @step(State.BASE_SLIP, State.CHECK_PACKING, label=_("No base slip"), rule="L5.5", by=SYSTEM, hidden=True)
    def slip_not_found(self) -> None:
        """It is not kept any more."""
        self.facts.slip = Slip.NOT_FOUND
        self._ask_the_warehouse()

    packed_completely = checking.packed_completely([State.CHECK_PACKING], State.TO_DECIDE)
    not_packed = checking.not_packed([State.CHECK_PACKING], State.TO_DECIDE)
    packing_unknown = checking.packing_unknown([State.CHECK_PACKING], State.TO_DECIDE)

    def _ask_for_the_slip(self) -> None:
        self.effects.ask(BASE_SLIP.asked(self.asked_about(), rule="L5.5"))

    def _ask_the_warehouse(self) -> None:
        self.effects.ask(CONFIRM_PACKING.asked(self.asked_about(), rule="L5.2"))
