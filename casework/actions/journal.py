"""Writing journal rows: redacted for reading, the original encrypted beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from casework.models import Case, Journal, JournalText
from casework.situation import Situation
from orders.vault import seal


@dataclass
class Entry:
    """One thing that happened to a case, as it will stand in its timeline."""

    case: Case
    at: Situation
    step: str
    source: str = ""
    note: str = ""
    # What people gave, and what the programme adds; the first may hold personal data in its texts.
    facts: dict[str, Any] = field(default_factory=dict)
    own: dict[str, Any] = field(default_factory=dict)
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None

    def row(self) -> Journal:
        """The row for it; personal data in the note and in text facts are tokens."""
        by = self.at.actor
        return Journal(
            at=self.at.now,
            shop_id=self.case.shop_id,
            case_id=self.case.pk,
            object_type="case",
            object_id=str(self.case.pk),
            step=self.step,
            from_state=self.source,
            to_state=self.case.state,
            actor_id=by.user_id,
            actor_name=by.name,
            role=by.role_in(self.case.shop_id),
            channel=by.channel,
            facts={name: self._clean(value) for name, value in self.facts.items()} | self.own,
            before=self.before,
            after=self.after,
            note=self._clean(self.note),
            request_id=by.request_id,
        )

    def _clean(self, value: Any) -> Any:
        return self.case.redacted(value, self.at) if isinstance(value, str) else value


def owner_taken(owner: int | None) -> dict[str, dict[str, int | None]]:
    """What an entry says beside its deed when by it somebody took a case that nobody had."""
    return {"before": {"owner": None}, "after": {"owner": owner}} if owner is not None else {}


def write_journal(entries: list[Entry]) -> list[Journal]:
    """Write the rows of a batch; the originals of notes go into casework_text."""
    rows = Journal.objects.bulk_create([each.row() for each in entries])
    texts = [JournalText(journal_id=row.pk, ciphertext=seal(each.note)) for row, each in zip(rows, entries, strict=True) if each.note]
    JournalText.objects.bulk_create(texts)
    return rows
