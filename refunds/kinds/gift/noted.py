"""S7.1, L9.9: the memo of a gift and the question to those who pack, each with the order that goes next."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from casework.calendars import SHOP_TIME
from casework.effects import TaskAsked
from casework.part import Part
from orders.models import Order
from refunds.goods.gifts import standing
from refunds.standing import MEMO, MEMO_CORRECTED
from refunds.task_kinds import PUT_IN


class Noted(Part):
    """In the shop's language, signed with the code of who agreed."""

    def _goes_with(self, order: Order | None) -> None:
        """Memo (S7.1, signed by who agreed) and question name the order whose parcel takes it; without one the memo stands where it was asked."""
        assert self.at is not None  # steps run with a situation
        self.facts.carrier = order
        words = {"gift": self.facts, "number": order or self.at.order, "buyer": standing(self.at).carriers.buyer}
        with translation.override(settings.LANGUAGE_CODE):
            title = str(_("Write the memo on order {number}")).format(**words)
            memo = self._memo(
                _("{day:%Y-%m-%d} gift {gift}, worth {worth} yuan, with the next parcel, {code}"), standing(self.at).agreed_code
            )
            asked = _("{gift}\nOrder {number}, {buyer}") if order is not None else _("{gift}\nWith the next order of {buyer}")
            self.effects.ask(TaskAsked(MEMO, memo, title, rule="S4.3"))
            self.effects.ask(PUT_IN.asked(str(asked).format(**words), rule="S4.3"))

    def _take_back(self) -> None:
        """Nobody has agreed to it any more; what a written memo tells of it is corrected."""
        assert self.at is not None  # steps run with a situation
        if standing(self.at).memo_is_written:
            with translation.override(settings.LANGUAGE_CODE):
                title = str(_("Correct the memo on order {number}")).format(number=self.facts.carrier or self.at.order)
                memo = self._memo(_("{day:%Y-%m-%d} no gift {gift} (worth {worth} yuan), {code}"), standing(self.at).actor_code)
            self.effects.ask(TaskAsked(MEMO_CORRECTED, memo, title, rule="S4.3"))
        self.facts.agreed_by_id = self.facts.agreed_at = self.facts.carrier = None

    def _memo(self, text: Any, code: str) -> str:
        """A line of the memo, signed with the code (L9.9)."""
        assert self.at is not None  # steps run with a situation
        return str(text).format(day=self.at.now.astimezone(SHOP_TIME), gift=self.facts, worth=self.facts.worth, code=code)
