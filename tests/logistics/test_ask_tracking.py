"""Asking kuaidi100 for a trace: one call a number in half an hour, the phone only where it is wanted, every answer with its meaning."""

import datetime as dt

import pytest

from casework.models import Journal
from logistics.actions.ask_tracking import NoAnswer, ask_tracking, ask_wanted_parcels
from logistics.actions.keep_account import keep_account
from logistics.carriers import kuaidi100_client
from logistics.carriers.kuaidi100 import sign_of
from logistics.models import Courier, Parcel, TrackingAccount
from orders import outside
from orders.access import Actor
from orders.errors import NotAllowed, NotFound, Refused
from orders.vault import seal
from tests.builders import an_order
from tests.cast import MONDAY, acts
from tests.logistics.provider_stub import reply, running
from tests.test_concurrency import at_once

NUMBER = "78437576341494"
PHONE = "13800138000-5678"
OK = reply("kuaidi100_query/ok")
HALF_AN_HOUR = dt.timedelta(minutes=30)


@pytest.fixture
def stub(settings):
    with running() as stub:
        settings.KUAIDI100_URL = stub.url
        stub.answers = [OK]
        yield stub


@pytest.fixture
def account(shop):
    return keep_account(shop, {"key": "secret-key", "customer": "CUSTOMER1"}, by=Actor.system(), at=MONDAY)


@pytest.fixture
def parcel(shop, account):
    return an_order(shop, waybill=NUMBER, phone_enc=seal(PHONE)).parcels.get()


def refused(parcel, by, at=MONDAY):
    with pytest.raises((Refused, NoAnswer)) as caught:
        ask_tracking(parcel.pk, by=by, at=at)
    return caught.value


def test_the_answer_is_taken_in(stub, parcel, agent):
    assert ask_tracking(parcel.pk, by=acts(agent), at=MONDAY) == 4
    parcel.refresh_from_db()
    assert (parcel.stage, parcel.asked_at) == ("delivering", MONDAY)
    ((path, form, param),) = stub.asked
    assert path == "/poll/query.do"
    assert form["sign"] == sign_of(form["param"].encode(), "secret-keyCUSTOMER1")
    # Four digits, of a virtual number those behind the dash.
    assert param == {"com": "zhongtong", "num": NUMBER, "phone": "5678", "resultv2": "4", "order": "desc"}
    assert Journal.objects.get(step="tracking_asked").actor == agent


def test_a_courier_that_asks_for_no_phone_gets_none(stub, parcel, agent):
    Courier.objects.filter(code="zhongtong").update(wants_phone=False)
    ask_tracking(parcel.pk, by=acts(agent), at=MONDAY)
    assert stub.asked[0][2]["phone"] == ""


def test_without_a_phone_that_is_wanted_nothing_is_asked(stub, shop, account, agent):
    parcel = an_order(shop, waybill=NUMBER, phone_enc=seal("138****8000")).parcels.get()
    parcel.orders.update(phone_enc=seal("1380013****"))
    assert refused(parcel, acts(agent)).code == "phone_missing"
    assert not stub.asked


def test_a_number_is_asked_once_in_half_an_hour(stub, parcel, agent):
    ask_tracking(parcel.pk, by=acts(agent), at=MONDAY)
    no = refused(parcel, acts(agent), MONDAY + dt.timedelta(minutes=10, seconds=1))
    assert (no.code, no.extra) == ("asked_recently", {"minutes": 20})
    assert "20" in str(no)
    ask_tracking(parcel.pk, by=acts(agent), at=MONDAY + HALF_AN_HOUR)
    assert len(stub.asked) == 2


def test_the_half_hour_holds_for_the_number_whichever_parcel_has_it(stub, parcel, agent, shop):
    twin = Parcel.objects.create(shop=shop, courier=Courier.objects.get(code="yunda"), waybill=NUMBER, first_seen_at=MONDAY)
    ask_tracking(parcel.pk, by=acts(agent), at=MONDAY)
    assert refused(twin, acts(agent)).code == "asked_recently"


def test_of_another_shops_question_nothing_is_told(stub, parcel, agent, other_shop, outsider):
    keep_account(other_shop, {"key": "their-key", "customer": "CUSTOMER2"}, by=Actor.system(), at=MONDAY)
    theirs = an_order(other_shop, waybill=NUMBER, phone_enc=seal(PHONE)).parcels.get()
    ask_tracking(parcel.pk, by=acts(agent), at=MONDAY)
    no = refused(theirs, acts(outsider))
    stub.answers = [None]
    parcel_of_silence = an_order(other_shop, waybill="78437576341499", phone_enc=seal(PHONE)).parcels.get()
    silence = refused(parcel_of_silence, acts(outsider))
    assert (no.as_dict(), no.status) == (silence.as_dict(), silence.status)
    assert (no.code, no.extra) == ("provider_silent", {})
    theirs.refresh_from_db()
    assert theirs.asked_at is None


def test_it_holds_after_a_crash_in_the_middle(stub, parcel, agent, monkeypatch):
    def crash(*_args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(kuaidi100_client, "query", crash)
        with pytest.raises(KeyboardInterrupt):
            ask_tracking(parcel.pk, by=acts(agent), at=MONDAY)
    assert refused(parcel, acts(agent)).code == "asked_recently"


@pytest.mark.django_db(transaction=True)
def test_it_holds_for_many_at_once(stub, parcel, agent):
    outcomes = at_once(*[lambda: ask_tracking(parcel.pk, by=acts(agent), at=MONDAY)] * 6)
    assert sorted(outcomes) == ["asked_recently"] * 5 + ["done"]
    assert len(stub.asked) == 1
    assert parcel.events.count() == 4


@pytest.mark.parametrize(
    ("answer", "code", "rests"),
    [
        (reply("kuaidi100_query/phone_wrong_408"), "phone_wrong", False),
        (reply("kuaidi100_query/no_result_500"), "no_result", False),
        (b'{"result":false,"returnCode":"999","message":"?"}', "declined", False),
        (reply("kuaidi100_query/bad_sign_503"), "account_refused", True),
        (reply("kuaidi100_query/key_expired_601"), "account_refused", True),
        (None, "provider_silent", True),
        (500, "provider_silent", True),
        (302, "provider_silent", True),
        (b"", "provider_silent", True),
        (b"<html>maintenance</html>", "provider_silent", True),
        (b"[" * 100_000, "provider_silent", True),
        (OK[:200], "provider_silent", True),
        (b"{", "provider_silent", True),
        (OK.replace(NUMBER.encode(), b"78437576341495"), "provider_silent", True),
        (OK.replace(b"2026-11-20", b"nonsense"), "provider_silent", True),
        (b'"' + b"x" * 2_000_000 + b'"', "provider_silent", True),
    ],
)
def test_each_answer_has_its_meaning(stub, parcel, agent, account, answer, code, rests):
    stub.answers = [answer]
    assert refused(parcel, acts(agent)).code == code
    account.refresh_from_db()
    assert (account.paused_until is not None, bool(account.last_error)) == (rests, rests)
    assert not parcel.events.exists()
    assert len(stub.asked) == 1


def test_a_late_answer_is_none(stub, parcel, agent, monkeypatch):
    monkeypatch.setattr(outside, "SECONDS", 0.1)
    stub.answers = [0.4]
    assert refused(parcel, acts(agent)).code == "provider_silent"


def test_an_account_rests_longer_each_time_and_wakes_with_an_answer(stub, parcel, agent, account):
    stub.answers = [500]
    at, pauses = MONDAY, []
    for _failure in range(8):
        refused(parcel, acts(agent), at)
        account.refresh_from_db()
        pauses.append((account.paused_until - at) // dt.timedelta(minutes=1))
        at = max(account.paused_until, at + HALF_AN_HOUR)
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]
    assert refused(parcel, acts(agent), account.paused_until - dt.timedelta(seconds=1)).code == "provider_paused"
    stub.answers = [OK]
    assert ask_tracking(parcel.pk, by=acts(agent), at=at) == 4
    account.refresh_from_db()
    assert (account.failures, account.paused_until, account.last_error) == (0, None, "")


def test_only_staff_of_the_shop_ask(stub, parcel, outsider, auditor):
    with pytest.raises(NotFound):
        ask_tracking(parcel.pk, by=acts(outsider), at=MONDAY)
    with pytest.raises(NotAllowed):
        ask_tracking(parcel.pk, by=acts(auditor), at=MONDAY)
    assert not stub.asked


def test_without_an_account_or_a_known_courier_nothing_is_asked(stub, shop, agent):
    parcel = an_order(shop, waybill=NUMBER).parcels.get()
    assert refused(parcel, acts(agent)).code == "no_account"
    parcel.courier = Courier.objects.get(code="unknown")
    parcel.save()
    assert refused(parcel, acts(agent)).code == "courier_not_followed"


def test_the_tick_asks_what_waits_and_not_again_after_a_no(stub, parcel, shop, account):
    other = an_order(shop, waybill="78437576341495", phone_enc=seal(PHONE)).parcels.get()
    Parcel.objects.update(ask_wanted=True)
    stub.answers = [OK, reply("kuaidi100_query/no_result_500")]
    assert ask_wanted_parcels(at=MONDAY) == 1
    assert ask_wanted_parcels(at=MONDAY + HALF_AN_HOUR) == 0
    assert [form["num"] for _path, _form, form in stub.asked] == [NUMBER, other.waybill]


STRANGE = OK.replace(b"2026-11-", b"2027-11-")


def test_an_answer_of_a_strange_time_stops_neither_the_tick_nor_the_other_shops(stub, parcel, agent, shop, other_shop):
    keep_account(other_shop, {"key": "their-key", "customer": "CUSTOMER2"}, by=Actor.system(), at=MONDAY)
    number = "78437576341495"
    theirs = an_order(other_shop, waybill=number, phone_enc=seal(PHONE)).parcels.get()
    Parcel.objects.update(ask_wanted=True)
    stub.answers = [STRANGE, OK.replace(NUMBER.encode(), number.encode())]
    assert ask_wanted_parcels(at=MONDAY) == 1
    theirs.refresh_from_db()
    assert theirs.stage == "delivering"
    assert not Parcel.objects.filter(ask_wanted=True)
    stub.answers = [STRANGE]
    assert refused(parcel, acts(agent), MONDAY + HALF_AN_HOUR).code == "answer_unreadable"
    assert not parcel.events.exists()


def test_a_number_that_another_shop_has_asked_waits_and_the_others_do_not(stub, parcel, agent, other_shop):
    keep_account(other_shop, {"key": "their-key", "customer": "CUSTOMER2"}, by=Actor.system(), at=MONDAY)
    number = "78437576341495"
    first, second = (an_order(other_shop, waybill=each, phone_enc=seal(PHONE)).parcels.get() for each in (NUMBER, number))
    ask_tracking(parcel.pk, by=acts(agent), at=MONDAY)
    Parcel.objects.filter(pk__in=(first.pk, second.pk)).update(ask_wanted=True)
    stub.answers = [OK.replace(NUMBER.encode(), number.encode())]
    assert ask_wanted_parcels(at=MONDAY) == 1
    assert Parcel.objects.get(ask_wanted=True) == first


def test_a_parcel_whose_answer_is_about_its_twin_was_answered_too(stub, parcel):
    Parcel.objects.create(shop=parcel.shop, courier=Courier.objects.get(code="yunda"), waybill=NUMBER, first_seen_at=MONDAY)
    Parcel.objects.filter(pk=parcel.pk).update(ask_wanted=True)
    stub.answers = [OK.replace(b"zhongtong", b"yunda")]
    assert [ask_wanted_parcels(at=MONDAY + number * HALF_AN_HOUR) for number in range(3)] == [1, 0, 0]


def test_the_tick_asks_later_when_nobody_answers(stub, parcel):
    Parcel.objects.update(ask_wanted=True)
    stub.answers = [None]
    assert ask_wanted_parcels(at=MONDAY) == 0
    assert ask_wanted_parcels(at=MONDAY + dt.timedelta(minutes=5)) == 0
    stub.answers = [OK]
    assert ask_wanted_parcels(at=MONDAY + HALF_AN_HOUR) == 1
    assert len(stub.asked) == 2
    assert TrackingAccount.objects.get().last_error == ""


def test_neither_phone_nor_key_is_logged(stub, parcel, agent, caplog):
    caplog.set_level("DEBUG")
    for answer, at in ((OK, MONDAY), (None, MONDAY + HALF_AN_HOUR), (reply("kuaidi100_query/phone_wrong_408"), MONDAY + 3 * HALF_AN_HOUR)):
        stub.answers = [answer]
        try:
            ask_tracking(parcel.pk, by=acts(agent), at=at)
        except (Refused, NoAnswer):
            continue
    assert len(stub.asked) == 3
    logged = [(record.getMessage(), getattr(record, "facts", "")) for record in caplog.records]
    said = f"{logged} {list(Journal.objects.values_list('facts', 'before', 'after', 'note'))} {TrackingAccount.objects.get().last_error}"
    assert "provider declined" in said
    assert [word for word in (PHONE, "5678", "secret-key", "CUSTOMER1") if word in said] == []
