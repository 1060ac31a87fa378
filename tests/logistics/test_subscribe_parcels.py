"""Subscribing what is awaited: in ticks, once a number, and resting when the provider refuses the account."""

import datetime as dt

import pytest

from logistics.actions.keep_account import keep_account
from logistics.actions.subscribe_parcels import subscribe_parcels
from logistics.models import Courier, Parcel
from orders.access import Actor
from orders.vault import phone_tail_index, seal
from tests.builders import an_order
from tests.cast import MONDAY
from tests.logistics.provider_stub import reply, running
from tests.test_concurrency import at_once

OK = reply("kuaidi100_subscribe/ok_200")
ACCOUNT = {"salt": "the-salt", "key": "the-key", "callback": "https://desk.example/"}


@pytest.fixture
def stub(settings):
    with running() as stub:
        settings.KUAIDI100_URL = stub.url
        stub.answers = [OK]
        yield stub


@pytest.fixture
def account(shop):
    return keep_account(shop, ACCOUNT, by=Actor.system(), at=MONDAY)


def parcels(shop, count, phone="13800138000"):
    fields = {"phone_enc": seal(phone), "phone_tail_index": phone_tail_index(phone)}
    return [an_order(shop, waybill=f"7300000000{number:04d}", **fields).parcels.get() for number in range(count)]


def test_what_is_awaited_is_subscribed_once(stub, shop, account):
    first, second = parcels(shop, 2)
    Courier.objects.filter(code="yunda").update(wants_phone=False)
    Parcel.objects.filter(pk=second.pk).update(courier=Courier.objects.get(code="yunda"))
    assert (subscribe_parcels(at=MONDAY), subscribe_parcels(at=MONDAY)) == (2, 0)
    told = {param["number"]: param for _path, _form, param in stub.asked}
    callback = {"callbackurl": "https://desk.example/webhooks/kuaidi100/demo/", "salt": "the-salt", "resultv2": "4"}
    assert told == {
        first.waybill: {"company": "zhongtong", "number": first.waybill, "key": "the-key", "parameters": callback | {"phone": "8000"}},
        second.waybill: {"company": "yunda", "number": second.waybill, "key": "the-key", "parameters": callback},
    }
    assert {(path, form["schema"]) for path, form, _param in stub.asked} == {("/poll", "json")}
    assert set(Parcel.objects.values_list("subscribed_at", flat=True)) == {MONDAY}


def test_what_is_over_or_of_no_courier_is_left_out(stub, shop, account):
    done, back, ended, unknown, finished = parcels(shop, 5)
    Parcel.objects.filter(pk=done.pk).update(delivered_at=MONDAY)
    Parcel.objects.filter(pk=back.pk).update(back_at=MONDAY)
    Parcel.objects.filter(pk=ended.pk).update(tracking_end="60天无变化")
    Parcel.objects.filter(pk=unknown.pk).update(courier=Courier.objects.get(code="unknown"))
    Parcel.objects.filter(pk=finished.pk).update(is_awaited=False)
    assert subscribe_parcels(at=MONDAY) == 0
    assert not stub.asked


def test_a_courier_that_wants_a_phone_is_asked_once_an_order_has_one(stub, shop, account, monkeypatch):
    """Asked without it the provider would decline for good; and what waits stands in nobody's way."""
    monkeypatch.setattr("logistics.actions.subscribe_parcels.BATCH", 2)
    other = an_order(shop, waybill="YD00000000001").parcels.get()
    Parcel.objects.filter(pk=other.pk).update(courier=Courier.objects.get(code="yunda"))
    waiting = parcels(shop, 3, phone="1380013****")
    assert subscribe_parcels(at=MONDAY) == 1
    assert [param["number"] for _path, _form, param in stub.asked] == [other.waybill]
    waiting[0].orders.update(phone_enc=seal("138****8000"), phone_tail_index=phone_tail_index("138****8000"))
    assert subscribe_parcels(at=MONDAY) == 1
    assert stub.asked[-1][2]["parameters"]["phone"] == "8000"


@pytest.mark.parametrize("missing", ACCOUNT)
def test_a_shop_without_salt_key_or_callback_subscribes_nothing(stub, shop, account, missing):
    parcels(shop, 1)
    keep_account(shop, {missing: ""}, by=Actor.system(), at=MONDAY)
    assert subscribe_parcels(at=MONDAY) == 0
    assert not stub.asked


def test_subscribed_already_is_as_good(stub, shop, account):
    parcels(shop, 1)
    stub.answers = [reply("kuaidi100_subscribe/duplicate_501")]
    assert subscribe_parcels(at=MONDAY) == 1
    assert Parcel.objects.get().subscribed_at == MONDAY


def test_a_courier_that_the_provider_does_not_take_is_marked_and_the_others_go_on(stub, shop, account):
    parcels(shop, 3)
    stub.answers = [OK, reply("kuaidi100_subscribe/unsupported_700"), OK]
    assert subscribe_parcels(at=MONDAY) == 2
    marked = Parcel.objects.exclude(tracking_end="").get()
    assert marked.tracking_end == "700 POLL:不支持的快递公司：shunfen"
    assert subscribe_parcels(at=MONDAY) == 0
    account.refresh_from_db()
    assert account.last_error == ""


@pytest.mark.parametrize("answer", [None, 500, reply("kuaidi100_query/key_expired_601"), b"nonsense"])
def test_a_refused_account_rests_and_goes_on_where_it_stopped(stub, shop, account, answer):
    parcels(shop, 4)
    stub.answers = [OK, answer]
    assert subscribe_parcels(at=MONDAY) == 1
    assert subscribe_parcels(at=MONDAY + dt.timedelta(seconds=59)) == 0
    assert len(stub.asked) == 2
    stub.answers = [OK]
    assert subscribe_parcels(at=MONDAY + dt.timedelta(seconds=60)) == 3
    account.refresh_from_db()
    assert (account.failures, account.last_error) == (0, "")


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_subscribe_a_number_twice(stub, shop, account):
    parcels(shop, 5)
    assert at_once(*[lambda: subscribe_parcels(at=MONDAY)] * 3) == ["done"] * 3
    assert len({param["number"] for _path, _form, param in stub.asked}) == len(stub.asked) == 5
