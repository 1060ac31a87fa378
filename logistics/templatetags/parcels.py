"""Parcels in templates: the tone of a stage, and facts in words."""

from __future__ import annotations

from django import template

from casework.views.typed import Typed
from logistics.inquiring import Inquired
from logistics.models import Parcel, Stage
from logistics.parcel_facts import word_of

register = template.Library()

# Tones are those of the categories of cases; each has its icon.
TONES = {
    Stage.SIGNED: "done",
    Stage.RETURNED: "done",
    Stage.PROBLEM: "overdue",
    Stage.RETURNING: "lead",
    Stage.VOIDED: "lead",
    Stage.UNKNOWN: "open",
}


@register.filter
def stage_tone(parcel: Parcel) -> str:
    """How the stage of a parcel is coloured: with the courier unless it ended or needs somebody."""
    return "overdue" if parcel.problem else TONES.get(Stage(parcel.stage), "courier")


@register.filter
def fact_word(name: str) -> str:
    """A fact about a parcel in words."""
    return word_of(name)


@register.simple_tag
def inquiry_form(typed: Typed | None) -> Inquired:
    """The form of a talk with a courier, with what a refused one held."""
    return Inquired(typed.data if typed is not None and typed.form == "inquiry" else None, auto_id="inquiry_%s")
