"""A case brought to a state that the desk does not show yet, by steps that people may take: what the stories have not told by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from django.db import transaction
from django.db.models import Max

from casework.actions.add_evidence import add_evidence, evidence_path
from casework.actions.advance import advance
from casework.actions.answer_task import answer_task
from casework.actions.deeds import finish_task, record_contact
from casework.actions.offers import reasons_of_rules
from casework.actions.open_case import open_case
from casework.actions.sweep import fire_case
from casework.models import Case, Channel, Deadline, Evidence, Outcome, Task
from casework.registry import TASK_KINDS
from casework.situation import Situation, read_situations
from casework.workflow import Step
from orders.access import Actor
from orders.errors import DeskError
from orders.roles import CLOCK
from refunds.demo.facts import facts_for
from refunds.demo.openers import open_remedy, remedies_for
from refunds.demo.pictures import a_box, a_waybill
from refunds.demo.roads import distances
from refunds.demo.told_later import OF_ORDERS, TELL, TOLD_BY, listed_at

MINUTE = dt.timedelta(minutes=1)
# A play that has not arrived by then is left where it stands.
MOVES = 24
# Whom the house asks for each role.
BY_ROLE = {
    "agent": "agent",
    "finance": "finance",
    "warehouse": "warehouse",
    "print_clerk": "printclerk",
    "supervisor": "supervisor",
    "manager": "manager",
}
# Steps that new pictures bring about.
OF_PICTURES = ("some_photos_came", "photos_came")
# What is chosen on the way to a state, by the name of the field.
MEANT: Mapping[str, Mapping[str, str]] = {
    "explained": {"came_of_it": "is_it"},
    "compensated": {"came_of_it": "ruled_out"},
    "to_settle": {"came_of_it": "ruled_out"},
    "mending": {"came_of_it": "ruled_out"},
    "refunding": {"found": "good"},
    "refunded": {"wish": "refund", "choice": "refund", "came_of_it": "ruled_out", "found": "good"},
    "resent": {"wish": "resend", "choice": "resend", "came_of_it": "ruled_out"},
    "gift_given": {"wish": "gift"},
    "with_order": {"choice": "new_order"},
    "sent_along": {"choice": "new_order"},
}
# What is answered on the way to a state, where no answer leads nearer by itself.
ANSWERS: Mapping[str, Sequence[str]] = {"followed": ("held", "confirmed")}
# Kinds that may go on as a case of its own, and as which.
BESIDE = {"logistics_complaint": "stalled", "refused_at_door": "missing_items"}
Deed = Callable[[], object]


class _Astray(Exception):
    """From here the play does not get there any more; the deed is undone."""


@dataclass
class Play:
    """One case on its way. `at` is the hour of the play, `ends` the hour at which the audience looks."""

    case: Case
    at: dt.datetime
    ends: dt.datetime
    people: Mapping[str, Actor]
    dice: Random
    pictures: list[Evidence] = field(default_factory=list)
    done: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
    astray: set[tuple[str, str]] = field(default_factory=set)
    _goals: Collection[str] = ()
    _read: dict[tuple[object, ...], Situation] = field(default_factory=dict)

    def go(self, goals: Collection[str]) -> bool:
        """Move until the case is in one of the goals. False when it does not get there."""
        away, self._goals = distances(type(self.case), goals), goals
        for _ in range(MOVES):
            if self.case.state in goals:
                return True
            self.seen.add(self.case.state)
            if self.case.state not in away or not self._move(away):
                return False
        return self.case.state in goals

    def _move(self, away: Mapping[str, int]) -> bool:
        """The first deed that is taken. What was refused has changed nothing."""
        before, at, done, pictures = self._standing(), self.at, set(self.done), len(self.pictures)
        for deed in self._deeds(away):
            try:
                with transaction.atomic():
                    deed()
                    self.case.refresh_from_db()
                    if self.case.state not in away:
                        raise _Astray
            except (DeskError, _Astray) as refusal:
                # What once led astray from here is not tried here again.
                self.astray |= {(before[0], name) for name in self.done - done if isinstance(refusal, _Astray)}
                self.at, self.done = at, set(done)
                self.drop_pictures(pictures)
                self.case.refresh_from_db()
                continue
            if self._standing() != before:
                self.at = min(self.at + self.dice.randint(9, 50) * MINUTE, self.ends - MINUTE)
                return True
        return False

    def drop_pictures(self, kept: int = 0) -> None:
        """Take the bytes away of all pictures but the first `kept`: what they were shown for is undone."""
        for each in self.pictures[kept:]:
            evidence_path(each).unlink(missing_ok=True)
        del self.pictures[kept:]

    def _standing(self) -> tuple[str, int, int]:
        return self.case.state, self.case.version, len(self.done)

    def _deeds(self, away: Mapping[str, int]) -> Iterator[Deed]:
        """Steps that lead nearer, by whoever or whatever takes them; then what the chapter wants done here, the clock, and ways round."""
        here = [each for each in type(self.case).steps() if self.case.state in each.source]
        leading = [each for each in here if each.target is not None and each.target.value in away.keys() - self.seen]
        # As near, what comes next is taken before what may only happen.
        leading.sort(key=lambda each: (away[str(each.target)], not each.comes_next_in(self.case.state)))
        nearer = [each for each in leading if away[str(each.target)] < away[self.case.state]]
        for step in nearer:
            yield from self._by_people(step)
            yield from self._by_itself(step, away)
        yield from self._answers(away)
        yield from self._pictures()
        yield from self._once(f"{self.case.state} told", self._reach_the_customer)
        yield from self._once(f"{self.case.state} platform", self._do_on_the_platform)
        for step in sorted(here, key=lambda each: not each.comes_next_in(self.case.state)):
            if step.target is None:
                yield from (self._marked(f"{self.case.state} {step.name}", deed) for deed in self._by_people(step))
        if self.case.kind in BESIDE:
            yield from self._once(f"{self.case.state} beside", self._open_beside)
        yield self._wait
        for step in leading:
            if step not in nearer:
                yield from self._by_people(step)
                yield from self._by_itself(step, away)
        yield from self._answers(away, back=True)

    def _by_itself(self, step: Step, away: Mapping[str, int]) -> Iterator[Deed]:
        """What brings about a step that nobody takes: a clock, an answer, pictures, a remedy, the courier or the platform's lists."""
        if CLOCK in step.by:
            yield self._wait
        if not step.hidden and step.by & BY_ROLE.keys():
            return
        yield from self._answers(away)
        if step.name in OF_PICTURES:
            yield from self._pictures()
        for name in remedies_for(step, type(self.case), away):
            yield from self._once(name, lambda name=name: self._make_good(name))  # type: ignore[misc]
        if step.name == "over":
            yield from self._once("children over", self._deliver_children)
        for told in TOLD_BY.get(step.name, ()) if self.case.order else ():
            yield from self._once(f"{self.case.state} {told}", lambda told=told: self._is_told(told))  # type: ignore[misc]

    def _pictures(self) -> Iterator[Deed]:
        """Those that the chapter asks for, or of a kind that it knows: the first alone, then the others."""
        kind = type(self.case)
        wanted = [each.kind for each in kind.CHECKLIST] or list(kind.EVIDENCE[:1])
        yield from self._once("a picture", lambda: self._show_pictures(wanted[:1]))
        yield from self._once("pictures", lambda: self._show_pictures(wanted[1:]))

    def _by_people(self, step: Step) -> Iterator[Deed]:
        """Those who may take it, and whom the rules of the house let take it at this moment."""
        for role in (each for each in BY_ROLE if each in step.by and not step.hidden):
            by = self.people[BY_ROLE[role]]
            if not reasons_of_rules(self.case, step, self._situation(by)):
                yield lambda by=by: self._take(step, by)  # type: ignore[misc]  # the person of this round

    def _situation(self, by: Actor) -> Situation:
        """What the guards look at, read once for each person until something changes."""
        key = (self.at, *self._standing(), by.user_id)
        if key not in self._read:
            case = Case.objects.get(pk=self.case.pk)
            self._read = {key: read_situations([case], now=self.at, actor=by)[case.pk]} | {
                k: v for k, v in self._read.items() if k[:-1] == key[:-1]
            }
            self.case.facts, self.case.at = case.facts, self._read[key]
        return self._read[key]

    def _take(self, step: Step, by: Actor) -> None:
        facts = facts_for(step.facts, self.case, self.at, self.dice, self._meant)
        advance(self.case.pk, step.name, by=by, at=self.at, note="已核实" if step.needs_note else "", facts=facts or None)

    def _answers(self, away: Mapping[str, int], *, back: bool = False) -> Iterator[Deed]:
        """To the questions that are open, first those that lead nearer; or those that lead `back` to where the play came from."""
        for task in Task.objects.filter(case=self.case, done_at=None, kind__in=TASK_KINDS):
            kind = TASK_KINDS[task.kind]
            by = self.people[BY_ROLE[next(role for role in BY_ROLE if role in kind.answered_by)]]
            answers = self.dice.sample(kind.answers, len(kind.answers))
            meant = [each for goal in self._goals for each in ANSWERS.get(goal, ())]
            answers.sort(key=lambda answer: (away.get(self._after(task.kind, answer.value), MOVES), answer.value not in meant))
            for answer in answers:
                if (self._after(task.kind, answer.value) in self.seen) is not back:
                    continue
                facts = facts_for(answer.facts, self.case, self.at, self.dice)
                yield lambda task=task, answer=answer, facts=facts, by=by: answer_task(  # type: ignore[misc]  # those of this round
                    task.case_id, task.pk, answer=answer.value, facts=facts, by=by, at=self.at
                )

    def _after(self, task: str, answer: str) -> str:
        """The state after the step that the answer brings about; "" where the case stays where it is."""
        name = self.case.step_after_task(task, answer)
        target = next((each.target for each in type(self.case).steps() if each.name == name), None)
        return "" if target is None else str(target)

    def _once(self, name: str, deed: Deed) -> Iterator[Deed]:
        if name not in self.done and (self.case.state, name) not in self.astray:
            yield self._marked(name, deed)

    def _marked(self, name: str, deed: Deed) -> Deed:
        def marked() -> None:
            if name not in self.done:
                deed()
                self.done.add(name)

        return marked

    def _show_pictures(self, wanted: Sequence[str]) -> None:
        number = self.case.order.parcels.values_list("waybill", flat=True).first() if self.case.order else None
        for each in wanted:
            picture = a_waybill(number or "YT0000000000000", "0.85") if each == "photo_waybill" else a_box(self.dice, cracked=True)
            self.pictures.append(add_evidence(self.case.pk, upload=picture, kind=each, by=self.people["agent"], at=self.at))

    def _reach_the_customer(self) -> None:
        record_contact(self.case.pk, channel=Channel.CHAT, outcome=Outcome.ANSWERED, note="", by=self.people["agent"], at=self.at)

    def _deliver_children(self) -> None:
        """The parcels of the cases below arrive one after the other."""
        for child in Case.objects.open().filter(parent=self.case).select_related("order"):
            self.at = min(self.at + MINUTE, self.ends - MINUTE)
            if child.order is not None:
                TELL["signed"](child.order, self.at)

    def _open_beside(self) -> None:
        """What the customer tells is the beginning of another chapter."""
        assert self.case.order is not None  # these kinds are about an order
        open_case(BESIDE[self.case.kind], by=self.people["agent"], at=self.at, order=self.case.order.number)

    def _is_told(self, what: str) -> None:
        """After whatever courier and lists have told of it: before that it would be no news."""
        order = self.case.order
        assert order is not None  # asked where there is one
        last = order.parcels.aggregate(last=Max("last_event_at"))["last"]
        self.at = min(max(self.at, (last or self.at) + MINUTE), self.ends - MINUTE)
        if what in OF_ORDERS:
            self.at = max(self.at, listed_at(order))
        TELL[what](order, self.at)

    @property
    def _meant(self) -> Mapping[str, str]:
        """What is chosen on the way there."""
        return next((MEANT[goal] for goal in self._goals if goal in MEANT), {})

    def _make_good(self, remedy: str) -> None:
        """The remedy below the case, brought to its end where people can."""
        below = open_remedy(remedy, self.case, self.people["agent"], self.at)
        self.case.refresh_from_db()
        if self.case.state in self._goals:
            return
        child = Play(below, self.at, self.ends, self.people, self.dice, pictures=self.pictures)
        child.go([state.value for state in type(below).MADE_GOOD[:1]])
        self.at = max(self.at, child.at)

    def _do_on_the_platform(self) -> None:
        for pk in Task.objects.filter(case=self.case, done_at=None).exclude(kind__in=TASK_KINDS).values_list("pk", flat=True):
            finish_task(self.case.pk, pk, by=self.people["agent"], at=self.at)

    def _wait(self) -> None:
        """Let the next clock of the case run out, where that is before the audience comes."""
        due = Deadline.objects.filter(case=self.case, status="open", due_at__lt=self.ends).order_by("due_at").first()
        if due is not None:
            self.at = max(self.at, due.due_at + MINUTE)
            fire_case(self.case.pk, by=Actor.system("command"), at=self.at)
