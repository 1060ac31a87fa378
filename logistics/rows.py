"""Rows of logistics as programs read them."""

from __future__ import annotations

from typing import Any

from logistics.models import NightlyRun

FIGURES = ("looked_at", "unknown", "found", "twice", "opened", "updated", "closed", "told")


def run_row(run: NightlyRun) -> dict[str, Any]:
    """A run of the nightly job with its figures; times in ISO 8601."""
    return {
        "id": run.pk,
        "shop": run.shop.code,
        "at": run.at.isoformat(),
        "started_at": run.started_at.isoformat(),
        "finished_at": run.finished_at.isoformat() if run.finished_at else None,
        "state": run.state,
        "by": run.by_name,
    } | {name: getattr(run, name) for name in FIGURES}
