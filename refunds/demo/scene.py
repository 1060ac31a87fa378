"""One story's stage: its order, the people of the desk, the hour. What they do goes through the same doors as on the page."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from casework.actions.add_evidence import add_evidence
from casework.actions.advance import advance
from casework.actions.answer_task import answer_task
from casework.actions.assign import give_case
from casework.actions.deeds import finish_task, record_contact
from casework.actions.note_order import note_order
from casework.actions.open_case import open_case
from casework.actions.promises_given import Given
from casework.models import Case, Evidence, Task
from casework.reading import read_case
from casework.registry import TASK_KINDS
from casework.replies.promises import find_promises
from casework.scripts.library import script_for
from casework.scripts.variables import Told
from orders.access import Actor
from orders.models import Order
from refunds.actions.ask import ask_refund
from refunds.actions.ask_reshipment import ask_reshipment
from refunds.demo.orders import DemoOrder

HOUR = dt.timedelta(hours=1)
MINUTE = dt.timedelta(minutes=1)


@dataclass
class Scene:
    """`now` is when the audience looks; what happened before is told as hours or minutes before it."""

    now: dt.datetime
    demo: DemoOrder
    people: Mapping[str, Actor]
    lead: str = "supervisor"
    pictures: list[Evidence] = field(default_factory=list)

    @cached_property
    def order(self) -> Order:
        """The order as the import took it in."""
        return Order.objects.get(number=self.demo.number, shop__is_demo=True)

    def ago(self, hours: float = 0, minutes: float = 0) -> dt.datetime:
        """That long before now."""
        return self.now - hours * HOUR - minutes * MINUTE

    def call_for_help(self, by: str, at: dt.datetime, note: str = "") -> Case:
        """The courier cannot reach the customer (L6)."""
        return open_case("unreachable", by=self.people[by], at=at, order=self.demo.number, note=note)

    def keep_note(self, by: str, at: dt.datetime, note: str) -> None:
        """What was settled at once, without a case (L0.5)."""
        note_order(self.order.pk, note=note, by=self.people[by], at=at)

    def try_(self, case: Case, by: str, at: dt.datetime, channel: str, outcome: str = "no_answer", note: str = "") -> None:
        """An attempt to reach the customer (L6.1)."""
        record_contact(case.pk, channel=channel, outcome=outcome, note=note, by=self.people[by], at=at)

    def say(self, case: Case, by: str, at: dt.datetime, script: str) -> None:
        """A script goes out in the chat, and what it promises is put on record (S4.1, S1.4)."""
        view = read_case(case.pk, by=self.people[by], now=at)
        text = script_for(Told(view.case, view.at, self.people[by]), script).filled.text
        given = [Given(text, each.due_at) for each in find_promises(text, view.at) if each.is_sure]
        record_contact(case.pk, channel="chat", outcome="sent", note=text, script=script, promises=given, by=self.people[by], at=at)

    def step(self, case: Case, name: str, by: str, at: dt.datetime, /, note: str = "", **facts: Any) -> Case:
        """A step by that person."""
        return advance(case.pk, name, by=self.people[by], at=at, note=note, facts=facts or None)

    def open(self, kind: str, by: str, at: dt.datetime, note: str = "") -> Case:
        """A case of that kind about the order's parcel."""
        return open_case(kind, by=self.people[by], at=at, order=self.demo.number, note=note)

    def answer(self, case: Case, by: str, answer: str, at: dt.datetime, **facts: Any) -> None:
        """The open question of the case is answered."""
        task = Task.objects.get(case=case, done_at=None)
        answer_task(case.pk, task.pk, answer=answer, facts=facts, by=self.people[by], at=at)

    def send_again(self, case: Case, by: str, at: dt.datetime, reason: str) -> Case:
        """The order's first line is sent again for a case."""
        return ask_reshipment({"case": case.pk, "lines": self.first_line(), "reason": reason}, by=self.people[by], at=at)

    def first_line(self) -> list[dict[str, int]]:
        """One piece of the order's first line."""
        return [{"line": self.order.lines.all()[0].pk, "quantity": 1}]

    def ask(
        self, by: str, reason: str, ground: str, *, parent: Case | None = None, amount: str = "", at: dt.datetime | None = None
    ) -> Case:
        """Ask for the order's first line, whole unless an amount is given (R1.1)."""
        line = self.order.lines.first()
        assert line is not None  # every demo order has lines
        wish = {
            "case": parent.pk if parent else None,
            "order": self.demo.number,
            "reason": reason,
            "ground": ground,
            "payee": {"channel": "platform"},
            "lines": [{"line": line.pk, "amount": amount or str(line.paid)}],
            "freight": "0.00",
        }
        return ask_refund(wish, by=self.people[by], at=at or self.ago(minutes=40))

    def approve(self, case: Case) -> Case:
        """The lead's yes."""
        return self.step(case, "approve", self.lead, self.ago(minutes=25))

    def pay(self, case: Case) -> Case:
        """Finance paid on the platform and writes down its number."""
        at = self.ago(minutes=10)
        return self.step(case, "record_payout", "finance", at, platform_number=f"2611{case.pk:014d}", paid_at=at.isoformat())

    def do_tasks(self, case: Case, by: str) -> None:
        """Everything that waits on the platform is done there (S7.1)."""
        for pk in Task.objects.filter(case=case, done_at=None).exclude(kind__in=TASK_KINDS).values_list("pk", flat=True):
            finish_task(case.pk, pk, by=self.people[by], at=self.ago(minutes=6))

    def show(self, case: Case, by: str, kind: str, picture: io.BytesIO, at: dt.datetime) -> None:
        """A picture on the case."""
        self.pictures.append(add_evidence(case.pk, upload=picture, kind=kind, by=self.people[by], at=at))

    def lay_down(self, case: Case, by: str, at: dt.datetime) -> None:
        """Back into the queue, for whoever takes the next."""
        give_case(case.pk, None, by=self.people[by], at=at)
