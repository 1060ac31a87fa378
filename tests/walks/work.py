"""How cases are worked: steps as they are offered and as they are not, answers, contacts, pictures, the way back."""

from hypothesis import strategies as st

from casework.models import Case, Channel, Outcome, Task
from casework.reading import read_case
from casework.registry import TASK_KINDS
from refunds.demo.facts import facts_for
from tests.callers import a_picture
from tests.cast import acts
from tests.walks.doors import Deed, a_step, an_answer, small_deed
from tests.walks.ground import Ground, dice, few
from tests.walks.standing import must_agree

WORK = (
    *["a_case_goes_on"] * 6,
    *["money_goes_on"] * 3,
    *["a_question_is_answered"] * 2,
    *["something_is_made_good"] * 2,
    "a_picture_is_added",
    "the_customer_is_called",
    "something_is_done_on_the_platform",
    "somebody_tries_any_step",
    "a_step_is_taken_back",
    "a_case_is_opened_again",
    "somebody_takes_or_lays_down",
)


class Working(Ground):
    """What people do with a case that there is."""

    def money_goes_on(self, data):
        """The same with money that was asked for: decided, paid, told."""
        self.a_case_goes_on(data, Case.objects.open().filter(kind__in=("refund", "compensation")))

    def a_case_goes_on(self, data, rows=None):
        """Somebody takes steps that the page offers."""
        case = self.a_case(data, rows)
        for _ in range(data.draw(st.integers(2, 6), "steps")):
            by, offers = self.who_may(data, case)
            # Ends are rare, else no case gets far.
            onward = [step for step in offers if not step.closes]
            here = offers if not onward or data.draw(few) else onward
            if not here:
                return
            self.take(data, case, self.one_of(data, here), by, case.version)
            case.refresh_from_db()

    def who_may(self, data, case):
        """One of those for whom there is a step, with the steps that are offered to them; where there is none, the next."""
        roles = {role for step in type(case).steps() if case.state in step.source and not step.hidden for role in step.by}
        people = [user for user in self.world.people if self.world.role[user.pk] in roles]
        first = data.draw(st.integers(0, max(len(people) - 1, 0)), "first")
        for by in people[first:] + people[:first]:
            offers = [each.step for each in read_case(case.pk, by=acts(by), now=self.now).here if each.allowed]
            if offers:
                return by, offers
        return None, []

    def take(self, data, case, step, by, version, *, must_not=False):
        facts = facts_for(step.facts, case, self.now, data.draw(dice))
        if step.name == "ask_again":
            facts = {"request": {name: value for name, value in self.a_wish(data, case.order).items() if name != "order"}}
        self.does(data, a_step(case, step.name, version, facts, step.facts), by, must_not=must_not)
        if step.decides_money and case.order is not None:
            must_agree(case.order, self.world.auditor)

    def somebody_tries_any_step(self, data):
        """Anybody, another shop's people included, any step of any case, as it stands or as it stood; something may be left out."""
        age = data.draw(st.sampled_from([0, 0, 1, 7]), "age")
        case = self.a_case(data, Case.objects.all() if data.draw(few) else None)
        step = self.one_of(data, type(case).steps())
        by = data.draw(st.sampled_from([*self.world.people, self.world.outsider]), "by")
        may = self.world.role.get(by.pk) in step.by and case.state in step.source and not step.hidden
        self.take(data, case, step, by, case.version + age if age else case.version, must_not=not may or age > 0)

    def a_step_is_taken_back(self, data):
        case = self.a_case(data)
        body = {"version": case.version, "note": data.draw(st.sampled_from(["", "点错了"]), "note")}
        self.does(data, small_deed(case, "step-back", "stepback", "step-back", body), self.somebody(data, {"supervisor", "agent"}))

    def a_case_is_opened_again(self, data):
        case = self.a_case(data, Case.objects.filter(closed_at__isnull=False))
        body = {"version": case.version, "note": "又来找了"}
        deed = small_deed(case, "reopen", "reopen", "reopen", body)
        self.does(data, deed, self.somebody(data, {"supervisor", "agent"}), must_not=case.is_open)

    def a_question_is_answered(self, data):
        tasks = list(Task.objects.filter(kind__in=list(TASK_KINDS)).order_by("done_at", "-pk")[:4])
        if tasks:
            task = data.draw(st.sampled_from(tasks), "task")
            kind = TASK_KINDS[task.kind]
            answer = self.one_of(data, kind.answers, "value")
            facts = facts_for(answer.facts, task.case, self.now, data.draw(dice))
            self.does(data, an_answer(task, answer.value, facts, answer.facts), self.somebody(data, kind.answered_by))

    def something_is_done_on_the_platform(self, data):
        tasks = list(Task.objects.filter(done_at=None).exclude(kind__in=list(TASK_KINDS)).order_by("-pk")[:4])
        if tasks:
            task = data.draw(st.sampled_from(tasks), "task")
            page = f"tasks/{task.pk}/done"
            self.does(data, small_deed(task.case, page, "task", page, {"task": task.pk}), self.somebody(data, {"agent", "printclerk"}))

    def the_customer_is_called(self, data):
        case = self.a_case(data)
        body = {"channel": data.draw(st.sampled_from(Channel.values)), "outcome": data.draw(st.sampled_from(Outcome.values)), "note": ""}
        deed = small_deed(case, "contacts", "contact", "contacts", body)
        page = (deed.page[0], body | {"version": case.version})
        self.does(data, Deed(page, deed.admin, deed.api), self.somebody(data, {"agent"}))

    def a_picture_is_added(self, data):
        case = self.a_case(data)
        for kind in [each.kind for each in type(case).CHECKLIST] or type(case).EVIDENCE[:1]:
            deed = Deed(page=(f"/cases/{case.pk}/evidence/", {"kind": kind, "file": a_picture()}))
            self.does(data, deed, self.somebody(data, {"agent"}))

    def somebody_takes_or_lays_down(self, data):
        case = self.a_case(data)
        changes, page = data.draw(st.sampled_from([("take", "take"), ("laydown", "give")]))
        deed = small_deed(case, page, changes, None, {"version": case.version})
        self.does(data, deed, self.somebody(data, {"agent", "supervisor"}))
