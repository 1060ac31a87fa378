"""A case brought to a state that the desk does not show yet, by steps that people may take: what the stories have not told by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random

from django.db import transaction

from casework.actions.add_evidence import add_evidence, evidence_path
from casework.actions.advance import advance
from casework.actions.answer_task import answer_task
from casework.actions.deeds import finish_task, record_contact
from casework.actions.offers import reasons_of_rules
from casework.actions.sweep import fire_case
from casework.models import Case, Channel, Deadline, Evidence, Outcome, Task
from casework.registry import TASK_KINDS
from casework.situation import Situation, read_situations
from casework.workflow import Step
from logistics.actions.take_tracking import take_tracking
from logistics.carriers.trace import Node, Trace
from orders.access import Actor
from orders.errors import DeskError
from refunds.demo.facts import facts_for
from refunds.demo.pictures import a_box, a_waybill
from refunds.demo.roads import distances

MINUTE = dt.timedelta(minutes=1)
# A play that has not arrived by then is left where it stands.
MOVES = 16
# Whom the house asks for each role.
BY_ROLE = {
    "agent": "agent",
    "finance": "finance",
    "warehouse": "warehouse",
    "print_clerk": "printclerk",
    "supervisor": "supervisor",
    "manager": "manager",
}
# What a courier may tell of a parcel, by where it then is.
COURIER_TELLS = {
    "transit": "到达【{city}转运中心】",
    "signed": "已签收，签收人：本人",
    "returning": "收件人拒收，退回寄件人",
    "returned": "退件已由寄件人签收",
}
# Ends of a remedy that make good.
GOOD_ENDS = ("settled", "arrived", "paid_back", "refunded", "sent", "done")
Deed = Callable[[], object]
Below = Callable[[Case, Actor, dt.datetime], Case]


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
    openers: Mapping[str, Below] = field(default_factory=dict)
    pictures: list[Evidence] = field(default_factory=list)
    done: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
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
            except (DeskError, _Astray):
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
        """Steps that lead there, the nearest first; then the answer that is waited for, what the chapter wants done here, and the clock."""
        here = [each for each in type(self.case).steps() if self.case.state in each.source]
        leading = [each for each in here if each.target is not None and each.target.value in away.keys() - self.seen]
        leading.sort(key=lambda each: away[each.target.value])  # type: ignore[union-attr]  # those without were left out
        for step in leading:
            yield from self._by_people(step)
        yield from self._answers()
        yield from self._once("pictures", self._show_pictures)
        yield from self._once(f"{self.case.state} told", self._reach_the_customer)
        for step in here:
            if step.target is None:
                yield from (self._marked(f"{self.case.state} {step.name}", deed) for deed in self._by_people(step))
        yield from self._once(f"{self.case.state} platform", self._do_on_the_platform)
        if any(each.hidden for each in leading):
            yield from self._from_outside()
        yield self._wait

    def _from_outside(self) -> Iterator[Deed]:
        """What moves a case by itself: the courier, or what makes it good."""
        for name in (each for each in type(self.case).REMEDIES if each in self.openers):
            yield from self._once(name, lambda name=name: self._make_good(name))  # type: ignore[misc]
        for stage in COURIER_TELLS if self.case.order else ():
            yield from self._once(f"{self.case.state} {stage}", lambda stage=stage: self._courier_tells(stage))  # type: ignore[misc]

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
        facts = facts_for(step.facts, self.case, self.at, self.dice)
        advance(self.case.pk, step.name, by=by, at=self.at, note="已核实" if step.needs_note else "", facts=facts or None)

    def _answers(self) -> Iterator[Deed]:
        for task in Task.objects.filter(case=self.case, done_at=None, kind__in=TASK_KINDS):
            kind = TASK_KINDS[task.kind]
            by = self.people[BY_ROLE[next(role for role in BY_ROLE if role in kind.answered_by)]]
            for answer in self.dice.sample(kind.answers, len(kind.answers)):
                facts = facts_for(answer.facts, self.case, self.at, self.dice)
                yield lambda task=task, answer=answer, facts=facts, by=by: answer_task(  # type: ignore[misc]  # those of this round
                    task.case_id, task.pk, answer=answer.value, facts=facts, by=by, at=self.at
                )

    def _once(self, name: str, deed: Deed) -> Iterator[Deed]:
        if name not in self.done:
            yield self._marked(name, deed)

    def _marked(self, name: str, deed: Deed) -> Deed:
        def marked() -> None:
            if name not in self.done:
                deed()
                self.done.add(name)

        return marked

    def _show_pictures(self) -> None:
        number = self.case.order.parcels.values_list("waybill", flat=True).first() if self.case.order else None
        for each in type(self.case).CHECKLIST:
            picture = a_waybill(number or "YT0000000000000", "0.85") if each.kind == "photo_waybill" else a_box(self.dice, cracked=True)
            self.pictures.append(add_evidence(self.case.pk, upload=picture, kind=each.kind, by=self.people["agent"], at=self.at))

    def _reach_the_customer(self) -> None:
        record_contact(self.case.pk, channel=Channel.CHAT, outcome=Outcome.ANSWERED, note="", by=self.people["agent"], at=self.at)

    def _courier_tells(self, stage: str) -> None:
        parcel = self.case.order.parcels.select_related("courier", "shop").order_by("-pk").first() if self.case.order else None
        if parcel is None or parcel.courier is None:
            return
        node = Node(self.at - MINUTE, COURIER_TELLS[stage].format(city="杭州市"), stage=stage)
        take_tracking(parcel.shop, [Trace("file", parcel.courier.code, parcel.waybill, (node,))], by=Actor.system("command"), at=self.at)

    def _make_good(self, remedy: str) -> None:
        """The remedy below the case, brought to its end where people can."""
        below = self.openers[remedy](self.case, self.people["agent"], self.at)
        self.case.refresh_from_db()
        if self.case.state in self._goals:
            return
        child = Play(below, self.at, self.ends, self.people, self.dice, openers=self.openers, pictures=self.pictures)
        ends = [state.value for state in type(below).STATES if state.is_end and state.value in GOOD_ENDS]
        child.go(ends)
        self.at = max(self.at, child.at)

    def _do_on_the_platform(self) -> None:
        for pk in Task.objects.filter(case=self.case, done_at=None).exclude(kind__in=TASK_KINDS).values_list("pk", flat=True):
            finish_task(self.case.pk, pk, by=self.people["agent"], at=self.at)

    def _wait(self) -> None:
        """Let the next clock of the case run out, where that is before the audience comes."""
        due = Deadline.objects.filter(case=self.case, status="open", due_at__lt=self.ends).order_by("due_at").first()
        if due is not None:
            self.at = max(self.at, due.due_at + MINUTE)
            fire_case(self.case.pk, by=Actor.system("beat"), at=self.at)
