"""The customer's page: says what and why, takes photos with and without script, shows nothing personal, and one answer for every dead link."""

import datetime as dt
import io
import logging
import re

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from casework import brake
from casework.actions.advance import advance
from casework.actions.ask_photos import make_link, revoke_link
from casework.models import Evidence, Policy
from casework.photos.checklist import Wanted
from casework.views import upload
from config.logs import JsonLine
from logistics.kinds.unreachable import Unreachable
from tests.builders import an_unreachable
from tests.casework.test_looks import scene
from tests.cast import MONDAY, acts
from tests.page import text_of

WEEK = dt.timedelta(days=7)
JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def open_gates(settings):
    """The clock of the request can be set, and no earlier test has used up the tries."""
    settings.TEST_CLOCK = True
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def case(agent, monkeypatch):
    monkeypatch.setattr(Unreachable, "CHECKLIST", (Wanted("photo_box", "箱子大小能看出少没少。", "L5.2"),))
    return an_unreachable(agent, state="trying")


@pytest.fixture
def token(case, agent):
    return make_link(case.pk, kinds=["photo_box", "photo_damage"], plea="closer", by=acts(agent), at=MONDAY)[1]


def a_photo(seed=1, name="我家.jpg"):
    out = io.BytesIO()
    scene(seed, (300, 260)).save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")


def visit(address, at=MONDAY, **options):
    """A visitor without any cookie, who cannot send a CSRF token either."""
    return Client(enforce_csrf_checks=True).get(address, headers={"X-Test-Now": at.isoformat()}, **options)


def send(address, at=MONDAY, headers=None, **files):
    return Client(enforce_csrf_checks=True).post(address, files, headers={"X-Test-Now": at.isoformat()} | (headers or {}))


# What it shows -------------------------------------------------------------------------------------


def test_it_says_which_photos_and_why_and_how_in_chinese_or_english(token):
    words = text_of(visit(f"/e/{token}/"))
    for part in (
        "样例旗舰店",
        "请上传照片",
        "1 破损照片",
        "2 外箱照片 箱子大小能看出少没少。",
        "请近拍、拍清楚",
        "还差：破损照片、外箱照片",
        "11-30 10:00",
    ):
        assert part in words
    english = visit(f"/e/{token}/?lang=en")
    assert '<html lang="en"' in english.content.decode()
    assert "Still missing: Photo of the damage, Photo of the box" in text_of(english)


@pytest.mark.rule("S5.1")
def test_nothing_personal_and_nothing_of_the_desk_stands_on_it(token, case, agent):
    page = visit(f"/e/{token}/").content.decode()
    order = case.order
    for secret in (
        order.number,
        order.number[:-4],
        str(order.buyer),
        case.number,
        agent.username,
        f"/cases/{case.pk}",
        "csrf",
        "/login",
        case.subject_label,
    ):
        assert secret not in page
    assert f"订单尾号 {order.number[-4:]}" in page


def test_its_headers_let_nothing_out_and_no_cookie_is_set(token):
    answer = visit(f"/e/{token}/")
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["Cache-Control"] == "no-store"
    assert "noindex" in answer["X-Robots-Tag"]
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert not answer.cookies


def test_fields_take_only_what_the_desk_can_read_and_the_phone_offers_the_camera(token):
    fields = re.findall(r'<input type="file"[^>]*>', visit(f"/e/{token}/").content.decode())
    assert len(fields) == 2
    assert all('accept="image/jpeg,image/png,image/webp"' in each and "multiple" in each for each in fields)


# Dead links ----------------------------------------------------------------------------------------


def look_of_answer(answer):
    headers = {name: value for name, value in answer.items() if name != "X-Request-ID"}
    return answer.status_code, headers, answer.content


@pytest.mark.fault("U5")
def test_every_dead_link_gets_one_and_the_same_answer(token, case, agent, db):
    other = make_link(case.pk, kinds=["photo_box"], by=acts(agent), at=MONDAY)
    revoke_link(case.pk, other[0].pk, by=acts(agent), at=MONDAY)
    closed = an_unreachable(agent)
    its = make_link(closed.pk, kinds=["photo_box"], by=acts(agent), at=MONDAY)[1]
    advance(closed.pk, "delivered", by=acts(agent), at=MONDAY)
    unknown = look_of_answer(visit("/e/abcdefghijklmnopqrstuvwxyz012345/"))
    assert unknown[0] == 404
    assert "unknown" not in str(unknown)
    changed = token[:-1] + ("A" if token[-1] != "A" else "B")
    for address in (changed, other[1], its, str(case.pk), "%20", "None", "%00", "a/b", token + "/x", "%ff", "x" * 3000, "..%2f"):
        assert look_of_answer(visit(f"/e/{address}/")) == unknown, address
    for bare in ("/e", "/e/", "/e//", f"/e/{changed}", f"/e/{changed}/?lang=en"):
        assert look_of_answer(visit(bare)) == unknown, bare
    assert look_of_answer(visit(f"/e/{token}/", at=MONDAY + WEEK + dt.timedelta(seconds=1))) == unknown
    assert look_of_answer(send(f"/e/{its}/", photo_box=a_photo())) == unknown
    assert look_of_answer(send(f"/e/{changed}/", headers=JSON, photo_box=a_photo())) == unknown
    assert not Evidence.objects.exists()


def test_the_last_slash_may_be_lost_on_the_way(token):
    assert visit(f"/e/{token}").status_code == 200


@pytest.mark.fault("Z11")
def test_the_token_stands_in_no_log(token, caplog):
    caplog.set_level(logging.INFO)
    visit(f"/e/{token}/")
    send(f"/e/{token}/", photo_box=SimpleUploadedFile("a.jpg", b"no picture"))
    lines = [JsonLine().format(record) for record in caplog.records]
    assert any("/e/<link>/" in line for line in lines)
    assert not any(token in line for line in lines)


# Sending -------------------------------------------------------------------------------------------


def test_a_plain_form_sends_several_at_once_and_is_told_what_is_still_missing(token, case):
    answer = send(f"/e/{token}/", photo_box=[a_photo(1), a_photo(2)])
    words = text_of(answer)
    assert answer.status_code == 200
    assert "谢谢您，收到 2 张照片。" in words
    assert "还差：破损照片" in words
    assert "需要的照片都收到了" in text_of(send(f"/e/{token}/", photo_damage=a_photo(3)))
    assert Evidence.objects.filter(case=case, uploaded_by=None).count() == 3


def test_each_photo_stands_for_itself(token):
    answer = send(f"/e/{token}/?lang=en", photo_box=[a_photo(1), SimpleUploadedFile("b.jpg", b"nothing")])
    assert answer.status_code == 400
    assert "Thank you. Photos received: 1" in text_of(answer)
    assert "This is not a readable JPEG, PNG or WebP picture." in text_of(answer)


def test_the_script_is_answered_in_json_with_a_code(token):
    good = send(f"/e/{token}/", headers=JSON, photo_box=a_photo())
    assert good.json() == {
        "code": "", "detail": "", "reasons": [], "field": "", "received": {"photo_damage": 0, "photo_box": 1}, "missing": "还差：破损照片", "complete": False,
    }  # fmt: skip
    heic = SimpleUploadedFile("c.heic", b"\x00\x00\x00\x18ftypheic" + b"\x00" * 100)
    bad = send(f"/e/{token}/", headers=JSON, photo_damage=heic)
    assert (bad.status_code, bad.json()["code"]) == (400, "picture_heic")
    assert "HEIC" in bad.json()["detail"]


def test_no_photo_and_one_that_was_not_asked_for_are_said(token):
    assert send(f"/e/{token}/", headers=JSON).json()["code"] == "file_required"
    assert send(f"/e/{token}/", headers=JSON, photo_goods=a_photo()).json()["code"] == "file_required"
    assert not Evidence.objects.exists()


@pytest.mark.fault("U7")
def test_one_too_many_is_a_sentence(token, shop):
    Policy.objects.create(name="link_photos", shop=shop, value=2, valid_from=MONDAY - WEEK)
    assert "最多 2 张" in text_of(visit(f"/e/{token}/"))
    assert send(f"/e/{token}/", headers=JSON, photo_box=a_photo(1)).status_code == 200
    answer = send(f"/e/{token}/", headers=JSON, photo_box=a_photo(2))
    assert (answer.status_code, answer.json()["code"]) == (422, "too_many_pictures")


@pytest.mark.fault("U3")
def test_too_much_at_once_is_refused_unread(token, monkeypatch):
    monkeypatch.setattr(upload, "BODY", 1000)
    answer = send(f"/e/{token}/", headers=JSON, photo_box=a_photo())
    assert (answer.status_code, answer.json()["code"]) == (400, "too_large")


@pytest.mark.parametrize("body", [b"", b"x", b"--x\r\nContent-Disposition: form-data", b"\xff" * 500])
def test_a_body_that_cannot_be_read_is_a_refusal_and_no_fault(token, body):
    for kind in ("multipart/form-data", "multipart/form-data; boundary=x", "application/json", "text/plain"):
        answer = Client().generic("POST", f"/e/{token}/", body, content_type=kind, headers={"X-Test-Now": MONDAY.isoformat()} | JSON)
        assert answer.status_code == 400, (kind, answer.content)


def test_more_files_than_a_form_may_hold_are_refused(token, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = 2
    assert send(f"/e/{token}/", headers=JSON, photo_box=[a_photo(), a_photo(), a_photo()]).status_code == 400
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_do_nothing(token, method):
    answer = Client().generic(method, f"/e/{token}/", headers={"X-Test-Now": MONDAY.isoformat()})
    assert answer.status_code == 405


@pytest.mark.fault("X1")
def test_a_shop_with_a_wicked_name_stays_text(token, shop):
    shop.name = '<script>alert(1)</script>"onx='
    shop.save()
    assert "<script>alert(1)" not in visit(f"/e/{token}/").content.decode()


# The brake -----------------------------------------------------------------------------------------


def test_whoever_tries_too_often_waits_known_link_or_not(token, monkeypatch):
    monkeypatch.setattr(brake, "ADDRESS_TRIES", 3)
    answers = [visit(f"/e/{each}/") for each in ("a", "b", "c", token, "d")]
    assert [each.status_code for each in answers] == [404, 404, 404, 429, 429]
    assert answers[3].content == answers[4].content
    assert answers[3]["Retry-After"] == str(brake.LINK_WINDOW)


def test_one_link_is_not_asked_without_end(token, case, agent, monkeypatch):
    monkeypatch.setattr(brake, "LINK_TRIES", 2)
    other = make_link(case.pk, kinds=["photo_box"], by=acts(agent), at=MONDAY)[1]
    assert [visit(f"/e/{token}/").status_code for _ in range(3)] == [200, 200, 429]
    assert send(f"/e/{token}/", headers=JSON, photo_box=a_photo()).json()["code"] == "too_many"
    assert visit(f"/e/{other}/").status_code == 200


@pytest.mark.fault("Z10")
def test_an_address_that_a_caller_claims_counts_for_nothing_without_a_proxy_of_ours(token, monkeypatch, settings):
    monkeypatch.setattr(brake, "ADDRESS_TRIES", 2)

    def claims(address):
        return visit(f"/e/{token}/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=address).status_code

    assert [claims(f"1.1.1.{number}") for number in range(3)] == [200, 200, 429]
    settings.BEHIND_PROXY = True
    assert [claims(f"9.9.9.9, 1.1.1.{number}") for number in range(3)] == [200, 200, 200]
    assert [claims(f"9.9.9.{number}, 1.1.2.1") for number in range(3)] == [200, 200, 429]
