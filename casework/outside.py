"""What counts as having happened outside a case. Declared once: where anything of it did, no step of the case is taken back.

An entry of the journal counts unless it stands in HARMLESS; OUTSIDE has the words of the known ones, and apps add theirs. What leaves
no entry in the case's own journal is asked of the apps: CHECKS, each (case, entry of the step) -> a reason, or None.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.apps import apps
from django.utils.translation import gettext_lazy as _

from casework.models import Case, Journal
from casework.wording import REFUSED, step_label
from orders.errors import Reason
from orders.roles import CLOCK
from orders.together import Reading

# They change nothing that a step back would change as well.
HARMLESS = frozenset({"note", "seen", "assign", "reveal", "evidence", "link_revoked"})

OUTSIDE: dict[str, Reason] = {
    "contact": Reason("customer_spoken_to", _("The customer was spoken to, or tried to be reached.")),
    "promise": Reason("promised", _("The customer was promised something.")),
    "promise_kept": Reason("promised", _("The customer was promised something.")),
    "promise_dropped": Reason("promised", _("The customer was promised something.")),
    "promise_back": Reason("promised", _("The customer was promised something.")),
    "link_made": Reason("message_sent", _("The customer was asked for photos.")),
    "task_done": Reason("done_there", _("A task of it was done on the platform.")),
    "task_answered": Reason("answered", _("Another role has answered a question of it.")),
    "child_opened": Reason("child_opened", _("A case was opened for it.")),
    "child_closed": Reason("child_closed", _("A case that belongs to it has ended.")),
    "by_itself": Reason("went_on", _("The case has gone on by itself since.")),
    "overdue": Reason("clock_fired", _("A deadline ran out.")),
    "parcel_told": Reason("tracking_told", _("Tracking has told something new.")),
    "found": Reason("tracking_told", _("Tracking has told something new.")),
}
FIRED = Reason("clock_fired", _("A deadline ran out."))
IMPORTED = Reason("import_followed", _("An import has followed."))


def order_imported(case: Case, entry: Journal) -> Reading[Reason | None]:
    """Whether an import has changed the order since the entry."""
    since = Journal.objects.filter(object_type="order", object_id=str(case.order_id), channel="import", pk__gt=entry.pk)[:1]
    yield (since,)
    return IMPORTED if since else None


CHECKS: list[Callable[[Case, Journal], Reading[Reason | None]]] = [order_imported]


def is_harmless(entry: Journal) -> bool:
    """Whether an entry of a case's journal stands in nobody's way."""
    return entry.step in HARMLESS or entry.step.startswith(REFUSED)


def reason_of(case: Case, entry: Journal) -> Reason:
    """What an entry says that happened: its own deed, or the one that the step followed from."""
    if entry.actor_id is None and entry.actor_name == CLOCK:
        return FIRED
    deed = str(entry.facts.get("deed", entry.step))
    if deed not in OUTSIDE and entry.channel == "import":
        return IMPORTED
    text = _("Since then: {what}.")
    return OUTSIDE.get(deed) or Reason("something_since", str(text).format(what=step_label(type(case), deed)))


def beyond(tables: Sequence[str]) -> Reason:
    """A step that wrote more than its own case."""
    text = _("More than this case was changed with it: {what}.")
    return Reason("beyond_the_case", str(text).format(what=", ".join(dict.fromkeys(_words(each) for each in tables))))


DEED, LETTER, SEALED = "deed", "letter", "sealed"
WORDS = {DEED: _("what was written with it"), LETTER: _("a message was sent"), SEALED: _("personal data")}


def _words(table: str) -> str:
    return str(WORDS[table] if table in WORDS else apps.get_model(table)._meta.verbose_name)
