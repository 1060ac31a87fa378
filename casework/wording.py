"""Words for what stands in the database as names: steps, deeds, clocks, facts. For page, API and admin alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.forms import CharField, ChoiceField, Field, IntegerField
from django.forms.fields import BaseTemporalField
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from casework.calendars import SHOP_TIME
from casework.facts import TextWithPlaces
from casework.models import Case, Channel, Deadline, EvidenceKind, Journal, Outcome, SnoozedFor, Task
from casework.registry import FACT_WORDS, KINDS, NEWS, TASK_KINDS, own_clock
from orders.errors import Text
from orders.roles import CLOCK, CUSTOMER, SYSTEM

REFUSED = "refused:"
# Who acts without being a person.
NOBODY: dict[str, Text] = {CLOCK: _("System deadline"), SYSTEM: _("The programme"), CUSTOMER: _("Customer, by the link")}

# By which door something came.
CHANNELS: dict[str, Text] = {
    "page": _("Page"),
    "admin": _("Back office"),
    "api": _("API"),
    "import": _("Import"),
    "push": _("Push of the courier"),
    "command": _("Command"),
    CLOCK: _("System deadline"),
    SYSTEM: _("The programme"),
    "customer link": _("Customer's link"),
    "direct": _("Written directly"),
}

# What a reveal showed.
SHOWN: dict[str, Text] = {
    "name": _("Name"),
    "phone": _("Phone"),
    "address": _("Address"),
    "street": _("Address"),
    "message": _("Buyer's message"),
    "payee": _("Payee's account"),
}

# What happens to a case beside its steps.
DEEDS: dict[str, Text] = {
    "open": _("Case opened"),
    "contact": _("Contact attempt"),
    "promise": _("Promised to the customer"),
    "promise_kept": _("Promise kept"),
    "promise_dropped": _("Promise is off"),
    "promise_back": _("Promise stands again"),
    "overdue": _("A deadline ran out"),
    "deadline_parked": _("A deadline waits for a person"),
    "deadline_woken": _("A parked deadline was woken again"),
    "child_opened": _("A case was opened for it"),
    "child_closed": _("A case that belongs to it has ended"),
    "task_done": _("Done on the platform"),
    "task_answered": _("A question was answered"),
    "assign": _("Passed on"),
    "note": _("Note"),
    "evidence": _("Evidence added"),
    "link_made": _("Photos asked of the customer"),
    "link_revoked": _("Customer's link revoked"),
    "seen": _("News seen"),
    "snoozed": _("Laid aside"),
    "woken": _("Back from being laid aside"),
    "found": _("Found by the nightly job"),
    "parcel_told": _("Tracking tells"),
    "step_back": _("A step was taken back"),
    "reopen": _("Opened again"),
    "reveal": _("Personal data shown"),
    "insert": _("Written directly"),
    "update": _("Changed directly"),
    "delete": _("Removed directly"),
}


@dataclass(frozen=True)
class FactWord:
    """How a fact is called, and how its values are."""

    label: Text
    values: Mapping[str, Any] | None = None


FACT_WORDS.update(
    {
        "channel": FactWord(_("Channel"), dict(Channel.choices)),
        "outcome": FactWord(_("Outcome"), dict(Outcome.choices)),
        "clock": FactWord(_("Deadline")),
        "due_at": FactWord(_("due at")),
        "child": FactWord(_("Case")),
        "kind": FactWord(_("Kind")),
        "state": FactWord(_("State")),
        "title": FactWord(_("Task")),
        "answer": FactWord(_("Answer")),
        "shown": FactWord(_("Shown"), SHOWN),
        "what": FactWord(_("Shown"), SHOWN),
        "dropped": FactWord(_("Tasks cancelled")),
        "amount": FactWord(_("Amount")),
        "version": FactWord(_("Version")),
        "pictures": FactWord(_("Pictures"), dict(EvidenceKind.choices)),
        "until": FactWord(_("good until")),
        "snoozed_until": FactWord(_("until")),
        "waits_for": FactWord(_("Waits for"), dict(SnoozedFor.choices)),
        "news": FactWord(_("News"), NEWS),
        "taken_back": FactWord(_("Step")),
        "bought_at": FactWord(_("Bought")),
        "sent_to": FactWord(_("Sent to")),
        "wanted": FactWord(_("The customer wants")),
        "script": FactWord(_("Reply script")),
        "script_version": FactWord(_("Version")),
        "findings": FactWord(_("Warned of"), {}),
        "what_promised": FactWord(_("What was promised")),
    }
)
# Said by the entry's own label or by another fact in words, or of no use to people.
SILENT = {"deed", "code", "task", "asked", "evidence", "sha256", "reasons", "link", "items", "inquiry", "node", "entry", "promise"}

# Names of ours, for which there are words.
CODED = {"clock", "kind", "state", "taken_back"}


def step_label(kind: type[Case] | None, step: str) -> str:
    """The step or deed as staff say it; its name when nobody knows it any more."""
    if step.startswith(REFUSED):
        return step_label(kind, step.removeprefix(REFUSED).removeprefix("open "))
    steps = kind.steps() if kind is not None and kind.KIND else []
    known = next((each.label for each in steps if each.name == step), None) or DEEDS.get(step)
    return str(known if known is not None else step)


def state_label(kind: type[Case] | None, state: str) -> str:
    """The name of a state of the kind."""
    known = kind.STATES if kind is not None and kind.KIND else ()
    return next((str(each.label) for each in known if each == state), state)


def clock_label(kind: type[Case], name: str, tasks: Iterable[Task] = ()) -> str:
    """The name of a deadline: its clock's, or the task that it belongs to."""
    clock = next((each for each in kind.CLOCKS if each.name == name), None)
    if clock is not None:
        return str(clock.label)
    task = next((each for each in tasks if each.clock_kind == name), None)
    if task is not None:
        return task.title
    own = own_clock(name)
    return str(own.label) if own else str(_("Task on the platform")) if name.startswith("task_") else name


def words_to_reach(missing: Sequence[Channel]) -> str:
    """On which channels the customer is still to be tried, as a sentence; "" when on none."""
    channels = str(_(", ")).join(str(each.label) for each in missing)
    return str(_("Reach the customer: {channels}")).format(channels=channels) if missing else ""


def is_platform(kind: type[Case], deadline: Deadline) -> bool:
    """Whether the platform's own clock."""
    return any(each.name == deadline.kind and each.platform for each in kind.CLOCKS)


def readable(
    kind: type[Case], step: str, facts: Mapping[str, Any], tasks: Iterable[Task] = (), *, with_notes: bool = True
) -> list[tuple[str, str]]:
    """The facts of an entry as (label, value), in words; without notes only what is no text of somebody's own."""
    said = []
    for name, value in facts.items():
        if name in SILENT or value in (None, "", [], {}):
            continue
        field = _declared(kind, step, name)
        if not (with_notes or _is_choice(field, name, value) or _is_measure(field, value)):
            continue
        said.append((_fact_label(field, name), field_words(field, value) or _fact_value(kind, name, value, facts, tasks)))
    return said


def _declared(kind: type[Case], step: str, name: str) -> Field | None:
    """The field of the step's facts, where the step knows the fact."""
    meta = next((each for each in kind.steps() if each.name == step), None) if kind.KIND else None
    return meta.facts.base_fields.get(name) if meta else None


def _chosen(field: Field | None, value: Any) -> str:
    """The words of what was chosen among the field's values; "" when it is not chosen from a list, or nobody knows it any more."""
    choices: Any = field.choices if isinstance(field, ChoiceField) else ()
    return next((str(label) for known, label in choices if known == value), "")


def _is_choice(field: Field | None, name: str, value: Any) -> bool:
    """Whether the fact is one of the values that are known beforehand."""
    if field is not None:
        return isinstance(field, ChoiceField)
    known = FACT_WORDS.get(name)
    values = (known.values if known is not None else None) or {}
    return name in CODED or all(str(each) in values for each in (value if isinstance(value, list) else [value]))


def _is_measure(field: Field | None, value: Any) -> bool:
    """Whether the fact is a number, an amount, a day or an instant, and was asked for as such where a form asked."""
    if isinstance(value, (bool, int)) or isinstance(field, IntegerField | BaseTemporalField):
        return True
    return not isinstance(field, CharField) and isinstance(value, str) and _moment(value) is not None


def _fact_label(declared: Field | None, name: str) -> str:
    if declared is not None and declared.label:
        return str(declared.label)
    return str(FACT_WORDS[name].label) if name in FACT_WORDS else name


def field_words(field: Field | None, value: Any) -> str:
    """The value in the words of its field; "" where the field has none."""
    return field.shown(str(value)) if isinstance(field, TextWithPlaces) else _chosen(field, value)


def _fact_value(kind: type[Case], name: str, value: Any, facts: Mapping[str, Any], tasks: Iterable[Task]) -> str:
    if name == "clock":
        return clock_label(kind, str(value), tasks)
    if name == "kind":
        return str(KINDS[value]._meta.verbose_name) if value in KINDS else str(dict(EvidenceKind.choices).get(str(value), value))
    if name == "state":
        return state_label(KINDS.get(str(facts.get("kind"))), str(value))
    if name == "taken_back":
        return step_label(kind, str(value))
    if name == "answer" and facts.get("asked") in TASK_KINDS:
        return TASK_KINDS[facts["asked"]].label_of(str(value))
    known = FACT_WORDS.get(name)
    if known is not None and known.values is not None:
        values = value if isinstance(value, list) else [value]
        return ", ".join(str(known.values.get(str(each), each)) for each in values)
    return _plain(value)


def news_words(case: Case) -> list[str]:
    """What the owner has not seen yet, by code; how often when it is more than once."""
    return [f"{NEWS.get(code, code)} ×{count}" if count > 1 else str(NEWS.get(code, code)) for code, count in sorted(case.news.items())]


def channel_label(channel: str) -> str:
    """The door by which something came, as staff say it."""
    return str(CHANNELS.get(channel, channel))


def object_label(name: str) -> str:
    """What an entry is about, by its table; the stored name where it is no table."""
    models = {model._meta.model_name: model._meta.verbose_name for model in apps.get_models()}
    return str(models.get(name.rpartition(".")[2].replace("_", ""), name))


def actor_words(row: Journal) -> str:
    """Who did it: a person's name, or in words the clock or the programme."""
    return str(NOBODY.get(row.actor_name, row.actor_name)) if row.actor_id is None else row.actor_name


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, list):
        return ", ".join(_plain(each) for each in value)
    moment = _moment(value) if isinstance(value, str) else None
    return f"{moment.astimezone(SHOP_TIME):%Y-%m-%d %H:%M}" if moment else str(value)


def _moment(text: str) -> dt.datetime | None:
    """The instant that the text is; None when it is none."""
    found = parse_datetime(text) if len(text) > 18 and text[4:5] == "-" else None
    return found if found is not None and found.tzinfo else None
