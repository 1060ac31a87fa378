"""What nobody should send: each gets a refusal of the one shape, quickly, and nothing changes."""

import time

import pytest
from django.test import override_settings

from casework.models import Case
from tests.builders import an_unreachable
from tests.callers import V1, browser, program

CONTACT = '{"channel": "chat", "outcome": "no_answer"}'


@pytest.fixture
def case(agent):
    return an_unreachable(agent)


@pytest.fixture
def api(agent):
    return program(agent)


BODIES = {
    "nothing": (b"", 400),
    "blank": (b"   ", 400),
    "half": (b'{"channel": ', 400),
    "bad UTF-8": (b'{"channel": "\xff\xfe"}', 400),
    "UTF-16": (CONTACT.encode("utf-16"), 400),
    "byte order mark": (b"\xef\xbb\xbf" + CONTACT.encode(), 400),
    "a list": (b"[]", 400),
    "a text": (b'"x"', 400),
    "null": (b"null", 400),
    "a number": (b"1", 400),
    "NUL": (b'{"channel": "chat", "outcome": "no_answer", "note": "a\\u0000b"}', 400),
    "NUL in a name": (b'{"a\\u0000b": 1}', 400),
    "half a pair": (b'{"channel": "chat", "outcome": "no_answer", "note": "\\ud83d"}', 400),
    "10,000 deep": (b"[" * 10_000 + b"]" * 10_000, 400),
    "100,000 deep and open": (b'{"a":' * 100_000, 400),
    "30 deep": (b'{"channel": ' + b"[" * 30 + b"]" * 30 + b"}", 400),
    "400 digits": (b'{"channel": ' + b"9" * 400 + b"}", 400),
    "5,000 digits": (b'{"channel": ' + b"9" * 5_000 + b"}", 400),
    "1e999": (b'{"channel": 1e999}', 400),
    "Infinity": (b'{"channel": Infinity}', 400),
    "a name twice": (b'{"channel": "chat", "channel": "phone", "outcome": "no_answer"}', 400),
    "2 MB": (b'{"note": "' + b"x" * 2_000_000 + b'"}', 413),
    "10 MB": (b" " * 10_000_000, 413),
}


@pytest.mark.fault("W7")
@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_cannot_be_read_is_refused_within_a_second(api, case, name):
    raw, status = BODIES[name]
    started = time.monotonic()
    assert api.send(f"cases/{case.pk}/contacts/", raw).status_code == status
    assert time.monotonic() - started < 1
    assert not case.contacts.exists()


@pytest.mark.fault("Z7")
@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml", "nonsense"]
)
def test_another_media_type_is_refused_and_never_read_as_json(api, case, media_type):
    answer = api.send(f"cases/{case.pk}/contacts/", CONTACT, content_type=media_type)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")
    assert not case.contacts.exists()


def test_json_is_no_upload(api, case):
    assert api.send(f"cases/{case.pk}/evidence/", "{}").status_code == 415


@pytest.mark.parametrize(
    "raw",
    [b"", b"--x", b"--x\r\n\r\n", b"\x00" * 100, b'--x\r\nContent-Disposition: form-data; name="kind"\r\n\r\n\xff\r\n--x--\r\n'],
    ids=["nothing", "open", "empty", "NUL", "bad UTF-8"],
)
@pytest.mark.parametrize("boundary", ["; boundary=x", "", "; boundary=" + "y" * 300], ids=["its own", "none", "long"])
def test_a_broken_upload_is_refused(api, agent, case, raw, boundary):
    for caller in (api, browser(agent)):
        assert caller.send(f"cases/{case.pk}/evidence/", raw, content_type=f"multipart/form-data{boundary}").status_code in (400, 415)


@pytest.mark.fault("Z7")
def test_no_other_method_and_no_override_gets_past(api, auditor, case):
    for method in ("PUT", "PATCH", "DELETE", "TRACE", "FOO"):
        answer = api.send(f"cases/{case.pk}/", "{}", method=method)
        assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    answer = program(auditor).send(f"cases/{case.pk}/contacts/", CONTACT, **{"X-HTTP-Method-Override": "GET"})
    assert answer.status_code == 403
    answer = api.client.get(f"{V1}cases/{case.pk}/contacts/", headers=api.headers | {"X-HTTP-Method-Override": "POST"})
    assert answer.status_code == 405
    assert not case.contacts.exists()


@pytest.mark.fault("Z7")
@pytest.mark.parametrize(
    "path", ["cases.json", "cases/.json", "/cases/", "cases//", "cases", "cases/1.json", "cases/-1/", "cases/abc/", "cases/1/steps/", "x"]
)
def test_an_address_that_is_none_is_not_found(api, outsider, case, path):
    path = path.replace("1", str(case.pk))
    for caller in (api, program(outsider)):
        assert caller.get(path).status_code == 404
        assert caller.post(path).status_code == 404


@pytest.mark.fault("Z7")
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_head_and_options_need_a_caller_as_get_does(api, case, method):
    from tests.callers import Caller

    assert Caller().send(f"cases/{case.pk}/", "", method=method).status_code == 401
    assert api.send(f"cases/{case.pk}/", "", method=method).status_code == 200


@pytest.mark.fault("Z6")
@pytest.mark.parametrize(
    "params",
    [
        {"assignee__password__startswith": "md5"},
        {"owner__password__startswith": "md5"},
        {"owner_id": "1"},
        {"kind__regex": "."},
        {"ordering": "owner__password"},
        {"order_by": "buyer__phone"},
        {"fields": "*"},
        {"search": "x"},
        {"page": "1"},
        {"format": "json"},
        {"a\x00b": "1"},
        {"": "1"},
    ],
)
def test_a_parameter_that_is_not_declared_is_refused_by_name(api, case, params):
    for path in ("cases/", f"cases/{case.pk}/", f"cases/{case.pk}/timeline/", "orders/", "refunds/"):
        answer = api.get(path, params)
        assert (answer.status_code, answer.json()["code"]) == (400, "unknown_parameter")


@pytest.mark.fault("L3")
@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"limit": "1000000"}, "limit"),
        ({"limit": "0"}, "limit"),
        ({"limit": "-1"}, "limit"),
        ({"limit": "x"}, "limit"),
        ({"limit": "１"}, "limit"),
        ({"limit": "9" * 5000}, "limit"),
        ({"cursor": "10"}, "cursor"),
        ({"cursor": "ü"}, "cursor"),
        ({"cursor": "W10"}, "cursor"),
        ({"cursor": "WzFd" * 100}, "cursor"),
        ({"cursor": "WyJ4Il0"}, "cursor"),
        ({"cursor": "WzllOTld"}, "cursor"),
        ({"cursor": "WzEwMDAwMDAwMDAwMDAwMDAwMDAwMDAwXQ"}, "cursor"),
        ({"cursor": "W3RydWVd"}, "cursor"),
        ({"cursor": "WyIyMDI2IiwgMV0"}, "cursor"),
        ({"kind": "nonsense"}, "kind"),
        ({"kind": "a\x00b"}, "kind"),
        ({"order": "x" * 100}, "order"),
        ({"order": "a\x00b"}, "order"),
        ({"owner": "x" * 10_000}, "owner"),
        ({"waybill": "\x00"}, "waybill"),
        ({"open": "yes"}, "open"),
        ({"open": "1"}, "open"),
        ({"kind": ["refund", "unreachable"]}, "kind"),
    ],
)
def test_a_parameter_that_cannot_be_read_is_named(api, case, params, field):
    answer = api.get("cases/", params)
    assert (answer.status_code, answer.json()["field"]) == (400, field)


@pytest.mark.fault("L3")
def test_thousands_of_parameters_are_refused(api):
    assert api.get("cases/", {f"p{number}": "1" for number in range(5_000)}).status_code == 400
    assert api.get("orders/", {"number": [str(number) for number in range(5_000)]}).status_code == 400


@pytest.mark.fault("L2")
@pytest.mark.parametrize("text", ["%", "_", "'", "\\", "😀", "%00", "1 OR 1=1"])
def test_signs_of_other_languages_are_plain_text(api, case, text):
    assert api.get("cases/", {"order": text}).json()["results"] == []


@pytest.mark.parametrize("number", ["0", "9" * 18, "9" * 30, "9" * 5_000])
def test_a_number_beyond_all_ids_is_not_found(api, number):
    assert api.get(f"cases/{number}/").status_code == 404
    assert api.post(f"cases/{number}/steps/delivered/", {"version": 1}).status_code == 404


def test_a_caller_that_accepts_no_json_is_told_so(api):
    assert api.get("cases/", Accept="text/html").status_code == 406


def test_refusals_speak_the_language_of_the_caller(api):
    chinese, english = (api.get("cases/999999/", **{"Accept-Language": language}).json() for language in ("zh-CN", "en"))
    assert english["detail"] == "There is no such record in your shops."
    assert chinese["code"] == english["code"] == "not_found"


@override_settings(ALLOWED_HOSTS=["desk.example"])
def test_pages_lead_on_at_the_address_that_was_asked(api, agent):
    for _ in range(2):
        an_unreachable(agent)
    following = api.get("cases/", {"limit": 1, "kind": "unreachable"}, Host="desk.example").json()["next"]
    assert following.startswith("http://desk.example/api/v1/cases/?cursor=")
    assert "kind=unreachable" in following


@pytest.mark.fault("L4")
def test_a_database_that_is_away_is_said_so(api, case, monkeypatch):
    from django.db import OperationalError

    from casework.api import cases

    def away(*_):
        raise OperationalError

    monkeypatch.setattr(cases, "list_cases", away)
    answer = api.client.get(f"{V1}cases/", headers=api.headers)
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert Case.objects.count() == 1


def test_a_mistake_of_ours_is_answered_in_the_shape_of_errors(api, case, monkeypatch):
    def breaks(*args, **options):
        raise ZeroDivisionError

    monkeypatch.setattr("casework.api.deeds.advance", breaks)
    answer = api.client.post(f"{V1}cases/{case.pk}/steps/delivered/", {"version": 1}, content_type="application/json", headers=api.headers)
    assert (answer.status_code, answer["Content-Type"]) == (500, "application/json")
    body = answer.json()
    assert (body["code"], body["reasons"], body["field"]) == ("broken", [], "")
    assert body["detail"]
