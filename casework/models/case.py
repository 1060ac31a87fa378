"""The one table of cases. Each kind is a proxy of it, chosen by `kind` when a row is read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.effects import Effects
from casework.registry import KINDS
from casework.workflow import Category, Clock, Queue, StateField, States, Step, forget_state, steps_of
from orders.access import Actor, ScopedQuerySet
from orders.errors import Reason, Text
from orders.persons import redact_for_order
from orders.together import Reading

if TYPE_CHECKING:
    from casework.likely import Sign
    from casework.models.journal import Journal
    from casework.photos.checklist import Wanted
    from casework.situation import Situation
    from casework.taken_down import TakenDown


class SnoozedFor(models.TextChoices):
    """What a case that is laid aside waits for; each has a latest time."""

    TIME = "time", _("the time")
    CUSTOMER = "customer", _("the customer's answer")
    COURIER = "courier", _("the courier's answer")


# The columns of a case that is not laid aside, or comes back.
AWAKE: dict[str, Any] = {"snoozed_until": None, "snoozed_for": ""}


class CaseQuerySet(ScopedQuerySet):
    """Cases of the actor's shops; a kind's own manager sees that kind only."""

    def open(self) -> Self:
        """Cases that are not closed."""
        return self.filter(closed_at__isnull=True)


class CaseManager(models.Manager["Case"].from_queryset(CaseQuerySet)):  # type: ignore[misc]
    """A proxy does not filter by itself; this manager does, by KIND."""

    def get_queryset(self) -> CaseQuerySet:
        """All cases on Case, the kind's cases on a kind."""
        rows: CaseQuerySet = super().get_queryset()
        kind = getattr(self.model, "KIND", "")
        return rows.filter(kind=kind) if kind else rows


class Case(models.Model):
    """Something that went wrong with an order, or is asked for it, until it is settled.

    `subject` is a key written by the owning app (parcel:123, line:45, order:9); at most one case of a kind
    is open per subject. State, category, queue, closed_at and version are moved by the door alone.
    """

    KIND: ClassVar[str] = ""
    STATES: ClassVar[type[States]]
    FIRST: ClassVar[States]
    CLOCKS: ClassVar[Sequence[Clock]] = ()
    CHAPTER: ClassVar[str] = ""
    # One-to-one table of the owning app with what only it knows; None when there is nothing.
    FACTS: ClassVar[type[models.Model] | None] = None
    # Kinds that may be opened as a child of this one, in the chapter's order.
    REMEDIES: ClassVar[Sequence[str]] = ()
    # As a remedy: the ends in which it did what it was opened for.
    MADE_GOOD: ClassVar[Sequence[States]] = ()
    # Whether it only gathers cases that have their own story: one that is opened again once it is over goes on alone.
    GATHERS: ClassVar[bool] = False
    # What its children are called on its page.
    CHILDREN: ClassVar[Text] = _("Remedies")
    # States in which a child has the word: nothing is to be done here until it ends.
    WAITS_IN: ClassVar[Sequence[States]] = ()
    # States in which opening a remedy is what comes next.
    MENDS_IN: ClassVar[Sequence[States]] = ()
    # Who may open it by hand.
    OPENED_BY: ClassVar[frozenset[str]] = frozenset()
    # Whether the programme may open many at once: the clocks of their first state are plain spans, or told by the table (casework.E009).
    IN_BULK: ClassVar[bool] = False
    # The state in which the programme opens them, where that is not FIRST.
    FIRST_IN_BULK: ClassVar[States | None] = None
    # Whether a closed case may be opened again with a reason. Where money or goods went with it, it is asked for anew.
    REOPENS: ClassVar[bool] = True
    # Facts that an end may empty: opened again, the case has them again.
    UNSAID: ClassVar[Sequence[str]] = ()
    # Facts that say who asked for something or agreed to it. A step that changed one is never taken back, so that four eyes stay four.
    WITNESSED: ClassVar[Sequence[str]] = ()
    # Kinds of evidence that this kind knows, beside those that its chapter asks for.
    EVIDENCE: ClassVar[Sequence[str]] = ()
    # The pictures that its chapter asks for, with why (casework/photos/checklist.py).
    CHECKLIST: ClassVar[Sequence[Wanted]] = ()
    # What makes it likely when somebody asks about an order, the reason with each (casework/likely.py).
    LIKELY: ClassVar[Sequence[Sign]] = ()
    # Whether attempts to reach the customer are part of its chapter.
    HAS_CONTACTS: ClassVar[bool] = False
    # The states in which every channel is to be tried: while one is missing it is our turn.
    TRIES_IN: ClassVar[Sequence[States]] = ()
    # Whether steps may follow by themselves from how it stands after any deed (step_by_itself).
    GOES_ON: ClassVar[bool] = False

    number = models.CharField(_("case number"), max_length=20, unique=True)
    kind = models.CharField(_("kind"), max_length=30)
    shop = models.ForeignKey("orders.Shop", models.PROTECT, related_name="cases", verbose_name=_("shop"))
    order = models.ForeignKey("orders.Order", models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("order"))
    subject = models.CharField(_("subject"), max_length=80)
    subject_label = models.CharField(_("what it is about"), max_length=120, blank=True)
    state = StateField(_("state"), max_length=30, protected=True, editable=False)
    category = models.CharField(_("whose turn"), max_length=10, choices=Category.choices, editable=False)
    queue = models.CharField(_("queue"), max_length=12, choices=Queue.choices, blank=True, editable=False)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("parent"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("owner")
    )
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("opened by")
    )
    opened_at = models.DateTimeField(_("opened at"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True, editable=False)
    changed_at = models.DateTimeField(_("changed at"), editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    # What the owner has not seen yet: codes of registry.NEWS, each with how often; and when the last of it came.
    news = models.JSONField(_("news"), default=dict, db_default=models.Value({}, models.JSONField()), blank=True, editable=False)
    news_at = models.DateTimeField(_("news since"), null=True, blank=True, editable=False)
    # Laid aside by its owner until then at the latest, and for what; no clock stops for it (casework/actions/snooze.py).
    snoozed_until = models.DateTimeField(_("snoozed until"), null=True, blank=True, editable=False)
    snoozed_for = models.CharField(_("snoozed for"), max_length=8, blank=True, choices=SnoozedFor.choices, db_default="", editable=False)

    SHOP_PATH = "shop"
    objects = CaseManager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"], condition=Q(closed_at__isnull=True), name="one_open_case_per_kind_and_subject"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=False, category=Category.DONE) | Q(closed_at__isnull=True) & ~Q(category=Category.DONE),
                name="a_done_case_is_closed",
            ),
            models.CheckConstraint(condition=Q(closed_at__isnull=False) | ~Q(queue=""), name="an_open_case_has_a_queue"),
            models.CheckConstraint(
                condition=Q(news={}, news_at__isnull=True) | ~Q(news={}) & Q(news_at__isnull=False), name="news_have_their_time"
            ),
            models.CheckConstraint(
                condition=Q(snoozed_until__isnull=True, snoozed_for="")
                | Q(snoozed_until__isnull=False, closed_at__isnull=True) & Q(snoozed_for__in=SnoozedFor.values),
                name="an_open_case_is_snoozed_until_something",
            ),
        ]
        indexes = [
            # The queue page: open cases of a shop by whose turn it is.
            models.Index(fields=["shop", "category", "id"], name="case_open_by_shop", condition=Q(closed_at__isnull=True)),
            # "My cases".
            models.Index(fields=["owner", "id"], name="case_open_by_owner", condition=Q(closed_at__isnull=True)),
            models.Index(fields=["shop", "-id"], name="case_by_shop"),
            # What comes back from being laid aside.
            models.Index(fields=["snoozed_until"], name="case_snoozed", condition=Q(snoozed_until__isnull=False)),
        ]

    # What a step gathers, and the facts that the door read for it. Not columns.
    at: Situation | None = None
    # The situation that it was read with, for those who show it (casework/reading.py); no step is taken by it.
    surroundings: Situation | None = None
    facts: Any = None
    # Whether the reader watches it (casework/reading.py). Not a column either.
    is_watched = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.effects = Effects()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.__dict__.get("KIND"):
            KINDS[cls.KIND] = cls

    def __str__(self) -> str:
        return self.number

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **options: Any) -> Self:
        """Read a row as its kind. Raises ValueError when `kind` or `state` is left out of the columns."""
        if "kind" not in field_names or "state" not in field_names:
            raise ValueError("A case is never read without its kind and state.")
        kind = dict(zip(field_names, values, strict=False))["kind"]
        return super(Case, KINDS.get(kind, cls)).from_db(db, field_names, values, **options)  # type: ignore[return-value]

    def refresh_from_db(self, using: str | None = None, fields: Any = None, from_queryset: Any = None) -> None:
        """Read the row again. The library's own way unprotects the state for the whole process meanwhile."""
        names = {*(fields or [each.attname for each in self._meta.concrete_fields]), "kind", "state"}
        forget_state(self)
        super().refresh_from_db(using=using, fields=sorted(names), from_queryset=from_queryset)
        if fields is None:
            self._prefetched_objects_cache: dict[str, Any] = {}

    @classmethod
    def steps(cls) -> list[Step]:
        """The steps of this kind in the order of its chapter."""
        return steps_of(cls)

    @classmethod
    def signs(cls) -> Sequence[Sign]:
        """What makes this kind likely; what nothing speaks for stands behind, in the handbook's order (kinds add)."""
        return cls.LIKELY

    @property
    def state_now(self) -> States:
        """The state as a member of the kind's states."""
        return type(self).STATES(self.state)  # type: ignore[call-arg]  # looked up by value

    @property
    def kind_label(self) -> str:
        """The name of the kind, as staff say it."""
        return str(type(self)._meta.verbose_name)

    @property
    def state_label(self) -> str:
        """The name of the state."""
        return str(self.state_now.label) if self.KIND else self.state

    @property
    def is_open(self) -> bool:
        """Whether it still has to be worked."""
        return self.closed_at is None

    # What a kind may answer ------------------------------------------------------------------------

    def before_all_else(self, at: Situation) -> str:
        """The name of a step that makes whatever else is open pointless, or "" (kinds override)."""
        return ""

    def contact_to_make(self, at: Situation) -> str:
        """What a contact attempt is still wanted for, as a sentence; "" when none is (kinds override)."""
        return ""

    def why_here(self, at: Situation) -> str:
        """Why the case stands where it stands, for those who go on from here; "" when the state says all (kinds override)."""
        return ""

    def contact_message(self, at: Situation) -> str:
        """A text to send to the customer, in the language of the moment (kinds override)."""
        return ""

    def seen_anew(self) -> dict[str, Any]:
        """What somebody is told whose view of the case is out of date: its version, and what else they decide on (kinds add)."""
        return {"version": self.version}

    def keep_taken_down(self, taken: TakenDown, at: dt.datetime) -> None:
        """Keep in the facts what was taken down at intake (L0.5); the journal has it in any case (kinds override)."""

    def stands_as_said(self, entry: Journal) -> bool:
        """Whether what the step of the entry revised (Effects.revise) is as it left it, so that it can be taken back (kinds override)."""
        return True

    def unsay(self, entry: Journal) -> dict[str, Any]:
        """Take back what the step of the entry revised; what others have told since stays. Facts for the journal (kinds override)."""
        return {}

    def when_opened(self) -> None:
        """What the opening itself asks for, as effects, whoever opens it alone (kinds override)."""

    def facts_shown(self) -> dict[str, Any]:
        """What the kind's app knows of the case and shows over the API, by name; the facts are read already (kinds override)."""
        return {}

    def step_after_contact(self, channel: str, outcome: str) -> str:
        """The step that a contact attempt brings about, or "" (kinds override)."""
        return ""

    def step_after_evidence(self, kind: str, at: Situation) -> str:
        """The step that a new picture brings about, or "" (kinds override). `at.evidence` holds it already, whoever sent it."""
        return ""

    def step_after_task(self, task: str, answer: str) -> str:
        """The step that an answer brings about; it takes the answer's facts (kinds override)."""
        return ""

    def why_no_child(self, kind: str, at: Situation) -> list[Reason]:
        """Why no remedy of that kind may be opened now; empty when it may (kinds override)."""
        return []

    def remedies_offered(self) -> Sequence[str]:
        """The kinds of REMEDIES in the order in which they are offered (kinds override)."""
        return type(self).REMEDIES

    def step_with_child(self, child: Case) -> str:
        """The step that the opening of a child brings about, or "" (kinds override)."""
        return ""

    def step_after_child(self, child: Case) -> str:
        """The step that a child's end brings about, or "" (kinds override)."""
        return ""

    def redacted(self, text: str, at: Situation) -> str:
        """What somebody wrote about the case, without its person; a kind that knows of another one takes them out as well (kinds override)."""
        return redact_for_order(text, at.order)

    def step_by_itself(self, at: Situation) -> str:
        """The step that follows from how the case stands, or "" once it stands right; asked after each deed (kinds override)."""
        return ""

    @classmethod
    def situation_parts(cls, cases: Sequence[Case], by: Actor, now: dt.datetime) -> Reading[dict[int, dict[str, Any]]]:
        """More for the situation, by case id; the lists that it takes are yielded, to be read with those of other kinds (kinds override)."""
        yield ()
        return {}


class KindState(models.Model):
    """The states of each kind as the classes have them; a trigger refuses all others."""

    kind = models.CharField(max_length=30)
    state = models.CharField(max_length=30)
    category = models.CharField(max_length=10)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "state"], name="one_row_per_kind_and_state")]

    def __str__(self) -> str:
        return f"{self.kind}.{self.state}"


class DayNumber(models.Model):
    """The last case number given on a day of shop time."""

    day = models.DateField(primary_key=True)
    last = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.day}: {self.last}"
