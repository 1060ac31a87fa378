"""The frame that every page stands in: who is let in, what the rail shows, how it looks, what an error says."""

import pytest

from orders.models import User


@pytest.fixture
def seen_by(client):
    """A browser session of somebody: seen_by(user).get("/")."""

    def login(user):
        client.force_login(user)
        return client

    return login


def test_a_stranger_is_sent_to_the_login(client, db):
    answer = client.get("/cases/")
    assert (answer.status_code, answer["Location"]) == (302, "/login/?next=/cases/")


def test_the_login_takes_name_and_password_and_goes_where_one_wanted(client, agent):
    answer = client.post("/login/", {"username": "agent", "password": "a-long-enough-password", "next": "/cases/"})
    assert (answer.status_code, answer["Location"]) == (302, "/cases/")


def test_a_wrong_password_is_said_in_one_sentence_and_the_name_is_kept(client, agent):
    page = client.post("/login/", {"username": "agent", "password": "wrong"}).content.decode()
    assert 'role="alert"' in page
    assert 'value="agent"' in page


def test_the_login_never_sends_anybody_elsewhere(client, agent):
    answer = client.post("/login/", {"username": "agent", "password": "a-long-enough-password", "next": "https://example.org/"})
    assert answer["Location"] == "/"


def test_who_sends_a_form_without_a_session_comes_back_to_the_page_it_stood_on(client, db):
    """The page that the browser names, when it is ours; the address of the deed where it names none."""
    for came, back in (
        ("http://testserver/payouts/?due=today", "/payouts/%3Fdue%3Dtoday"),
        ("http://testserver//example.org/", "/payouts/912/"),
        ("https://example.org/payouts/", "/payouts/912/"),
        ("http://[", "/payouts/912/"),
        ("http://testserver/login/", "/payouts/912/"),
        ("", "/payouts/912/"),
    ):
        answer = client.post("/payouts/912/", headers={"Referer": came} if came else None)
        assert (answer.status_code, answer["Location"]) == (302, f"/login/?next={back}"), came
    assert client.get("/payouts/", headers={"Referer": "http://testserver/cases/"})["Location"] == "/login/?next=/payouts/"


def test_logging_out_takes_a_form_of_ours(seen_by, agent):
    browser = seen_by(agent)
    shown = browser.get("/logout/")
    assert (shown.status_code, shown["Allow"]) == (405, "POST, OPTIONS")
    assert "这个地址只接收表单提交" in shown.content.decode()
    assert browser.post("/logout/")["Location"] == "/login/"
    assert browser.get("/")["Location"] == "/login/?next=/"


def test_the_page_says_its_language_theme_and_density(seen_by, agent):
    User.objects.filter(pk=agent.pk).update(theme="dark", density="compact")
    page = seen_by(agent).get("/").content.decode()
    assert '<html lang="zh-Hans" data-theme="dark" data-density="compact" data-keys="on">' in page


def test_the_language_is_switched_and_kept(seen_by, agent):
    browser = seen_by(agent)
    browser.post("/i18n/setlang/", {"language": "en", "next": "/"})
    page = browser.get("/").content.decode()
    assert '<html lang="en"' in page
    assert ">Today<" in page


def test_theme_density_and_keys_are_kept_with_the_person(seen_by, agent):
    browser = seen_by(agent)
    browser.post("/me/look/", {"turn": "theme"})
    browser.post("/me/look/", {"density": "compact"})
    browser.post("/me/look/", {"turn": "keys"})
    agent.refresh_from_db()
    assert (agent.theme, agent.density, agent.keys) == ("light", "compact", "off")
    assert 'data-keys="off"' in browser.get("/").content.decode()


def test_the_script_gets_the_new_look_as_json(seen_by, agent):
    answer = seen_by(agent).post("/me/look/", {"turn": "density"}, headers={"accept": "application/json"})
    assert answer.json()["density"]["value"] == "compact"


@pytest.mark.parametrize("given", [{"turn": "password"}, {"theme": "pink"}, {"turn": "theme;"}])
def test_only_looks_can_be_set_and_only_to_known_values(seen_by, agent, given):
    assert seen_by(agent).post("/me/look/", given).status_code == 400


def test_a_look_leads_back_to_our_own_pages_only(seen_by, agent):
    browser = seen_by(agent)
    assert browser.post("/me/look/", {"turn": "theme", "next": "/cases/?tab=all"})["Location"] == "/cases/?tab=all"
    assert browser.post("/me/look/", {"turn": "theme", "next": "//example.org"})["Location"] == "/"


def test_a_page_holds_neither_script_nor_style_of_its_own(seen_by, agent):
    page = seen_by(agent).get("/me/").content.decode()
    assert "<style" not in page
    assert "style=" not in page
    assert "<script>" not in page
    assert "onclick" not in page
    assert "http" not in page.replace("http://www.w3.org", "").replace("http-equiv", "")


def test_the_rail_marks_where_one_is(seen_by, agent):
    page = seen_by(agent).get("/cases/").content.decode()
    assert 'href="/cases/" aria-current="page"' in page
    assert page.count('aria-current="page"') == 1


def test_what_does_not_exist_is_404_in_the_look_of_the_house(seen_by, agent):
    answer = seen_by(agent).get("/no-such-page/")
    assert answer.status_code == 404
    assert 'class="refusal"' in answer.content.decode()


def test_a_stranger_sees_the_same_sentence_without_the_rail(client, db):
    answer = client.get("/no-such-page/")
    assert answer.status_code == 404
    assert 'class="rail"' not in answer.content.decode()


def test_an_old_form_is_called_so_and_leads_back_to_its_page(agent):
    from django.test import Client

    browser = Client(enforce_csrf_checks=True)
    browser.force_login(agent)
    answer = browser.post("/me/look/", {"turn": "theme"}, headers={"Referer": "http://testserver/cases/?tab=all"})
    page = answer.content.decode()
    assert (answer.status_code, 'class="refusal"' in page) == (403, True)
    assert ("<h1>表单已过期</h1>" in page, "没有权限" in page, 'href="/cases/?tab=all">返回原页面</a>' in page) == (True, False, True)
    assert "返回原页面" not in browser.post("/me/look/", headers={"Referer": "https://example.org/"}).content.decode()


def test_a_fault_of_ours_says_so_without_asking_the_database(rf):
    from casework.views.errors import broken

    answer = broken(rf.get("/"))
    assert answer.status_code == 500
    assert 'class="refusal"' in answer.content.decode()


@pytest.mark.parametrize("address", ["/", "/admin/", "/nothing/"])
def test_every_page_names_the_icon_so_that_no_browser_asks_for_another(seen_by, supervisor, address):
    page = seen_by(supervisor).get(address).content.decode()
    assert page.count('rel="icon"') == page.count("casework/favicon.svg") == 1


@pytest.mark.fault("L4")
def test_without_a_database_the_page_says_so_with_503_and_asks_it_nothing(rf):
    from django.db import OperationalError

    from casework.views.errors import Refusals

    answer = Refusals(None).process_exception(rf.get("/"), OperationalError("connection refused by 10.0.0.7"))
    assert answer.status_code == 503
    assert "10.0.0.7" not in answer.content.decode()
