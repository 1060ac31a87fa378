"""R11 Reviews: the customer the same day, the cause by its chapter, an answer within a day; changed once within 30 days, reported within 15. N1: no money."""

import datetime as dt

import pytest
from django.utils import translation

from casework.actions.add_evidence import add_evidence
from casework.actions.deeds import finish_task, record_contact
from casework.actions.open_below import open_below
from casework.actions.open_case import open_case
from casework.actions.reopen import reopen
from casework.actions.sweep import fire_deadlines
from casework.actions.verify import verify_invariants
from casework.models import Case, Deadline, Task
from casework.registry import KINDS
from casework.situation import read_situations
from logistics.kinds.review.dates import last_day
from logistics.kinds.review.mending import CHAPTERS
from logistics.models import Review, ReviewFacts
from logistics.models.review import Malice, ReviewCause
from orders.errors import Malformed, NotFound, Refused, StepRefused
from orders.models import Order
from tests.builders import a_compensation, a_refund, an_order
from tests.callers import a_picture, program
from tests.cast import MONDAY, acts
from tests.logistics.incidents import an_incident, fresh, hours, running, state_of, taken

SECOND, DAY = dt.timedelta(seconds=1), dt.timedelta(days=1)
# Midnight after Monday in shop time.
TONIGHT = MONDAY.replace(hour=0) + DAY
NOTED = {"rating": "poor", "posted_at": (MONDAY - hours(3)).isoformat(), "says": "质量太差，退不退"}
CHANGE_UNTIL = TONIGHT + 30 * DAY
REPORT_UNTIL = TONIGHT - 5 * DAY + 15 * DAY


@pytest.fixture
def case(agent, shop):
    order = an_order(shop, freight="8.00", waybill="74200000000001", status="finished", finished_at=MONDAY - 5 * DAY)
    order.parcels.update(delivered_at=MONDAY - 6 * DAY)
    return open_case("review", by=acts(agent), at=MONDAY, order=order.number)


def contacted(case, agent):
    taken(case, "noted", agent, **NOTED)
    record_contact(case.pk, channel="chat", outcome="answered", by=acts(agent), at=MONDAY)


def told(case, agent, cause="service"):
    contacted(case, agent)
    return taken(case, "cause_told", agent, cause=cause, said="客服没回")


def waiting(case, agent):
    told(case, agent)
    return taken(case, "explained", agent, note="已解释用法")


def evidence(case, agent):
    add_evidence(case.pk, upload=a_picture(), kind="chat", by=acts(agent), at=MONDAY)


def codes(case, step, by, at=MONDAY, **facts):
    with pytest.raises(StepRefused) as refused:
        taken(case, step, by, at=at, **facts)
    return [each.code for each in refused.value.reasons]


@pytest.mark.parametrize(("begin", "days", "end"), [(MONDAY, 0, TONIGHT), (MONDAY, 30, CHANGE_UNTIL), (TONIGHT - SECOND, 0, TONIGHT)])
def test_days_are_days_of_shop_time_and_the_first_does_not_count(begin, days, end):
    assert last_day(begin, days) == end


@pytest.mark.rule("R11.2")
@pytest.mark.parametrize(("seconds", "status"), [(-1, "open"), (0, "over"), (1, "over")])
def test_the_customer_is_contacted_the_same_day(case, seconds, status):
    assert running(case, "contact").due_at == TONIGHT
    fire_deadlines(at=TONIGHT + seconds * SECOND)
    assert Deadline.objects.get(case=case, kind="contact").status == status


@pytest.mark.rule("R11.1")
@pytest.mark.parametrize(("seconds", "status"), [(-1, "open"), (0, "over"), (1, "over")])
def test_an_answer_comes_within_a_day_wherever_the_case_stands(case, agent, seconds, status):
    waiting(case, agent)
    fire_deadlines(at=MONDAY + hours(24) + seconds * SECOND)
    assert Deadline.objects.get(case=case, kind="answer").status == status


@pytest.mark.rule("R11.1")
def test_answered_once_the_clock_stops(case, agent):
    taken(case, "answered_there", agent, answer="抱歉给您带来不便")
    assert Deadline.objects.get(case=case, kind="answer").status == "met"
    assert codes(case, "answered_there", agent, answer="再答") == ["not_is_answered"]


@pytest.mark.rule("R11.2")
def test_the_cause_is_asked_of_a_customer_whom_somebody_tried_to_reach(case, agent):
    assert codes(case, "cause_told", agent, cause="service", said="x") == ["is_noted", "was_contacted"]
    told(case, agent)
    assert (state_of(case), ReviewFacts.objects.get(case=case).cause) == ("to_mend", "service")


@pytest.mark.rule("R11.2")
def test_noted_the_next_thing_is_to_reach_the_customer(case, agent):
    def to_make():
        found = Review.objects.get(pk=case.pk)
        return found.contact_to_make(read_situations([found], now=MONDAY, actor=acts(agent))[case.pk])

    assert to_make() == ""
    taken(case, "noted", agent, **NOTED)
    assert to_make()
    record_contact(case.pk, channel="phone", outcome="no_answer", by=acts(agent), at=MONDAY)
    assert to_make() == ""


@pytest.mark.rule("R11.2")
def test_each_cause_has_the_chapters_that_mend_it():
    assert set(CHAPTERS) == set(ReviewCause)
    assert set(Review.REMEDIES) <= set(KINDS)


@pytest.mark.rule("R11.2")
def test_the_cause_is_mended_by_its_chapter_which_has_the_word_until_it_ends(case, agent):
    told(case, agent)
    child = open_below(case.pk, kind="complaint", by=acts(agent), at=MONDAY)
    assert (child.kind, child.parent_id, child.order_id, state_of(case)) == ("complaint", case.pk, case.order_id, "mending")
    taken(child, "cause_settled", agent, cause="use", finding="用法不对")
    taken(child, "explained", agent, told="已讲解")
    taken(child, "recorded", agent, analysis="说明书不清楚", measure="改说明书")
    assert state_of(case) == "wait_change"


@pytest.mark.rule("R11.2")
def test_what_is_worked_already_becomes_the_case_below(case, agent):
    told(case, agent, "slow")
    there = an_incident("logistics_complaint", agent, order=case.order)
    assert open_below(case.pk, kind="logistics_complaint", by=acts(agent), at=MONDAY).pk == there.pk
    assert (fresh(there).parent_id, state_of(case)) == (case.pk, "mending")


@pytest.mark.rule("R11.2")
def test_another_chapter_and_another_time_are_refused(case, agent, outsider):
    with pytest.raises(StepRefused) as refused:
        open_below(case.pk, kind="complaint", by=acts(agent), at=MONDAY)
    assert refused.value.reasons[0].code == "cause_not_asked"
    told(case, agent)
    with pytest.raises(StepRefused) as refused:
        open_below(case.pk, kind="damaged", by=acts(agent), at=MONDAY)
    assert refused.value.reasons[0].code == "another_chapter"
    for kind in ("refund", "review", "nothing"):
        with pytest.raises(Malformed) as unknown:
            open_below(case.pk, kind=kind, by=acts(agent), at=MONDAY)
        assert unknown.value.code == "not_opened_here"
    with pytest.raises(NotFound):
        open_below(case.pk, kind="complaint", by=acts(outsider), at=MONDAY)


@pytest.mark.rule("R11.1")
@pytest.mark.parametrize(("seconds", "is_late"), [(-1, False), (0, False), (1, True)])
def test_it_can_be_changed_within_thirty_days(case, agent, seconds, is_late):
    waiting(case, agent)
    at = CHANGE_UNTIL + seconds * SECOND
    taken(case, "answered_there", agent, answer="抱歉")
    if is_late:
        fire_deadlines(at=at)
        fire_deadlines(at=at)
        assert (state_of(case), ReviewFacts.objects.get(case=case).changed_at) == ("unchanged", None)
        reopen(case.pk, note="顾客说改过了", by=acts(agent), at=at)
        with pytest.raises(Malformed) as late:
            taken(case, "changed", agent, at=at)
        assert (late.value.code, late.value.field) == ("changed_too_late", "changed_at")
        assert taken(case, "changed", agent, at=at, changed_at=CHANGE_UNTIL.isoformat()).state == "changed"
        return
    taken(case, "changed", agent, at=at)
    assert (state_of(case), ReviewFacts.objects.get(case=case).changed_at) == ("changed", at)


@pytest.mark.rule("R11.1")
def test_what_nobody_answered_is_not_closed_by_the_end_of_its_days(case, agent):
    waiting(case, agent)
    for _ in range(2):
        fire_deadlines(at=CHANGE_UNTIL)
    assert state_of(case) == "to_answer"
    fire_deadlines(at=CHANGE_UNTIL + DAY)
    assert codes(case, "answered_there", agent, at=CHANGE_UNTIL + DAY, answer="抱歉") == ["wrong_state"]
    taken(case, "answered_at_last", agent, at=CHANGE_UNTIL + DAY, answer="抱歉")
    assert (state_of(case), ReviewFacts.objects.get(case=case).answered_at) == ("unchanged", CHANGE_UNTIL + DAY)


@pytest.mark.rule("R11.1")
@pytest.mark.parametrize(
    ("changed_at", "field"), [(CHANGE_UNTIL - DAY, ""), (CHANGE_UNTIL + SECOND, "changed_at"), (MONDAY - DAY, "changed_at")]
)
def test_a_change_that_is_told_late_counts_by_its_own_day(case, agent, changed_at, field):
    waiting(case, agent)
    for _ in range(2):
        fire_deadlines(at=CHANGE_UNTIL)
    told = {"at": CHANGE_UNTIL + DAY, "changed_at": changed_at.isoformat()}
    if field:
        with pytest.raises(Malformed) as refused:
            taken(case, "changed", agent, **told)
        assert (refused.value.field, state_of(case)) == (field, "to_answer")
        return
    taken(case, "changed", agent, **told)
    assert (state_of(case), ReviewFacts.objects.get(case=case).changed_at) == ("changed", changed_at)


@pytest.mark.rule("R11.1")
def test_changed_while_its_chapter_works_it_ends_with_it(case, agent):
    told(case, agent)
    child = open_below(case.pk, kind="complaint", by=acts(agent), at=MONDAY)
    taken(case, "changed_meanwhile", agent, at=MONDAY + DAY)
    assert (state_of(case), ReviewFacts.objects.get(case=case).changed_at) == ("changed_mending", MONDAY + DAY)
    assert codes(case, "mended_and_changed", agent, at=MONDAY + DAY) == ["open_children"]
    taken(child, "cause_settled", agent, at=MONDAY + DAY, cause="use", finding="用法不对")
    taken(child, "explained", agent, at=MONDAY + DAY, told="已讲解")
    taken(child, "recorded", agent, at=MONDAY + DAY, analysis="说明书不清楚", measure="改说明书")
    assert state_of(case) == "changed"


@pytest.mark.rule("R11.1")
def test_changed_before_the_platform_answers_the_report_drops_with_it(case, agent):
    taken(case, "noted", agent, **NOTED)
    evidence(case, agent)
    taken(case, "malicious", agent, malice="threat")
    taken(case, "changed", agent)
    assert (state_of(case), Task.objects.filter(case=case, done_at=None).exists(), verify_invariants()) == ("changed", False, [])


@pytest.mark.rule("R11.1")
def test_it_can_be_changed_once_only(case, agent):
    waiting(case, agent)
    taken(case, "changed", agent)
    reopen(case.pk, note="又改回差评", by=acts(agent), at=MONDAY + DAY)
    assert codes(case, "changed", agent, at=MONDAY + DAY) == ["was_not_changed"]


@pytest.mark.rule("R11.1")
def test_three_days_before_the_last_somebody_is_reminded_once(case, agent):
    waiting(case, agent)
    assert running(case, "ask_again").due_at == CHANGE_UNTIL - 3 * DAY
    fire_deadlines(at=CHANGE_UNTIL - 3 * DAY)
    assert state_of(case) == "to_ask"
    taken(case, "asked_once_more", agent, at=CHANGE_UNTIL - 2 * DAY)
    assert [each.kind for each in Deadline.objects.filter(case=case, status="open")] == ["change"]


@pytest.mark.rule("R11.3")
def test_malice_is_reported_with_its_evidence_and_the_exact_text(case, agent):
    taken(case, "noted", agent, **(NOTED | {"says": "给我200块就删，电话13800138000"}))
    assert codes(case, "malicious", agent, malice="money") == ["evidence_is_there"]
    evidence(case, agent)
    with pytest.raises(Malformed) as unknown:
        taken(case, "malicious", agent, malice="unfair")
    assert unknown.value.field == "malice"
    taken(case, "malicious", agent, malice="money")
    task = Task.objects.get(case=case)
    assert (task.rule, case.order.number in task.text, "给我200块就删" in task.text, "13800138000" in task.text) == (
        "R11.1",
        True,
        True,
        False,
    )
    with translation.override("zh-hans"):
        assert str(Malice.MONEY.label) in task.text
    assert codes(case, "reported", agent) == ["report_is_done"]
    finish_task(case.pk, task.pk, by=acts(agent), at=MONDAY)
    taken(case, "reported", agent)
    taken(case, "report_refused", agent)
    assert codes(case, "malicious", agent, malice="money") == ["was_not_reported"]


@pytest.mark.rule("R11.3")
@pytest.mark.parametrize("answered", ["not_reported", "report_refused"])
def test_malice_that_shows_while_its_cause_is_mended_is_reported_in_its_days(case, agent, answered):
    told(case, agent)
    child = open_below(case.pk, kind="complaint", by=acts(agent), at=MONDAY)
    evidence(case, agent)
    taken(case, "malicious", agent, malice="money")
    assert codes(case, "changed", agent) == ["not_its_chapter_works", "open_children"]
    if answered == "report_refused":
        finish_task(case.pk, Task.objects.get(case=case).pk, by=acts(agent), at=MONDAY)
        taken(case, "reported", agent)
    assert codes(case, answered, agent, **({"note": "不举报"} if answered == "not_reported" else {})) == ["not_its_chapter_works"]
    taken(case, f"{answered}_while_mended", agent, note="另案还在处理")
    assert (state_of(case), state_of(child)) == ("mending", "to_settle")


@pytest.mark.rule("R11.1")
@pytest.mark.parametrize("end", ["changed", "removed"])
def test_reported_while_its_cause_is_mended_it_may_be_changed_or_removed_and_ends_with_it(case, agent, end):
    told(case, agent)
    child = open_below(case.pk, kind="complaint", by=acts(agent), at=MONDAY)
    evidence(case, agent)
    taken(case, "malicious", agent, malice="money")
    finish_task(case.pk, Task.objects.get(case=case).pk, by=acts(agent), at=MONDAY)
    taken(case, "reported", agent)
    taken(case, f"{end}_meanwhile", agent)
    assert (state_of(case), codes(case, f"mended_and_{end}", agent)) == (f"{end}_mending", ["open_children"])
    taken(child, "cause_settled", agent, cause="use", finding="用法不对")
    taken(child, "explained", agent, told="已讲解")
    taken(child, "recorded", agent, analysis="说明书不清楚", measure="改说明书")
    assert (state_of(case), verify_invariants()) == (end, [])


@pytest.mark.rule("R11.1")
@pytest.mark.parametrize(("seconds", "status"), [(-1, "open"), (0, "fired"), (1, "fired")])
@pytest.mark.parametrize("reach", [lambda case, agent: taken(case, "noted", agent, **NOTED), told, waiting])
def test_until_when_it_can_be_reported_runs_wherever_it_may_still_be(case, agent, reach, seconds, status):
    reach(case, agent)
    state = state_of(case)
    assert running(case, "report").due_at == REPORT_UNTIL
    fire_deadlines(at=REPORT_UNTIL + seconds * SECOND)
    assert (Deadline.objects.get(case=case, kind="report").status, state_of(case)) == (status, state)
    if reach is waiting and seconds > 0:
        taken(case, "answered_there", agent, at=REPORT_UNTIL + 2 * SECOND, answer="抱歉")
        assert [each.kind for each in Deadline.objects.filter(case=case, status="open")] == ["ask_again", "change"]


@pytest.mark.rule("R11.1")
def test_reported_too_late_it_is_overdue_and_reported_it_has_no_such_time_any_more(case, agent):
    taken(case, "noted", agent, **NOTED)
    evidence(case, agent)
    taken(case, "malicious", agent, malice="threat")
    fire_deadlines(at=REPORT_UNTIL)
    assert Deadline.objects.get(case=case, kind="report_late").status == "over"
    finish_task(case.pk, Task.objects.get(case=case).pk, by=acts(agent), at=REPORT_UNTIL + SECOND)
    taken(case, "reported", agent, at=REPORT_UNTIL + SECOND)
    taken(case, "report_refused", agent, at=REPORT_UNTIL + DAY)
    assert not Deadline.objects.filter(case=case, kind__startswith="report", status__in=["open", "over"]).exists()


@pytest.mark.rule("R11.1")
@pytest.mark.parametrize(("seconds", "is_late"), [(-1, False), (0, False), (1, True)])
def test_it_is_reported_within_fifteen_days_after_the_deal_closed(case, agent, seconds, is_late):
    taken(case, "noted", agent, **NOTED)
    evidence(case, agent)
    at = REPORT_UNTIL + seconds * SECOND
    if is_late:
        assert codes(case, "malicious", agent, at=at, malice="threat") == ["may_still_be_reported"]
        return
    taken(case, "malicious", agent, at=at, malice="threat")
    assert running(case, "report").due_at == REPORT_UNTIL


@pytest.mark.rule("R11.1")
def test_where_the_order_does_not_know_the_end_of_the_deal_what_the_platform_shows_counts(case, agent):
    Order.objects.filter(pk=case.order_id).update(finished_at=None)
    taken(case, "noted", agent, **NOTED, deal_closed_at=(MONDAY - 20 * DAY).isoformat())
    evidence(case, agent)
    assert codes(case, "malicious", agent, malice="threat") == ["may_still_be_reported"]
    with pytest.raises(Malformed) as refused:
        taken(case, "note_corrected", agent, **(NOTED | {"posted_at": (MONDAY + DAY).isoformat()}))
    assert refused.value.field == "posted_at"


@pytest.mark.rule("R11.1")
def test_it_stays_only_once_it_is_answered(case, agent):
    waiting(case, agent)
    assert codes(case, "stays", agent) == ["is_answered"]
    taken(case, "answered_there", agent, answer="抱歉")
    taken(case, "stays", agent, note="顾客不改")
    assert not fresh(case).is_open


def test_no_money_hangs_on_a_review(case, agent):
    told(case, agent)
    for ask in (lambda: a_refund(agent, order=case.order, case=case.pk), lambda: a_compensation(agent, order=case.order, case=case.pk)):
        with pytest.raises(StepRefused) as refused:
            ask()
        assert [each.code for each in refused.value.reasons] == ["not_a_remedy"]
    found = Review.objects.get(pk=case.pk)
    situation = read_situations([found], now=MONDAY, actor=acts(agent))[case.pk]
    assert {found.why_no_child(kind, situation)[0].code for kind in ("refund", "compensation", "gift")} == {"no_money_for_reviews"}
    assert not [kind for kind in Review.REMEDIES if KINDS[kind].MADE_GOOD]
    refund = a_refund(agent, order=case.order)
    Case.objects.filter(pk=refund.pk).update(parent=case)
    assert [each.rule for each in verify_invariants()] == ["no_money_hangs_on_a_review"]


def test_what_the_customer_is_told_offers_nothing(case, agent):
    said = []
    for walk in (lambda: None, lambda: told(case, agent), lambda: taken(case, "explained", agent, note="已解释")):
        walk()
        found = Review.objects.get(pk=case.pk)
        with translation.override("zh-hans"):
            said.append(found.contact_message(read_situations([found], now=MONDAY, actor=acts(agent))[case.pk]))
    assert all(said)
    assert len(set(said)) == 3
    assert not [word for word in ("退款", "补偿", "返现", "红包", "优惠", "赠", "好评") if word in "".join(said)]


def test_the_api_opens_one_and_the_case_of_its_cause_below(case, agent):
    with pytest.raises(Refused):
        open_case("review", by=acts(agent), at=MONDAY, order=case.order.number)
    told(case, agent)
    answer = program(agent).post(f"cases/{case.pk}/below/", {"kind": "complaint"})
    assert (answer.status_code, answer.json()["kind"], answer.json()["parent"]["id"]) == (201, "complaint", case.pk)
