"""A desk at which everything happens in any order: people by page and API, customers, couriers, nights and clocks."""

import datetime as dt
import random
from collections import Counter

from django import forms
from django.test import Client

from casework.actions.ask_photos import make_link
from casework.actions.assign import take_case
from casework.actions.deeds import finish_task
from casework.actions.sweep import fire_deadlines
from casework.actions.take_photo import take_photo
from casework.facts import InstantField
from casework.models import Case, Channel, Outcome, Task
from casework.reading import read_case
from casework.registry import TASK_KINDS
from logistics.actions.flag_stalled import flag_stalled
from logistics.actions.weigh import weigh
from logistics.carriers.kuaidi100 import sign_of
from logistics.items import ItemsField
from logistics.new_address import NewAddress
from logistics.task_kinds import WaybillField
from orders.access import Actor
from orders.errors import DeskError
from refunds.actions.ask import ask_refund
from tests.builders import a_wish
from tests.callers import a_picture, browser, program
from tests.cast import MONDAY, acts
from tests.logistics.addresses import NEW
from tests.logistics.goods import REMEDIES, asked
from tests.logistics.traces import SALT, push, row

BEAT = Actor.system("beat")
KINDS = (
    "unreachable",
    "stalled",
    "no_record",
    "missing_items",
    "wrong_items",
    "damaged",
    "doubtful",
    "logistics_complaint",
    "complaint",
    "review",
    "signed_not_received",
    "out_of_area",
    "confiscated",
    "address_change",
    "intercept",
    "refused_at_door",
    "returned_to_sender",
    "trouble_in_use",
    "courier_claim",
)
CODES = ["101", "103", "1001", "1002", "5", "501", "202", "205", "204", "206", "207", "208", "3", "303", "6", "4"]


class Walk:
    """A random walk: `do()` does something as somebody, and counts what was done and what was refused."""

    def __init__(self, seed, people, orders):
        self.rng = random.Random(seed)
        self.people, self.orders, self.now = people, orders, MONDAY
        self.shop = orders[0].shop
        self.done, self.refused = Counter(), Counter()
        self.callers = {}
        # Whatever the dice say, each deed is done once.
        self.at_least = self.rng.sample(list(DEEDS), len(DEEDS))

    # Who and what ------------------------------------------------------------------------------------------------

    def somebody(self):
        return self.rng.choice(self.people)

    def a_case(self):
        """An open case, or one that is over: people try that too."""
        return self.rng.choice(list(Case.objects.open().order_by("pk")) or list(Case.objects.order_by("pk")))

    def facts_for(self, form, case):
        """Values such as people type; now and then something is left out."""
        if form is NewAddress:
            return NEW
        given = {name: self.value_of(field, case) for name, field in form.base_fields.items() if field.required or self.rng.random() < 0.7}
        return {name: value for name, value in given.items() if value is not None and self.rng.random() < 0.97}

    def value_of(self, field, case):
        rng = self.rng
        if isinstance(field, ItemsField):
            lines = list(case.order.lines.all()) if case.order else []
            return [{"line": line.pk, "quantity": rng.randint(1, line.quantity)} for line in lines[: rng.randint(1, 2)]] or None
        if isinstance(field, InstantField):
            return (self.now + dt.timedelta(hours=rng.choice([-1, 24, 100]))).isoformat()
        if isinstance(field, forms.DateField):
            return self.now.date().isoformat()
        if isinstance(field, forms.BooleanField):
            return True
        if isinstance(field, forms.IntegerField):
            return rng.randint(900, 1500)
        if isinstance(field, WaybillField):
            return f"7377777{rng.randrange(10**6):06d}"
        if isinstance(field, forms.ChoiceField):
            values = [value for value, _label in field.choices if value]
            return "zhongtong" if "zhongtong" in values else rng.choice(values)
        return f"说明{rng.randrange(10_000)}" if isinstance(field, forms.CharField) else None

    # By which door ------------------------------------------------------------------------------------------------

    def through(self, door, path, page, body, api=None, by=None):
        """A request of a person by page or API, at the time of the walk. Refusals are counted; an accident of ours fails the test."""
        by = by or self.somebody()
        key = (door, by.pk)
        if key not in self.callers:
            self.callers[key] = browser(by) if door == "page" else program(by)
        caller, headers = self.callers[key], {"X-Test-Now": self.now.isoformat()}
        sent = headers if door == "api" else caller.headers | headers
        answer = caller.post(api or path, body, **sent) if door == "api" else caller.client.post(f"/{path}", page, headers=sent)
        assert answer.status_code < 500, (path, answer.content[-2000:])
        if answer.status_code >= 400:
            raise DeskError(str(answer.status_code), code=f"{answer.status_code}")

    # Deeds --------------------------------------------------------------------------------------------------------

    def do(self):
        """Time goes on, and somebody does something."""
        self.now += dt.timedelta(minutes=self.rng.choice([1, 30, 200, 600, 1500]))
        deed = self.at_least.pop() if self.at_least else self.rng.choices(list(DEEDS), weights=list(DEEDS.values()))[0]
        try:
            deed(self)
            self.done[deed.__name__] += 1
        except DeskError as refused:
            self.refused[f"{deed.__name__} {refused.code}"] += 1
        return deed.__name__

    def take_a_step(self):
        """Mostly one that is offered to somebody, so that cases get far; sometimes any."""
        case = self.a_case()
        by, step = self.rng.choice(self.people), self.rng.choice([each for each in type(case).steps() if not each.hidden])
        if self.rng.random() < 0.85:
            by, step = self._offered(case) or (by, step)
        facts = self.facts_for(step.facts, case)
        if step.name == "ask_again":
            wish = a_wish(case.order, f"{self.rng.randrange(1, 60)}.00")
            facts = {"request": {name: value for name, value in wish.items() if name != "order"}}
        body = {"version": case.version, "note": "说明", "facts": facts}
        typed = {"version": case.version, "note": "说明"} | {name: _typed(value, case) for name, value in facts.items()}
        door = self.rng.choice(["page", "api"]) if step.name != "ask_again" else "api"
        self.through(door, f"cases/{case.pk}/steps/{step.name}/", typed, body, by=by)
        return case, by

    def _offered(self, case):
        """Somebody and a step that they may take now; steps that end the case are rare, else no case gets far."""
        found = []
        for by in self.people:
            found += [(by, each.step) for each in read_case(case.pk, by=acts(by), now=self.now).here if each.allowed]
        weights = [0.02 if step.target is not None and step.target.is_end else 1 for _by, step in found]
        return self.rng.choices(found, weights)[0] if found else None

    def take_a_step_back(self):
        """By who has just taken it, or of some case by somebody."""
        case, by = self.take_a_step() if self.rng.random() < 0.8 else (self.a_case(), self.somebody())
        self.now += dt.timedelta(minutes=self.rng.choice([0, 1, 20]))
        body = {"version": Case.objects.get(pk=case.pk).version, "note": ""}
        self.through(self.rng.choice(["page", "api"]), f"cases/{case.pk}/step-back/", body, body, by=by)

    def open_again(self):
        """One that is over, with a reason."""
        closed = list(Case.objects.filter(closed_at__isnull=False).order_by("pk"))
        if closed:
            case = self.rng.choice(closed)
            body = {"version": case.version, "note": "又来找了"}
            self.through(self.rng.choice(["page", "api"]), f"cases/{case.pk}/reopen/", body, body)

    def answer_a_question(self):
        task = Task.objects.filter(kind__in=TASK_KINDS, done_at=None).order_by("?").first() or Task.objects.first()
        if task is None or task.kind not in TASK_KINDS:
            return
        answer = self.rng.choice(TASK_KINDS[task.kind].answers)
        facts = self.facts_for(answer.facts, task.case)
        typed, body = {"answer": answer.value} | facts, {"answer": answer.value, "facts": facts}
        by = next((each for each in self.people if each.memberships.get().role in TASK_KINDS[task.kind].answered_by), None)
        by = by if self.rng.random() < 0.8 else self.somebody()
        door = self.rng.choice(["page", "api"])
        self.through(door, f"todo/{task.pk}/", typed, body, f"cases/{task.case_id}/tasks/{task.pk}/answer/", by=by)

    def do_a_task(self):
        task = Task.objects.filter(done_at=None).order_by("?").first()
        if task:
            finish_task(task.case_id, task.pk, by=acts(self.somebody()), at=self.now)

    def contact_the_customer(self):
        case = self.a_case()
        given = {"channel": self.rng.choice(Channel.values), "outcome": self.rng.choice(Outcome.values), "note": ""}
        self.through("page", f"cases/{case.pk}/contacts/", given | {"version": case.version}, None)

    def add_a_picture(self):
        case = self.a_case()
        wanted = [each.kind for each in type(case).CHECKLIST] or list(type(case).EVIDENCE)
        self.through("page", f"cases/{case.pk}/evidence/", {"kind": self.rng.choice(wanted), "file": a_picture()}, None)

    def ask_for_photos(self):
        """Somebody asks a customer for photos, and the customer sends one, sooner or later."""
        case, kind = self.a_case(), "photo_goods"
        _link, token = make_link(case.pk, kinds=[kind], by=acts(self.somebody()), at=self.now)
        take_photo(token, upload=a_picture(), kind=kind, at=self.now + dt.timedelta(minutes=self.rng.choice([0, 20_000])))

    def open_a_case(self):
        kind, order = self.rng.choice(KINDS), self.rng.choice(self.orders)
        given = {"kind": kind, "order": order.number}
        self.through(self.rng.choice(["page", "api"]), "cases/new/", given, given, "cases/")

    def send_again(self):
        case = self.a_case()
        lines = self.value_of(ItemsField(), case) or []
        typed = {f"line-{each['line']}": each["quantity"] for each in lines} | {"reason": "丢件"}
        body = {"case": case.pk, "lines": lines, "reason": "丢件"}
        self.through(self.rng.choice(["page", "api"]), f"reshipments/new/?case={case.pk}", typed, body, "reshipments/")

    def make_good(self):
        """Any remedy that a chapter knows, where its case wants one."""
        wanting = [each for each in Case.objects.open().order_by("pk") if each.state in each.MENDS_IN]
        case = self.rng.choice(wanting) if wanting else self.a_case()
        kinds = sorted(REMEDIES & set(type(case).REMEDIES))
        if case.order and kinds:
            asked(self.rng.choice(kinds), case, self.somebody(), at=self.now)

    def ask_money(self):
        case = self.a_case() if self.rng.random() < 0.6 else None
        order = case.order if case and case.order else self.rng.choice(self.orders)
        wish = a_wish(order, f"{self.rng.randrange(1, 80)}.{self.rng.randrange(100):02d}")
        ask_refund(wish | ({"case": case.pk} if case else {}), by=acts(self.somebody()), at=self.now)

    def courier_tells(self):
        """A push: some nodes, in order or not, told anew, or the end of watching."""
        order = self.rng.choice(self.orders)
        order.refresh_from_db()
        parcel = self.rng.choice(list(order.parcels.order_by("pk")))
        nodes = [self._node() for _ in range(self.rng.randint(1, 3))]
        aborted = {"status": "abort", "message": self.rng.choice(["3天查询无记录", "60天无变化时"])} if self.rng.random() < 0.1 else {}
        param = push(*([] if aborted else nodes), nu=parcel.waybill, com=parcel.courier.code, **aborted)
        form = {"param": param.decode(), "sign": sign_of(param, SALT)}
        for _ in range(self.rng.choice([1, 1, 2])):
            answer = Client().post("/webhooks/kuaidi100/demo/", form, headers={"X-Test-Now": self.now.isoformat()})
            assert answer.status_code == 200, answer.content

    def _node(self):
        at = (self.now - dt.timedelta(minutes=self.rng.choice([0, 60, 3000]))).astimezone(MONDAY.tzinfo)
        time, code = f"{at:%Y-%m-%d %H:%M:%S}", self.rng.choices(CODES, weights=[20] * (len(CODES) - 4) + [1, 1, 1, 1])[0]
        return row(0, code, f"【杭州市】 {code} {self.rng.randrange(5)}", time=time, ftime=time)

    def weigh_a_parcel(self):
        parcel = self.rng.choice(self.orders).parcels.first()
        source = self.rng.choice(["courier", "waybill", "warehouse"])
        weigh(parcel.pk, source=source, grams=self.rng.randint(900, 1500), by=acts(self.somebody()), at=self.now)

    def work_at_night(self):
        flag_stalled(self.shop, at=self.now, by=BEAT)

    def clocks_run_out(self):
        fire_deadlines(at=self.now)

    def take_over(self):
        take_case(self.a_case().pk, by=acts(self.somebody()), at=self.now)

    # What must hold -----------------------------------------------------------------------------------------------

    def dead_ends(self):
        """Open cases that nobody can move: no step offered to anybody, no question, no child, no clock that steps."""
        return [f"{case.kind} {case.state}" for case in Case.objects.open() if not self._has_a_way(case)]

    def _has_a_way(self, case):
        view = read_case(case.pk, by=acts(self.people[0]), now=self.now)
        clocks = {each.name: each for each in type(case).CLOCKS}
        if any(clocks[each.kind].then for each in view.deadlines if each.kind in clocks):
            return True
        if any(each.done_at is None for each in view.tasks) or Case.objects.open().filter(parent=case).exists():
            return True
        return any(each.allowed for by in self.people for each in read_case(case.pk, by=acts(by), now=self.now).here)


def _typed(value, case):
    """A fact as it is typed into a form."""
    if isinstance(value, list):
        places = dict(case.order.lines.values_list("pk", "position"))
        return ", ".join(f"{places[each['line']]}×{each['quantity']}" for each in value)
    return value


DEEDS = {
    Walk.take_a_step: 40,
    Walk.take_a_step_back: 6,
    Walk.open_again: 2,
    Walk.answer_a_question: 12,
    Walk.do_a_task: 4,
    Walk.contact_the_customer: 5,
    Walk.add_a_picture: 5,
    Walk.ask_for_photos: 2,
    Walk.open_a_case: 5,
    Walk.send_again: 6,
    Walk.make_good: 6,
    Walk.ask_money: 6,
    Walk.courier_tells: 8,
    Walk.weigh_a_parcel: 2,
    Walk.work_at_night: 3,
    Walk.clocks_run_out: 6,
    Walk.take_over: 3,
}
