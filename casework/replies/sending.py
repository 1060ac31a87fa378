"""A text that went out to the customer, as the contact log keeps it: looked through, with the script that it was made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.models import Case, Channel, Outcome, Script
from casework.replies.checking import Draft, Finding, check, rules_of
from casework.scripts.fill import LONGEST
from casework.scripts.library import CHAPTER
from orders.errors import Malformed, Refused

# A text goes by what can be written on.
WRITTEN_ON = frozenset({Channel.CHAT, Channel.EMAIL})
REPLY_CHANNELS = [(value, label) for value, label in Channel.choices if value in WRITTEN_ON]


@dataclass(frozen=True)
class Sent:
    """What the log keeps beside the text."""

    script: Script | None
    findings: list[Finding]

    @property
    def told(self) -> dict[str, Any]:
        """It for the journal."""
        script = {"script": self.script.title, "script_version": self.script.number} if self.script else {}
        return script | ({"findings": [each.message for each in self.findings]} if self.findings else {})


def look_through(case: Case, *, text: str, kept_as: str, channel: str, outcome: str, script: str) -> Sent:
    """The findings on an attempt, and the script's row. Raises Malformed for a text that is none, NotFound for a script, and Refused
    `reply_blocked` with every rule that forbids to send it.
    """
    row = _script_of(case, script) if outcome == Outcome.SENT else None
    if outcome == Outcome.SENT:
        _refuse_no_text(text, channel)
    draft = Draft(text, case, script=row.code if row else "", kept_as=kept_as, outcome=outcome)
    is_written = channel in WRITTEN_ON and outcome in (Outcome.SENT, Outcome.ANSWERED)
    findings = check(draft, rules_of(case.shop_id)) if is_written else []
    refuse_blocked(findings, "note")
    return Sent(row, findings)


def refuse_blocked(findings: Sequence[Finding], field: str) -> None:
    """Raise Refused `reply_blocked` naming the field, with every rule that forbids to send it."""
    blocking = [each for each in findings if each.blocks]
    if blocking:
        said = _("This reply must not go out so.")
        raise Refused(said, code="reply_blocked", reasons=[each.reason for each in blocking], field=field)


def _refuse_no_text(text: str, channel: str) -> None:
    if channel not in WRITTEN_ON:
        raise Malformed(_("A text is sent by chat or e-mail; of a call record what came of it."), code="bad_value", field="channel")
    if not text:
        raise Malformed(_("Put in the very text that was sent."), code="note_required", field="note")
    if len(text) > LONGEST:
        raise Malformed(_("This is not a text of the permitted length."), code="bad_text", field="note")


def _script_of(case: Case, code: str) -> Script | None:
    """The version in force. A script that was taken away meanwhile is still what was sent: its newest version counts."""
    if not code or code == CHAPTER:
        return None
    row = Script.objects.newest(case.shop_id).get(code)
    if row is None:
        raise Malformed(_("There is no such script."), code="unknown_script", field="script")
    found: Script = row
    return found
