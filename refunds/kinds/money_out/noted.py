"""R2.2, S7.1: the memo on the order, what takes it back, and agreeing on the platform, each a task with its text."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from casework.calendars import SHOP_TIME
from casework.effects import TaskAsked
from casework.situation import Situation
from orders.errors import Text
from orders.roles import Role
from refunds.kinds.money_out.asked import standing
from refunds.kinds.money_out.held_to import HeldTo
from refunds.models.decision import Ending
from refunds.models.request import Request
from refunds.standing import MEMO, MEMO_CORRECTED


class Noted(HeldTo):
    """What is written elsewhere of the money. In the shop's language, whoever decides."""

    # The memo on the order, and the one that takes it back (R2.2).
    MEMO_SAYS: ClassVar[Text] = ""
    VOID_SAYS: ClassVar[Text] = ""

    def _now(self) -> tuple[Situation, Request]:
        assert self.at is not None  # steps run with a situation
        return self.at, standing(self.at).request

    def _memo(self, at: Situation, request: Request) -> TaskAsked:
        """R2.2: date, amount, reason, handler; signed with the handler's code (L9.9), in the shop's language."""
        with translation.override(settings.LANGUAGE_CODE):
            text = str(self.MEMO_SAYS).format(
                day=at.now.astimezone(SHOP_TIME),
                amount=request.amount,
                reason=request.get_reason_display(),
                handler=standing(at).asker_code,
            )
        return TaskAsked(MEMO, text, _("Write the memo on the order"), rule="R2.2")

    def _correct_memo(self, at: Situation, request: Request, why: Ending.Kind) -> None:
        """A memo that tells of a void approval is taken back by another one."""
        if not standing(at).memo_is_written:
            return
        with translation.override(settings.LANGUAGE_CODE):
            text = str(self.VOID_SAYS).format(
                day=at.now.astimezone(SHOP_TIME),
                amount=request.amount,
                why=why.label,
                handler=standing(at).asker_code,
            )
        self.effects.ask(TaskAsked(MEMO_CORRECTED, text, _("Correct the memo on the order"), rule="R2.2"))

    def _agree_there(self, at: Situation, request: Request) -> TaskAsked:
        """S7.1: the customer's request on the platform is agreed to there, with the amount that was approved."""
        with translation.override(settings.LANGUAGE_CODE):
            text = _("Refund {number}: agree to {amount} yuan").format(number=standing(at).platform_number, amount=request.amount)
        return TaskAsked("agree_there", text, _("Agree to the refund on the platform"), role=Role.FINANCE)
