"""What is new on a case since its reader last looked."""

from __future__ import annotations

import datetime as dt
from typing import Any

from casework.reading import CaseView


def is_new(at: dt.datetime | None, who: int | None, since: dt.datetime | None, reader: int | None) -> bool:
    """Whether something came after the reader's last visit, and not from them; on a first visit nothing is marked."""
    return at is not None and since is not None and at > since and (who is None or who != reader)


def news_since(view: CaseView, parts: dict[str, Any], since: dt.datetime | None) -> dict[str, Any]:
    """Since when things are new, and how many entries of the timeline are."""
    reader = view.at.actor.user_id
    return {"new_since": since, "new_count": sum(1 for each in parts["events"] if is_new(each.row.at, each.row.actor_id, since, reader))}
