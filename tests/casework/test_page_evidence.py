"""Pictures on the page: added by a form, shown to those who see the case, to nobody else, kept by no cache."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from casework.actions.add_evidence import evidence_path
from casework.models import Evidence
from orders.actions.create_token import create_token
from tests.builders import an_unreachable
from tests.cast import MONDAY
from tests.page import text_of


def a_picture(name="photo.jpg"):
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")


def add(browser, case, file=None, **form):
    return browser.post(f"/cases/{case.pk}/evidence/", {"kind": "chat", "file": file or a_picture()} | form)


@pytest.fixture
def case(agent, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return an_unreachable(agent)


def test_a_picture_is_added_and_stands_in_the_evidence_and_the_timeline(desk, agent, case):
    browser = desk(agent)
    assert add(browser, case).status_code == 302
    page = browser.get(f"/cases/{case.pk}/")
    evidence = Evidence.objects.get(case=case)
    assert f'<img src="/evidence/{evidence.pk}/" alt="Picture of the chat"' in page.content.decode()
    assert "Evidence added" in text_of(page)


def test_warehouse_may_add_and_an_auditor_may_not(desk, case, warehouse, auditor):
    assert add(desk(warehouse), case, kind="other").status_code == 302
    assert add(desk(auditor), case).status_code == 403


@pytest.mark.parametrize(
    "file",
    [SimpleUploadedFile("a.jpg", b"<script>alert(1)</script>"), SimpleUploadedFile("a.svg", b"<svg/>"), SimpleUploadedFile("a.jpg", b"")],
)
def test_what_is_no_picture_is_refused_with_a_sentence(desk, agent, case, file):
    file.seek(0)
    answer = add(desk(agent), case, file)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    assert not Evidence.objects.exists()


def test_the_chosen_kind_is_kept_when_the_picture_is_refused(desk, agent, case):
    answer = desk(agent).post(f"/cases/{case.pk}/evidence/", {"kind": "courier_reply"})
    assert '<option value="courier_reply" selected>' in answer.content.decode()


@pytest.mark.parametrize("kind", ["", "selfie"])
def test_a_picture_has_a_known_kind(desk, agent, case, kind):
    assert add(desk(agent), case, kind=kind).status_code == 400


@pytest.fixture
def picture(desk, agent, case):
    add(desk(agent), case)
    return Evidence.objects.get()


@pytest.mark.rule("S5.1")
@pytest.mark.fault("U8")
def test_a_picture_is_served_as_what_it_is_and_can_do_nothing(desk, agent, picture):
    answer = desk(agent).get(f"/evidence/{picture.pk}/")
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert b"".join(answer)[:3] == b"\xff\xd8\xff"


@pytest.mark.rule("S5.1")
@pytest.mark.fault("U8")
def test_nobody_of_another_shop_and_no_stranger_sees_it(desk, client, outsider, picture):
    assert desk(outsider).get(f"/evidence/{picture.pk}/").status_code == 404
    assert client.get(f"/evidence/{picture.pk}/").status_code == 404
    assert desk(outsider).get("/evidence/999999/").status_code == 404


@pytest.mark.rule("S5.1")
@pytest.mark.fault("U8")
def test_a_token_shows_the_same_picture_with_the_same_headers_to_its_person_alone(desk, client, agent, outsider, picture):
    address, by_page = f"/evidence/{picture.pk}/", desk(agent).get(f"/evidence/{picture.pk}/")
    client.logout()
    by_token = client.get(address, headers={"Authorization": f"Token {create_token(agent, at=MONDAY)}"})
    assert by_token.status_code == 200
    for name in ("Content-Type", "X-Content-Type-Options", "Cache-Control", "Content-Security-Policy"):
        assert by_token[name] == by_page[name]
    assert b"".join(by_token) == b"".join(by_page)
    strange = create_token(outsider, at=MONDAY)
    assert [client.get(address, headers={"Authorization": f"Token {each}"}).status_code for each in (strange, "made-up")] == [404, 404]


def test_a_picture_whose_file_is_gone_is_missing_and_no_fault(desk, agent, picture):
    evidence_path(picture).unlink()
    assert desk(agent).get(f"/evidence/{picture.pk}/").status_code == 404


def test_the_place_of_the_file_is_nowhere_on_the_page(desk, agent, case, picture):
    assert picture.path not in desk(agent).get(f"/cases/{case.pk}/").content.decode()
