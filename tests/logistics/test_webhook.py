"""W1-W9 The door for kuaidi100: signed bytes, read strictly, stored before success is said."""

import json
import time
from urllib.parse import quote, quote_plus, urlencode

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from casework import brake
from logistics.actions import take_push
from logistics.actions.keep_account import keep_account
from logistics.actions.unsigned_pushes import bring_unsigned
from logistics.carriers.kuaidi100 import sign_of
from logistics.models import ParcelFact, RefusedPush, TrackingAccount, TrackingEvent
from orders.access import Actor
from tests.builders import an_order
from tests.logistics.traces import NOON, NUMBER, SALT, WAY, push, row, sample
from tests.orders.lists import Desk
from tests.test_concurrency import at_once

ADDRESS = "/webhooks/kuaidi100/demo/"
SUCCESS = {"result": True, "returnCode": "200", "message": "成功"}
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(autouse=True)
def nothing_counted():
    """Refusals are counted in Redis, which outlives a test."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def account(shop):
    return keep_account(shop, {"salt": SALT}, by=Actor.system(), at=NOON)


@pytest.fixture
def parcel(shop):
    return an_order(shop, waybill=NUMBER).parcels.get()


@pytest.fixture
def desk(shop, tmp_path):
    return Desk(shop, tmp_path)


@pytest.fixture(autouse=True)
def on_that_day(settings):
    settings.TEST_CLOCK = True


def post(client, param, sign=None, *, address=ADDRESS, salt=SALT):
    form = urlencode({"param": param, "sign": sign_of(param, salt) if sign is None else sign}, quote_via=quote_plus)
    return send(client, form, address=address)


def send(client, body, *, address=ADDRESS):
    return client.post(address, body, content_type=FORM, headers={"X-Test-Now": NOON.isoformat()})


def counted(account):
    bring_unsigned()
    account.refresh_from_db()
    return account.accepted, account.refused


def test_success_is_said_in_the_providers_words(client, account, parcel):
    answer = post(client, push(*WAY))
    assert (answer.status_code, answer.json(), answer["Content-Type"]) == (200, SUCCESS, "application/json")
    assert not answer.cookies
    assert parcel.events.count() == 5
    assert counted(account) == (1, 0)
    assert account.last_push_at == NOON


def test_the_address_answers_without_its_last_slash_too(client, account, parcel):
    assert post(client, push(*WAY), address=ADDRESS.rstrip("/")).json() == SUCCESS


def test_a_form_in_parts_is_read_as_well(client, account, parcel):
    param = push(*WAY)
    form = {"param": param.decode(), "sign": sign_of(param, SALT)}
    assert client.post(ADDRESS, form, headers={"X-Test-Now": NOON.isoformat()}).json() == SUCCESS


@pytest.mark.fault("W1")
@pytest.mark.parametrize(
    "broken",
    [
        lambda sign: "",
        lambda sign: sign[:-1],
        lambda sign: sign.lower(),
        lambda sign: sign + "0",
        lambda sign: sign_of(push(*WAY[:2]), SALT),
        lambda sign: sign_of(push(*WAY), "another salt"),
        lambda sign: sign_of(push(*WAY), ""),
        lambda sign: "é" * 32,
    ],
)
def test_a_wrong_signature_is_counted_and_nothing_else(client, account, parcel, broken):
    answer = post(client, push(*WAY), broken(sign_of(push(*WAY), SALT)))
    assert (answer.status_code, answer.json()["result"]) == (403, False)
    assert counted(account) == (0, 1)
    assert not TrackingEvent.objects.exists()
    assert not RefusedPush.objects.exists()


@pytest.mark.fault("W1")
def test_a_push_without_param_or_signature_or_with_two_is_refused(client, account, parcel):
    param, sign = quote(push(*WAY)), sign_of(push(*WAY), SALT)
    for body in (
        "",
        f"param={param}",
        f"sign={sign}",
        f"param={param}&sign={sign}&param={param}",
        f"param={param}&sign={sign}&sign={sign}",
    ):
        assert send(client, body).status_code == 403
    assert not TrackingEvent.objects.exists()


@pytest.mark.fault("W9")
def test_unknown_shops_and_shops_without_a_salt_are_refused_alike(client, shop, other_shop, parcel):
    keep_account(other_shop, {"key": "k"}, by=Actor.system(), at=NOON)
    param = push(*WAY)
    answers = [
        post(client, param, sign_of(param, ""), address=f"/webhooks/kuaidi100/{code}/")
        for code in ("demo", "other", "nobody", "店", "a" * 500)
    ]
    assert {(answer.status_code, answer.content) for answer in answers} == {(403, answers[0].content)}
    assert not TrackingEvent.objects.exists()


@pytest.mark.fault("W9")
def test_a_stranger_writes_nothing_and_costs_a_known_shop_no_more_than_an_unknown_one(client, account):
    spent = []
    for code in ("demo", "nobody"):
        with CaptureQueriesContext(connection) as queries:
            assert post(client, push(*WAY), "0" * 32, address=f"/webhooks/kuaidi100/{code}/").status_code == 403
        spent.append([each["sql"].split()[0] for each in queries.captured_queries])
    assert spent[0] == spent[1] == ["SELECT"]
    assert counted(account) == counted(account) == (0, 1)


@pytest.mark.fault("W1")
def test_who_forges_too_many_is_not_read_any_more_but_others_are(client, account, parcel, monkeypatch):
    monkeypatch.setattr(brake, "FORGED_TRIES", 3)
    assert [post(client, push(*WAY), "0" * 32).status_code for _ in range(4)] == [403, 403, 403, 429]
    refused = post(client, push(*WAY))
    assert (refused.status_code, refused.json()["result"], refused["Retry-After"]) == (429, False, "600")
    assert post(client, push(*WAY), "0" * 32, address="/webhooks/kuaidi100/nobody/").status_code == 403
    param = push(*WAY)
    form = urlencode({"param": param, "sign": sign_of(param, SALT)})
    there = client.post(ADDRESS, form, content_type=FORM, headers={"X-Test-Now": NOON.isoformat()}, REMOTE_ADDR="203.0.113.9")
    assert there.json() == SUCCESS


def test_only_posts_are_taken(client, account):
    assert client.get(ADDRESS).status_code == 405


@pytest.mark.fault("W2")
@pytest.mark.parametrize("text", ["派件 + 50% & 更多 = 好 😀", "a+b&c=d%20e", "“引号” \\u4e2d"])
def test_the_bytes_that_travelled_are_signed(client, account, parcel, text):
    param = push(row(1, "5", text))
    assert post(client, param).json() == SUCCESS
    spaced = json.dumps(json.loads(param), indent=1).encode()
    assert post(client, spaced, sign_of(param, SALT)).status_code == 403
    # Raw bytes in the form, as some senders write it: only & + % and = mean something there.
    raw = param.replace(b"%", b"%25").replace(b"&", b"%26").replace(b"+", b"%2B")
    assert send(client, b"param=" + raw + b"&sign=" + sign_of(param, SALT).encode()).json() == SUCCESS


@pytest.mark.fault("W3")
def test_a_hundred_times_the_same_push_is_a_success_and_one_set_of_events(client, account, parcel):
    assert [post(client, push(*WAY)).json() for _ in range(100)] == [SUCCESS] * 100
    assert parcel.events.count() == 5
    assert counted(account) == (100, 0)


@pytest.mark.fault("W3")
@pytest.mark.django_db(transaction=True)
def test_pushes_at_once_are_one_set_of_events(client, account, parcel):
    pushes = [push(*WAY[:2]), push(*WAY), push(*WAY, (40, "3"), state="3", status="shutdown"), push(status="abort", comNew="yunda")] * 5
    answers = []
    at_once(*(lambda param=param: answers.append(post(client, param).json()) for param in pushes))
    assert answers == [SUCCESS] * len(pushes)
    parcel.refresh_from_db()
    assert (parcel.events.count(), parcel.stage, parcel.courier.code) == (6, "signed", "yunda")


@pytest.mark.fault("W6")
def test_another_shops_parcel_is_refused_like_an_unknown_one(client, account, other_shop):
    theirs = an_order(other_shop, waybill="73000000000009").parcels.get()
    answers = [post(client, push(*WAY, nu=number)) for number in ("73000000000009", "73000000000008")]
    assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[0].content)}
    assert answers[0].json()["result"] is False
    assert not theirs.events.exists()
    assert not ParcelFact.objects.exists()
    assert set(RefusedPush.objects.values_list("waybill", "company", "times")) == {
        ("73000000000009", "zhongtong", 1),
        ("73000000000008", "zhongtong", 1),
    }


def test_unknown_numbers_do_not_grow_without_end(client, account, monkeypatch):
    monkeypatch.setattr(take_push, "MOST_UNKNOWN", 3)
    for number in [*range(10), 0, 0]:
        assert post(client, push(nu=f"7300000000000{number}")).status_code == 404
    assert list(RefusedPush.objects.order_by("waybill").values_list("times", flat=True)) == [3, 1, 1]


DEEP = b'{"status":"polling","lastResult":' + b"[" * 10_000 + b"]" * 10_000 + b"}"
TOLD = push(*WAY).decode()
BAD = {
    "empty": b"",
    "no json": b"nonsense",
    "a list": b"[]",
    "cut off": push(*WAY)[:-5],
    "bad utf-8": push(*WAY).replace("深".encode(), b"\xff\xfe"),
    "deep": DEEP,
    "twice": TOLD.replace('"status": "polling"', '"status": "polling", "status": "abort"').encode(),
    "no waybill": push(*WAY, nu=""),
    "waybill of 400 digits": push(*WAY, nu=10**400),
    "waybill of blanks": push(*WAY, nu="7300 000"),
    "no result": b'{"status":"polling"}',
    "unknown status": push(*WAY, status="nonsense"),
    "no time": push(row(1, "5", time="", ftime="")),
    "no such time": push(row(1, "5", time="2026-13-45 99:00:00")),
    "a time of long ago": push(row(1, "5", time="1999-01-01 00:00:00")),
    "a time to come": push(row(1, "5", time="2030-01-01 00:00:00")),
    "a number for a text": push(row(1, "5", context=5)),
    "a NUL": push(row(1, "5", "a\x00b")),
    "half a character": TOLD.replace("深圳", "\\ud800").encode(),
    "NaN": TOLD.replace('"0"', "NaN", 1).encode(),
    "nodes without end": push(*[row(1, "5")] * 2000),
    "a code of 400 digits": push(row(1, "5", statusCode=10**400)),
    "no list": TOLD.replace('"data": [', '"data": {"a": [').replace("}]}}", "}]}}}").encode(),
}


@pytest.mark.fault("W7")
def test_a_name_that_stands_twice_is_named_as_such(client, account, parcel):
    answer = post(client, BAD["twice"])
    assert answer.status_code == 400
    assert answer.json()["message"] in ("This name stands there twice.", "这个字段出现了两次。")


@pytest.mark.fault("W7")
@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_read_is_refused_at_once(client, account, parcel, name):
    started = time.perf_counter()
    answer = post(client, BAD[name])
    assert answer.status_code == 400
    assert time.perf_counter() - started < 1
    assert answer.json()["result"] is False
    assert not TrackingEvent.objects.exists()
    assert counted(account) == (0, 1)


@pytest.mark.fault("W7")
@pytest.mark.parametrize("size", [2, 10])
def test_what_is_too_large_is_refused_at_once(client, account, parcel, size):
    param = push(row(1, "5", "x")).replace(b'"x"', b'"' + b"x" * size * 1024 * 1024 + b'"')
    form = urlencode({"param": param, "sign": sign_of(param, SALT)})
    began = time.process_time()
    answer = send(client, form)
    assert answer.status_code == 413
    assert time.process_time() - began < 1


MEGABYTE = 1024 * 1024
HOSTILE = {
    "separators": (b"&" * (4 * MEGABYTE), 400),
    "names": (b"%41=%41&" * (MEGABYTE // 2), 400),
    "too many fields": (b"&".join(b"a%d=1" % number for number in range(101)), 400),
    "one long name": (b"%41" * MEGABYTE + b"=1", 403),
    "percent signs": (b"param=" + b"%" * (4 * MEGABYTE - 6), 413),
    "escapes": (b"param=" + b"%41" * (MEGABYTE + 1), 413),
    "just not too many escapes": (b"param=" + b"%41" * MEGABYTE + b"&sign=" + b"0" * 32, 403),
}


@pytest.mark.fault("W7")
@pytest.mark.parametrize("name", HOSTILE)
def test_a_form_made_to_be_dear_costs_little(client, account, name):
    body, status = HOSTILE[name]
    assert len(body) <= 4 * MEGABYTE
    began = time.process_time()
    assert send(client, body).status_code == status
    assert time.process_time() - began < 0.5


@pytest.mark.fault("W2")
@pytest.mark.parametrize("before", range(65_533, 65_539))
def test_an_escape_on_the_border_of_two_pieces_is_read_whole(client, account, parcel, before):
    param = push(row(1, "5", "x" * 3_000)).replace(b"{", b" " * before + b"{", 1)
    escaped = b" " * before + b"".join(b"%%%02X" % byte for byte in param.lstrip())
    assert send(client, b"param=" + escaped.replace(b" ", b"+") + b"&sign=" + sign_of(param, SALT).encode()).json() == SUCCESS


@pytest.mark.fault("W7")
def test_a_broken_form_in_parts_is_refused(client, account):
    answer = client.post(ADDRESS, b"--nonsense", content_type="multipart/form-data; boundary=")
    assert answer.status_code == 400
    assert answer.json()["result"] is False


@pytest.mark.fault("W8")
def test_without_a_database_there_is_no_success(client, account, parcel, monkeypatch):
    def gone(*_args, **_more):
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(take_push, "take_tracking", gone)
    answer = post(client, push(*WAY))
    assert (answer.status_code, answer.json()["result"]) == (503, False)


@pytest.mark.fault("W8")
@pytest.mark.django_db(transaction=True)
def test_success_is_said_after_the_commit(client, account, parcel, other_cursor):
    assert post(client, push(*WAY)).json() == SUCCESS
    other_cursor.execute("SELECT count(*) FROM logistics_trackingevent")
    assert other_cursor.fetchone() == (5,)


def test_a_push_costs_so_many_statements(client, account, parcel, django_assert_num_queries):
    with django_assert_num_queries(27):
        post(client, push(*WAY))


CANARIES = ["19900001001", "19900002001", "19900003001", "样例揽收员", "样例派件员", "王大锤"]


def test_no_courier_is_named_in_any_column_or_log(client, account, parcel, caplog):
    caplog.set_level("DEBUG")
    told = push(*WAY, row(35, "5", "派件员：王大锤（19900003001）正在派件"), row(36, "103", "已收件 取件人: 样例揽收员 （19900002001）"))
    assert post(client, told).json() == SUCCESS
    post(client, told, "0" * 32)
    post(client, told.replace(NUMBER.encode(), b"73000000000009"))
    stored = everything_stored()
    assert "【深圳南山样例网点】" in stored
    assert [word for word in CANARIES if word in stored or word in caplog.text] == []


def everything_stored():
    """Every row of every table as text, as a dump shows it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.oid::regclass::text FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')"
        )
        tables = [name for (name,) in cursor.fetchall()]
        texts = []
        for table in tables:
            cursor.execute(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} t")
            texts += cursor.fetchone()
    return " ".join(texts)


def test_an_import_asks_again_for_what_was_refused(client, account, desk):
    told = sample("08")
    param, sign = told["form"]["param"].encode(), told["form"]["sign"]
    assert post(client, param, sign).status_code == 404
    desk.take("taobao_orders.csv")
    refused = RefusedPush.objects.get()
    assert refused.settled_at is not None
    parcel = refused.shop.parcels.get(waybill=refused.waybill)
    assert parcel.ask_wanted
    assert refused.shop.parcels.filter(ask_wanted=True).count() == 1
    assert post(client, param, sign).json() == SUCCESS


def test_the_salt_is_given_with_the_shop(client, db, capsys):
    call_command("create_shop", "demo", kuaidi100_salt=SALT)
    an_order(TrackingAccount.objects.get().shop, waybill=NUMBER)
    assert post(client, push(*WAY)).json() == SUCCESS
