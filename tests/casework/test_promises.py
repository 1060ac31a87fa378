"""S1.4 What was agreed with a customer is on record with a date, and no time of it is lost."""

import datetime as dt

import pytest
from django.db import transaction

from casework.actions.advance import advance
from casework.actions.promise import end_promise, make_promise, take_promise_back
from casework.actions.promises_due import tell_promises_due
from casework.actions.reopen import reopen
from casework.actions.sweep import fire_deadlines
from casework.actions.verify import verify_invariants
from casework.models import Deadline, Journal, Notice, Promise
from casework.promised import open_promises
from casework.reading import read_case
from casework.replies.promises import find_promises
from casework.views.today import SHOWN
from orders.errors import Malformed, NotAllowed, NotFound, Refused
from orders.models import Membership
from tests.builders import an_unreachable
from tests.cast import MONDAY, NOON, acts
from tests.page import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.rule("S1.4")]
DUE = MONDAY + dt.timedelta(hours=3)
SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def case(agent):
    return an_unreachable(agent)


@pytest.fixture
def promise(case, agent):
    return make_promise(case.pk, what="下午打电话，13800001234", due_at=DUE, by=acts(agent), at=MONDAY)


def told():
    """Who has which number of unread notices of promises."""
    rows = Notice.objects.filter(what="news", about="promise_due", read_at=None)
    return sorted(rows.values_list("user__username", "count"))


def deadline_of(promise):
    return Deadline.objects.filter(kind=promise.clock_kind).latest("pk")


@pytest.mark.parametrize(
    ("text", "words", "due"),
    [
        ("24 小时内给您答复", "24小时内", "11-24 10:00"),
        ("两小时之内", "两小时之内", "11-23 12:00"),
        ("半小时内", "半小时内", "11-23 10:30"),
        ("30分钟内", "30分钟内", "11-23 10:30"),
        ("3 天内发出", "3天内", "11-26 10:00"),
        ("3-5天内", "5天内", "11-28 10:00"),
        ("３个工作日", "3个工作日", "11-26 18:00"),
        ("五个工作日内", "五个工作日", "11-30 18:00"),
        ("明天给您", "明天", "11-24 23:59"),
        ("今天发货", "今天", "11-23 23:59"),
        ("后天", "后天", "11-25 23:59"),
        ("周五前打给您", "周五前", "11-27 23:59"),
        ("下周三", "下周三", "12-02 23:59"),
        ("月底前", "月底前", "11-30 23:59"),
        ("今晚8点前答复您", "今晚8点前", "11-23 20:00"),
        ("今晚12点前", "今晚12点前", "11-23 23:59"),
        ("今天下午3点前", "今天下午3点前", "11-23 15:00"),
        ("今天下午三点半前", "今天下午三点半前", "11-23 15:30"),
        ("今天5点前", "今天5点前", "11-23 17:00"),
        ("明天上午10：30前", "明天上午10:30前", "11-24 10:30"),
        ("下午3点打给您", "下午3点", "11-23 15:00"),
        ("11月28日前", "11月28日前", "11-28 23:59"),
        ("1月5号前", "1月5号前", "01-05 23:59"),
        ("28号给您", "28号", "11-28 23:59"),
        ("2号前", "2号前", "12-02 23:59"),
        ("三天后", "三天后", "11-26 23:59"),
        ("两天以后给您", "两天以后", "11-25 23:59"),
        ("within 2 hours", "within2hours", "11-23 12:00"),
        ("I call you tomorrow", "tomorrow", "11-24 23:59"),
    ],
)
def test_words_that_promise_a_time_are_found_with_it(text, words, due, case, agent):
    at = read_case(case.pk, by=acts(agent), now=MONDAY).at
    found = find_promises(text, at)
    shop_time = MONDAY.tzinfo
    assert [(each.words, f"{each.due_at.astimezone(shop_time):%m-%d %H:%M}") for each in found] == [(words, due)]


@pytest.mark.parametrize(
    "text",
    ["", "您好", "很多天内", "0天内", "99999天内", "999999999小时内", "每周五", "128元", "文三路12号", "3号楼", "2月30日", "上午9点前"],
)
def test_what_promises_no_time_is_none(text, case, agent):
    assert find_promises(text, read_case(case.pk, by=acts(agent), now=MONDAY).at) == []


def test_a_promise_is_a_deadline_of_its_own_and_redacted(promise, agent):
    assert (promise.status, promise.due_at, promise.made_by) == ("open", DUE, agent)
    assert "13800001234" not in promise.what
    assert (deadline_of(promise).due_at, deadline_of(promise).rule) == (DUE, "S1.4")
    entry = Journal.objects.get(step="promise")
    assert "13800001234" not in str(entry.facts)


def test_a_promise_that_is_due_comes_back_to_the_owner(promise, case):
    fire_deadlines(at=DUE - SECOND)
    case.refresh_from_db()
    assert (deadline_of(promise).status, case.news) == ("open", {})
    fire_deadlines(at=DUE)
    case.refresh_from_db()
    assert (deadline_of(promise).status, case.news) == ("over", {"promise_due": 1})


@pytest.mark.parametrize(("is_kept", "reason", "status"), [(True, "", "kept"), (False, "顾客改了主意", "dropped")])
def test_its_end_stops_the_deadline_and_is_said_once(is_kept, reason, status, promise, case, agent):
    for _twice in range(2):
        end_promise(case.pk, promise.pk, is_kept=is_kept, reason=reason, by=acts(agent), at=DUE - SECOND)
    promise.refresh_from_db()
    assert (promise.status, promise.reason, deadline_of(promise).status) == (status, reason, "met")
    assert Journal.objects.filter(step__in=["promise_kept", "promise_dropped"]).count() == 1
    with pytest.raises(Refused) as refused:
        end_promise(case.pk, promise.pk, is_kept=not is_kept, reason="x", by=acts(agent), at=DUE)
    assert refused.value.code == "promise_ended"


def test_closing_a_case_loses_no_promise_and_opening_it_again_brings_its_clock_back(promise, case, agent, desk):
    advance(case.pk, "delivered", by=acts(agent), at=MONDAY)
    assert deadline_of(promise).status == "met"
    assert "下午打电话" in text_of(desk(agent).get("/"))
    reopen(case.pk, note="没收到", by=acts(agent), at=MONDAY + SECOND)
    assert (deadline_of(promise).status, deadline_of(promise).due_at) == ("open", DUE)


def test_a_promise_that_ended_while_the_case_was_closed_has_no_clock_any_more(promise, case, agent):
    advance(case.pk, "delivered", by=acts(agent), at=MONDAY)
    end_promise(case.pk, promise.pk, is_kept=True, by=acts(agent), at=MONDAY + SECOND)
    reopen(case.pk, note="没收到", by=acts(agent), at=MONDAY + 2 * SECOND)
    assert not Deadline.objects.filter(kind=promise.clock_kind, status="open").exists()


@pytest.mark.parametrize(("seconds", "code"), [(-1, ""), (0, ""), (1, "undo_over")])
def test_an_end_that_was_a_slip_is_taken_back_in_time_by_who_said_so_and_later_by_a_lead(
    promise, case, agent, agent2, supervisor, seconds, code
):
    end_promise(case.pk, promise.pk, is_kept=True, by=acts(agent), at=MONDAY)
    at = MONDAY + dt.timedelta(minutes=10) + seconds * SECOND
    with pytest.raises(NotAllowed):
        take_promise_back(case.pk, promise.pk, by=acts(agent2), at=at)
    if code:
        with pytest.raises(Refused) as refused:
            take_promise_back(case.pk, promise.pk, by=acts(agent), at=at)
        assert refused.value.code == code
    for _twice in range(2):
        take_promise_back(case.pk, promise.pk, by=acts(supervisor if code else agent), at=at)
    promise.refresh_from_db()
    assert (promise.status, promise.ended_by, deadline_of(promise).status, deadline_of(promise).due_at) == ("open", None, "open", DUE)
    assert (Journal.objects.filter(step="promise_back").count(), verify_invariants()) == (1, [])
    fire_deadlines(at=DUE)
    case.refresh_from_db()
    assert case.news == {"promise_due": 1}


def test_taken_back_while_the_case_is_closed_its_time_is_told_and_it_opens_with_its_clock(promise, case, agent):
    end_promise(case.pk, promise.pk, is_kept=True, by=acts(agent), at=MONDAY)
    advance(case.pk, "delivered", by=acts(agent), at=MONDAY + SECOND)
    take_promise_back(case.pk, promise.pk, by=acts(agent), at=MONDAY + 2 * SECOND)
    kept = transaction.savepoint()
    assert (tell_promises_due(at=DUE), told(), verify_invariants()) == (1, [("agent", 1)], [])
    transaction.savepoint_rollback(kept)
    reopen(case.pk, note="没收到", by=acts(agent), at=MONDAY + 3 * SECOND)
    assert (deadline_of(promise).status, deadline_of(promise).due_at) == ("open", DUE)


def test_the_page_offers_to_take_an_end_back(promise, case, agent, agent2, desk):
    end_promise(case.pk, promise.pk, is_kept=True, by=acts(agent), at=NOON - SECOND)
    address = f"/cases/{case.pk}/promises/{promise.pk}/back/"
    assert [address in desk(user).get(f"/cases/{case.pk}/").content.decode() for user in (agent, agent2)] == [True, False]
    assert desk(agent).post(address).status_code == 302
    promise.refresh_from_db()
    assert promise.is_open


@pytest.mark.parametrize("seconds", [-1, 0, 86400 * 3])
def test_a_promise_of_a_closed_case_is_told_once_when_its_time_has_come(promise, case, agent, supervisor, seconds):
    advance(case.pk, "delivered", by=acts(agent), at=MONDAY)
    at = DUE + seconds * SECOND
    assert [tell_promises_due(at=at), tell_promises_due(at=at + SECOND)] == ([0, 1] if seconds < 0 else [1, 0])
    assert tell_promises_due(at=at + 2 * SECOND) == 0
    assert told() == [("agent", 1)]
    entry = Journal.objects.get(step="overdue")
    assert (entry.facts["clock"], entry.actor_name, list(open_promises(acts(agent)))) == (promise.clock_kind, "clock", [promise])
    reopen(case.pk, note="没收到", by=acts(supervisor), at=at + 3 * SECOND)
    fire_deadlines(at=at + 4 * SECOND)
    assert (Journal.objects.filter(step="overdue").count(), verify_invariants()) == (1, [])


def test_it_is_told_to_who_made_it_and_who_has_the_case_or_to_the_leads(case, agent, agent2, supervisor, outsider):
    make_promise(case.pk, what="打电话", due_at=DUE, by=acts(agent2), at=MONDAY)
    advance(case.pk, "delivered", by=acts(agent), at=MONDAY)
    kept = transaction.savepoint()
    tell_promises_due(at=DUE)
    assert told() == [("agent", 1), ("agent2", 1)]
    transaction.savepoint_rollback(kept)
    Membership.objects.filter(user=agent).delete()
    agent2.is_active = False
    agent2.save()
    tell_promises_due(at=DUE)
    assert told() == [("supervisor", 1)]


def test_of_an_ended_promise_and_of_an_open_case_the_round_tells_nothing(promise, case, agent):
    assert tell_promises_due(at=DUE) == 0
    advance(case.pk, "delivered", by=acts(agent), at=MONDAY)
    end_promise(case.pk, promise.pk, is_kept=True, by=acts(agent), at=MONDAY + SECOND)
    assert (tell_promises_due(at=DUE), told()) == (0, [])


def test_what_its_own_deadline_told_is_not_told_again_when_the_case_closes(promise, case, agent):
    advance(case.pk, "delivered", by=acts(agent), at=MONDAY)
    reopen(case.pk, note="没收到", by=acts(agent), at=MONDAY + SECOND)
    fire_deadlines(at=DUE)
    advance(case.pk, "delivered", by=acts(agent), at=DUE + SECOND)
    assert tell_promises_due(at=DUE + 2 * SECOND) == 0


def test_all_open_promises_stand_on_a_page_of_their_own(case, agent, agent2, supervisor, warehouse, outsider, desk, monkeypatch):
    for number in range(SHOWN + 1):
        make_promise(case.pk, what=f"第{number}件事", due_at=DUE + number * SECOND, by=acts(agent), at=MONDAY)
    today = text_of(desk(agent).get("/"))
    assert (f"第{SHOWN - 1}件事" in today, f"第{SHOWN}件事" in today, str(SHOWN + 1) in today) == (True, False, True)
    monkeypatch.setattr("casework.views.promises.PAGE", SHOWN)
    first = desk(agent).get("/promises/")
    second = desk(agent).get(f"/promises/?after={first.context['promises'].after}")
    assert [each.what for each in second.context["promises"]] == [f"第{SHOWN}件事"]
    assert desk(agent).get("/promises/?after=x").status_code == 400
    seen = {user.username: desk(user).get("/promises/") for user in (agent2, supervisor, warehouse, outsider)}
    assert {name: answer.status_code for name, answer in seen.items()} == {
        "agent2": 200,
        "supervisor": 200,
        "warehouse": 403,
        "outsider": 200,
    }
    assert ["第0件事" in text_of(seen[name]) for name in ("agent2", "supervisor", "outsider")] == [False, True, False]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"what": " "}, "what"),
        ({"what": "字" * 501}, "what"),
        ({"due_at": MONDAY}, "due_at"),
        ({"due_at": "soon"}, "due_at"),
        ({"due_at": 5}, "due_at"),
        ({"due_at": "2199-01-01T00:00"}, "due_at"),
    ],
)
def test_a_promise_without_words_or_for_the_past_is_refused(given, field, case, agent):
    with pytest.raises(Malformed) as refused:
        make_promise(case.pk, **{"what": "打电话", "due_at": DUE} | given, by=acts(agent), at=MONDAY)
    assert (refused.value.field, Promise.objects.exists()) == (field, False)


def test_others_make_no_promise(case, warehouse, outsider):
    for user, error in ((warehouse, NotAllowed), (outsider, NotFound)):
        with pytest.raises(error):
            make_promise(case.pk, what="打电话", due_at=DUE, by=acts(user), at=MONDAY)


def test_everybody_sees_the_promises_that_are_theirs_to_keep(promise, agent, agent2, supervisor, warehouse, outsider):
    seen = {user.username: list(open_promises(acts(user))) for user in (agent, agent2, supervisor, warehouse, outsider)}
    assert seen == {"agent": [promise], "agent2": [], "supervisor": [promise], "warehouse": [], "outsider": []}
