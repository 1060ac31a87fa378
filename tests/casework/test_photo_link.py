"""The customer's link: made and revoked by agents, good for one case and a week, exact under many uploads at once."""

import datetime as dt
import hashlib
import io
import pathlib
import re
import threading

import pytest
from django.core import mail
from django.db import connection
from django.test import Client

from casework.actions.add_evidence import add_evidence
from casework.actions.advance import advance
from casework.actions.ask_photos import make_link, revoke_link
from casework.actions.outbox import drain_outbox
from casework.actions.take_photo import open_link, take_photo
from casework.actions.verify import verify_invariants
from casework.models import Case, Evidence, Journal, Policy, UploadLink
from casework.photos.checklist import Wanted
from casework.reading import timeline
from logistics.kinds.unreachable import Unreachable
from orders.errors import Malformed, NotAllowed, NotFound, Refused
from tests.builders import an_unreachable
from tests.callers import a_picture, program
from tests.casework.test_looks import scene
from tests.cast import MONDAY, NOON, acts
from tests.page import browser_of, fields_of, text_of

WEEK = dt.timedelta(days=7)
SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def case(agent):
    return an_unreachable(agent, state="trying")


@pytest.fixture
def link(case, agent):
    """A link for two kinds of photo, with its token."""
    return make_link(case.pk, kinds=["photo_box", "photo_damage"], plea="closer", by=acts(agent), at=MONDAY)


def a_photo(seed=1):
    out = io.BytesIO()
    scene(seed, (300, 260)).save(out, "JPEG")
    out.seek(0)
    return out


def send(token, *, kind="photo_box", upload=None, at=MONDAY):
    return take_photo(token, upload=upload or a_photo(), kind=kind, at=at)


def stored(root):
    return [path for path in pathlib.Path(root).rglob("*") if path.is_file()] if pathlib.Path(root).exists() else []


# Making it -----------------------------------------------------------------------------------------


@pytest.mark.rule("R1.1")
def test_of_the_token_a_digest_is_kept_and_the_journal_says_what_was_asked(link, case, agent):
    row, token = link
    assert (row.digest, len(token)) == (hashlib.sha256(token.encode()).hexdigest(), 32)
    assert (row.kinds, row.plea, row.created_by, row.expires_at) == (["photo_damage", "photo_box"], "closer", agent, MONDAY + WEEK)
    entry = timeline(case).last()
    assert (entry.step, entry.facts["pictures"]) == ("link_made", ["photo_damage", "photo_box"])
    assert all(token not in str(row) and token[:8] not in str(row) for row in Journal.objects.values())


def test_how_long_it_is_good_for_is_the_shops_policy(case, agent, shop):
    Policy.objects.create(name="evidence_link_valid", shop=shop, value={"hours": 2}, valid_from=MONDAY - WEEK)
    row, _token = make_link(case.pk, kinds=["photo_box"], by=acts(agent), at=MONDAY)
    assert row.expires_at == MONDAY + dt.timedelta(hours=2)


@pytest.mark.parametrize(
    "kinds", [None, [], "photo_box", ["selfie"], ["courier_reply"], ["base_slip"], [["photo_box"]], {"photo_box": 1}, [5]]
)
def test_what_no_customer_can_send_is_not_asked(case, agent, kinds):
    with pytest.raises(Malformed) as refused:
        make_link(case.pk, kinds=kinds, by=acts(agent), at=MONDAY)
    assert refused.value.field == "kinds"
    with pytest.raises(Malformed):
        make_link(case.pk, kinds=["photo_box"], plea="王先生您好", by=acts(agent), at=MONDAY)
    assert not UploadLink.objects.exists()


def test_agents_ask_and_nobody_else(case, warehouse, auditor, outsider, agent):
    for by, error in ((warehouse, NotAllowed), (auditor, NotAllowed), (outsider, NotFound)):
        with pytest.raises(error):
            make_link(case.pk, kinds=["photo_box"], by=acts(by), at=MONDAY)
    closed = an_unreachable(agent, state="delivered")
    with pytest.raises(Refused):
        make_link(closed.pk, kinds=["photo_box"], by=acts(agent), at=MONDAY)


# What opens it -------------------------------------------------------------------------------------


@pytest.mark.fault("U5")
def test_it_opens_until_its_last_second_and_not_after(link):
    row, token = link
    assert open_link(token, row.expires_at - SECOND) == row
    for late in (row.expires_at, row.expires_at + SECOND):
        with pytest.raises(NotFound):
            open_link(token, late)


@pytest.mark.fault("U5")
def test_revoked_or_of_a_closed_case_it_opens_no_more(link, case, agent):
    row, token = link
    other, its_token = make_link(case.pk, kinds=["photo_box"], by=acts(agent), at=MONDAY)
    revoke_link(case.pk, row.pk, by=acts(agent), at=MONDAY)
    revoke_link(case.pk, row.pk, by=acts(agent), at=MONDAY + SECOND)
    with pytest.raises(NotFound):
        send(token)
    assert open_link(its_token, MONDAY) == other
    assert [each.step for each in timeline(case)].count("link_revoked") == 1
    advance(case.pk, "delivered", by=acts(agent), at=MONDAY)
    with pytest.raises(NotFound):
        send(its_token)


@pytest.mark.fault("U5")
def test_every_dead_link_costs_the_same_one_query(link, django_assert_num_queries):
    _row, token = link
    for dead in (token[:-1] + ("A" if token[-1] != "A" else "B"), token.lower(), "", " ", "None", "x" * 5000, "\x00", "\udce4"):
        with django_assert_num_queries(1), pytest.raises(NotFound):
            open_link(dead, MONDAY)


def test_a_link_is_revoked_on_its_own_case_by_its_agents(link, case, agent, warehouse, outsider):
    row, token = link
    with pytest.raises(NotFound):
        revoke_link(an_unreachable(agent).pk, row.pk, by=acts(agent), at=MONDAY)
    for by, error in ((warehouse, NotAllowed), (outsider, NotFound)):
        with pytest.raises(error):
            revoke_link(case.pk, row.pk, by=acts(by), at=MONDAY)
    assert open_link(token, MONDAY)


# What comes by it ----------------------------------------------------------------------------------


@pytest.mark.rule("R1.1")
@pytest.mark.rule("L6.2")
def test_a_photo_is_nobodys_of_ours_moves_the_case_and_tells_the_owner(link, case, agent):
    row, token = link
    agent.email = "agent@example.com"
    agent.save()
    picture = send(token)
    assert (picture.uploaded_by, picture.link, picture.case_id, picture.kind) == (None, row, case.pk, "photo_box")
    entry = timeline(case).last()
    assert (entry.step, entry.channel, entry.actor_id, entry.role) == ("customer_answered", "customer link", None, "customer")
    assert entry.facts["sha256"] == picture.sha256
    found = Case.objects.get(pk=case.pk)
    assert (found.state, found.news) == ("answered", {"photos": 1})
    send(token, kind="photo_damage", upload=a_photo(2))
    assert Case.objects.get(pk=case.pk).news == {"photos": 2}
    drain_outbox(at=MONDAY)
    assert len(mail.outbox) == 1
    assert verify_invariants() == []


def test_a_kind_that_was_not_asked_for_and_a_bad_picture_are_refused(link, settings):
    _row, token = link
    for kind, upload in (("photo_goods", None), ("", None), ("photo_box", io.BytesIO(b"<script>")), ("photo_box", io.BytesIO(b""))):
        with pytest.raises(Malformed):
            send(token, kind=kind, upload=upload)
    assert (Evidence.objects.count(), stored(settings.MEDIA_ROOT)) == (0, [])


def test_the_same_photo_sent_twice_is_one_and_says_so_once(link, case, settings):
    _row, token = link
    first, second = send(token), send(token)
    assert first == second
    assert (len(stored(settings.MEDIA_ROOT)), Case.objects.get(pk=case.pk).news) == (1, {"photos": 1})
    assert send(token, kind="photo_damage") != first
    # The page counts what is here, not what was sent.
    answer = Client().post(f"/e/{token}/?lang=en", {"photo_box": [a_photo(), a_photo(), a_photo()]})
    assert "Thank you. Photos received: 2" in answer.content.decode()


@pytest.mark.fault("U7")
def test_where_no_place_is_left_no_picture_is_even_read(link, shop, monkeypatch):
    _row, token = link
    Policy.objects.create(name="link_photos", shop=shop, value=2, valid_from=MONDAY - WEEK)
    first = send(token)
    monkeypatch.setitem(add_evidence.__globals__, "read_picture", lambda upload: pytest.fail("was read"))
    with pytest.raises(Refused) as refused:
        send(token, upload=a_photo(2))
    assert refused.value.code == "too_many_pictures"
    assert send(token) == first


@pytest.mark.fault("U7")
def test_a_place_is_kept_for_each_kind_that_is_asked_for_and_all_of_ours_for_us(link, case, shop, agent):
    _row, token = link
    for name in ("link_photos", "evidence_photos"):
        Policy.objects.create(name=name, shop=shop, value=3, valid_from=MONDAY - WEEK)
    for number in range(2):
        send(token, upload=a_photo(number))
    with pytest.raises(Refused) as refused:
        send(token, upload=a_photo(2))
    assert refused.value.code == "too_many_pictures"
    send(token, kind="photo_damage", upload=a_photo(3))
    for number in range(3):
        add_evidence(case.pk, upload=a_photo(10 + number), kind="chat", by=acts(agent), at=MONDAY)
    with pytest.raises(Refused):
        add_evidence(case.pk, upload=a_photo(20), kind="chat", by=acts(agent), at=MONDAY)
    assert Evidence.objects.filter(case=case).count() == 6


@pytest.mark.fault("U5")
def test_a_link_that_is_revoked_while_the_photo_comes_takes_it_no_more(link, case, agent, settings, monkeypatch):
    row, token = link
    real = add_evidence.__globals__["read_picture"]

    def slow(upload):
        revoke_link(case.pk, row.pk, by=acts(agent), at=MONDAY)
        return real(upload)

    monkeypatch.setitem(add_evidence.__globals__, "read_picture", slow)
    with pytest.raises(NotFound):
        send(token)
    assert (Evidence.objects.count(), stored(settings.MEDIA_ROOT)) == (0, [])


@pytest.mark.fault("U7")
@pytest.mark.django_db(transaction=True)
def test_at_the_last_place_one_of_forty_uploads_at_once_gets_it(agent, shop, settings):
    case = an_unreachable(agent, state="trying")
    _row, token = make_link(case.pk, kinds=["photo_box"], by=acts(agent), at=MONDAY)
    for number in range(19):
        send(token, upload=a_photo(number))
    codes, start = [], threading.Barrier(40)
    photos = [a_photo(100 + number) for number in range(40)]

    def work(photo):
        start.wait()
        try:
            send(token, upload=photo)
            codes.append("taken")
        except Refused as refused:
            codes.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[photo]) for photo in photos]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(codes) == ["taken"] + ["too_many_pictures"] * 39
    assert (Evidence.objects.count(), len(stored(settings.MEDIA_ROOT))) == (20, 20)
    assert Case.objects.get(pk=case.pk).news == {"photos": 20}
    assert verify_invariants() == []


def test_a_link_that_is_written_past_the_door_leaves_a_row_without_its_digest(link, django_capture_on_commit_callbacks):
    row, _token = link
    UploadLink.objects.filter(pk=row.pk).update(revoked_at=MONDAY)
    entry = Journal.objects.order_by("pk").last()
    assert (entry.object_type, entry.step, entry.case_id) == ("link", "update", row.case_id)
    assert row.digest not in str(entry.after) + str(entry.before)


# Asking on the page and over the API ---------------------------------------------------------------


def test_the_page_asks_and_shows_the_link_once(case, agent, monkeypatch):
    monkeypatch.setattr(Unreachable, "CHECKLIST", (Wanted("photo_box", "Its size tells.", "L5.2"), Wanted("courier_reply", "x", "L5.2")))
    browser = browser_of(agent)
    page = browser.get(f"/cases/{case.pk}/")
    ticked = [tag for tag in page.content.decode().split("<input") if 'name="kinds"' in tag and "checked" in tag]
    assert [re.search(r'value="(\w+)"', tag)[1] for tag in ticked] == ["photo_box"]
    answer = browser.post(f"/cases/{case.pk}/photos/", {"kinds": ["photo_box", "photo_goods"], "plea": ""})
    link = UploadLink.objects.get()
    letter = text_of(answer)
    assert "您好，为了尽快为您处理，请点开链接上传照片（全部商品照片、外箱照片）： http://testserver/e/" in letter
    token = letter.split("/e/")[1].split("/")[0]
    assert open_link(token, link.created_at) == link
    later = browser.get(f"/cases/{case.pk}/")
    assert token not in later.content.decode()
    assert "Customer's link: Photo of all goods, Photo of the box" in text_of(later)
    browser.post(f"/cases/{case.pk}/photos/{link.pk}/revoke/")
    link.refresh_from_db()
    assert link.revoked_at


def test_the_page_refuses_with_a_sentence_and_keeps_what_was_chosen(case, agent, warehouse):
    answer = browser_of(agent).post(f"/cases/{case.pk}/photos/", {"plea": "closer"})
    assert answer.status_code == 400
    assert "Choose the photos that the customer shall send." in text_of(answer)
    assert '<option value="closer" selected>' in answer.content.decode()
    assert fields_of(browser_of(warehouse).get(f"/cases/{case.pk}/"), "kinds") == []
    assert browser_of(warehouse).post(f"/cases/{case.pk}/photos/", {"kinds": "photo_box"}).status_code == 403
    assert browser_of(agent).get(f"/cases/{case.pk}/photos/")["Location"] == f"/cases/{case.pk}/"


def test_a_program_makes_lists_and_revokes_links(agent, case, monkeypatch):
    api = program(agent)
    assert api.post(f"cases/{case.pk}/upload-links/").json()["field"] == "kinds"
    monkeypatch.setattr(Unreachable, "CHECKLIST", (Wanted("photo_box", "Its size tells.", "L5.2"),))
    made = api.post(f"cases/{case.pk}/upload-links/").json()
    assert made["kinds"] == ["photo_box"]
    token = made["url"].split("/e/")[1].strip("/")
    take_photo(token, upload=a_picture(), kind="photo_box", at=NOON)
    (row,) = api.get(f"cases/{case.pk}/").json()["upload_links"]
    assert (row["id"], row["photos"], row["revoked_at"], "url" in row) == (made["id"], 1, None, False)
    after = api.send(f"cases/{case.pk}/upload-links/{made['id']}/", "", method="DELETE").json()
    assert after["upload_links"][0]["revoked_at"]
    assert api.send(f"cases/{case.pk}/upload-links/999/", "", method="DELETE").status_code == 404
