"""The inspection of what came: its photos and its finding are one deed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from casework.actions.add_evidence import add_evidence, evidence_path
from casework.actions.advance import advance
from casework.actions.door import concerns, door
from casework.models import Evidence, EvidenceKind
from orders.access import Actor


def inspect(
    case_id: int, step: str, *, photos: Sequence[Any], facts: dict[str, Any], version: int | None, by: Actor, at: dt.datetime
) -> None:
    """Store the photos and take the step that the finding says (R5.2). Refused, neither a row nor a byte of them stays.

    Raises what adding a photo and taking the step raise.
    """
    kept: list[Evidence] = []
    is_done = False
    try:
        with door(by, at):
            concerns(case_id=case_id, step=step)
            for each in photos:
                kept.append(add_evidence(case_id, upload=each, kind=EvidenceKind.PHOTO_INSPECTION, by=by, at=at))
            advance(case_id, step, by=by, at=at, version=version, facts=facts)
        is_done = True
    finally:
        for each in [] if is_done else kept:
            evidence_path(each).unlink(missing_ok=True)
