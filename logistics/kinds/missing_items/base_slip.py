"""L5.5, L5.2: what the photos show, the base slip where they do not show all, and how the warehouse packed it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.checklist import has_evidence
from casework.models import EvidenceKind
from casework.workflow import step
from logistics.claimed import claimed
from logistics.items import pieces_words
from logistics.kinds.incident import Part
from logistics.kinds.missing_items.checks import weigh
from logistics.kinds.missing_items.said import LegiblePhotos, Photos
from logistics.kinds.missing_items.states import State
from logistics.models.incident import Packing, Slip
from logistics.models.weight import WeighedBy
from logistics.task_kinds import BASE_SLIP, CONFIRM_PACKING, OnTheSlip
from orders.roles import AGENTS, SYSTEM


class BaseSlip(Part):
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

    @step(State.CHECK_PACKING, State.TO_DECIDE, label=_("Warehouse: packed completely"), rule="L5.2", by=SYSTEM, hidden=True)
    def packed_completely(self) -> None:
        """Check 4: it left us whole."""
        self.facts.packing = Packing.COMPLETE

    @step(State.CHECK_PACKING, State.TO_DECIDE, label=_("Warehouse: not packed"), rule="L5.2", by=SYSTEM, hidden=True)
    def not_packed(self) -> None:
        """Check 4: it was forgotten."""
        self.facts.packing = Packing.INCOMPLETE

    @step(State.CHECK_PACKING, State.TO_DECIDE, label=_("Warehouse: cannot say"), rule="L5.2", by=SYSTEM, hidden=True)
    def packing_unknown(self) -> None:
        """Check 4 says nothing; a lead may decide."""
        self.facts.packing = Packing.CANNOT_SAY

    def _ask_for_the_slip(self) -> None:
        self.effects.ask(BASE_SLIP.asked(self._about(), rule="L5.5"))

    def _ask_the_warehouse(self) -> None:
        self.effects.ask(CONFIRM_PACKING.asked(self._about(), rule="L5.2"))

    def _about(self) -> str:
        """What is asked about: the missing pieces, the parcel, and by what a slip is found: date and buyer id (L5.5)."""
        assert self.at is not None  # steps run with a situation
        return "\n".join(filter(None, (pieces_words(claimed(self.at).pieces(self.facts.items)), self.subject_label)))
