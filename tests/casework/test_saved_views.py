"""Saved views: a name for filters, one's own or a shop's; among the tabs with a number; each reader sees only what is theirs to see."""

import pytest

from casework.actions.saved_views import MOST_PINS, delete_view, pin_view, rename_view, save_view, share_view
from casework.models import Journal, Pin, SavedView
from orders.errors import Malformed, NotAllowed, NotFound, Refused
from tests.builders import a_refund, an_unreachable
from tests.casework.test_page_queue import listed
from tests.cast import MONDAY, acts, make_user
from tests.page import text_of

FILTERS = (("kind", "unreachable"), ("owner", "me"))


def a_view(user, name="Mine to reach", *, tab="all", filters=FILTERS, shop=""):
    return save_view(name, tab=tab, filters=filters, shop=shop, by=acts(user), at=MONDAY)


def tabs_of(browser):
    return {str(tab.label): tab.number for tab in browser.get("/cases/").context["tabs"] if tab.name.startswith("view-")}


def test_the_present_filters_become_a_view_among_the_tabs_in_one_step(desk, agent):
    case = an_unreachable(agent)
    a_refund(agent)
    browser = desk(agent)
    answer = browser.post("/cases/views/new/?tab=all&kind=unreachable", {"name": "  To   reach "})
    assert answer["Location"] == "/cases/?tab=all&kind=unreachable"
    page = browser.get(answer["Location"])
    assert tabs_of(browser) == {"To reach": 1}
    assert [str(tab.label) for tab in page.context["tabs"] if tab.is_here] == ["All open", "To reach"]
    assert listed(page) == [case.pk]


def test_a_lead_shares_a_view_and_each_reader_sees_their_own_cases_through_it(desk, agent, agent2, supervisor):
    mine, hers = an_unreachable(agent), an_unreachable(agent2)
    view = a_view(supervisor, "Own ones", shop="demo")
    for person, case in ((agent, mine), (agent2, hers)):
        pin_view(view.pk, is_on=True, by=acts(person))
        assert tabs_of(desk(person)) == {"Own ones": 1}
        assert listed(desk(person).get(f"/cases/?{view.query}")) == [case.pk]
    assert tabs_of(desk(supervisor)) == {"Own ones": 0}


def test_a_view_of_another_shop_or_of_a_colleague_is_not_there(desk, agent, agent2, supervisor, outsider):
    own, shared = a_view(agent), a_view(supervisor, "For all", shop="demo")
    assert "Mine to reach" not in text_of(desk(agent2).get("/cases/views/"))
    assert "For all" in text_of(desk(agent2).get("/cases/views/"))
    assert "For all" not in text_of(desk(outsider).get("/cases/views/"))
    for view, person in ((own, agent2), (own, supervisor), (own, outsider), (shared, outsider)):
        for deed in (pin, rename, share, delete):
            with pytest.raises(NotFound):
                deed(view, person)
    for deed in (rename, share, delete):
        with pytest.raises(NotAllowed):
            deed(shared, agent2)


def pin(view, person):
    pin_view(view.pk, is_on=True, by=acts(person))


def rename(view, person):
    rename_view(view.pk, "Other", by=acts(person))


def share(view, person):
    share_view(view.pk, "demo", by=acts(person))


def delete(view, person):
    delete_view(view.pk, by=acts(person))


def test_only_a_lead_shares_and_only_with_a_shop_that_they_lead(agent, supervisor, other_shop):
    for person, shop in ((agent, "demo"), (supervisor, other_shop.code), (supervisor, "nonsense")):
        with pytest.raises(NotAllowed):
            a_view(person, shop=shop)
    assert not SavedView.objects.exists()


def test_a_shared_view_that_is_shared_no_more_leaves_the_tabs_of_others(desk, agent, supervisor):
    view = a_view(supervisor, shop="demo")
    pin(view, agent)
    share_view(view.pk, "", by=acts(supervisor))
    assert tabs_of(desk(agent)) == {}
    assert [each.user_id for each in Pin.objects.all()] == [supervisor.pk]


def test_a_view_is_renamed_pinned_taken_off_and_deleted_on_its_page(desk, agent):
    view, browser = a_view(agent), desk(agent)
    address = f"/cases/views/{view.pk}/"
    browser.post(address, {"deed": "rename", "name": "New name"})
    browser.post(address, {"deed": "unpin"})
    assert tabs_of(browser) == {}
    assert "New name" in text_of(browser.get("/cases/views/"))
    browser.post(address, {"deed": "pin"})
    assert tabs_of(browser) == {"New name": 0}
    browser.post(address, {"deed": "delete"})
    assert not SavedView.objects.exists()
    assert browser.post(address, {"deed": "delete"}).status_code == 404
    assert browser.post(address, {"deed": "nonsense"}).status_code == 404


@pytest.mark.parametrize("name", [None, "", "   ", "x" * 41, "a\x00b", "\ud800", "\u202e", "\u200b\u3164", 7])
def test_what_is_no_name_is_refused(agent, name):
    with pytest.raises(Malformed) as refused:
        a_view(agent, name)
    assert refused.value.field == "name"


def test_two_views_of_one_person_have_two_names_and_views_of_two_people_may_have_one(agent, agent2):
    a_view(agent, "Soon")
    with pytest.raises(Refused) as refused:
        a_view(agent, "SOON")
    assert refused.value.code == "view_exists"
    a_view(agent2, "Soon")


@pytest.mark.parametrize("name", ["Late", "ｌａｔｅ", "我的", " 全部 ", "Closed  cases", "我\u202e的", "全 部", "La\u00adte"])
def test_no_view_is_called_as_a_tab_of_the_desk_in_either_language(agent, name):
    view = a_view(agent, "Soon")
    for keep in (lambda: a_view(agent, name), lambda: rename_view(view.pk, name, by=acts(agent))):
        with pytest.raises(Refused) as refused:
            keep()
        assert (refused.value.code, refused.value.field) == ("view_exists", "name")


def test_a_name_that_is_taken_comes_back_with_what_was_typed(desk, agent):
    a_view(agent, "Soon")
    answer = desk(agent).post("/cases/views/new/?tab=all&owner=me", {"name": "Soon"})
    assert answer.status_code == 422
    assert "You have a view of that name already." in text_of(answer)
    assert 'value="Soon"' in answer.content.decode()


@pytest.mark.parametrize(("tab", "filters"), [("nonsense", ()), ("all", (("kind", "nonsense"),)), ("all", (("opened_to", "x"),))])
def test_filters_that_make_no_sense_become_no_view(agent, tab, filters):
    with pytest.raises(Malformed) as refused:
        a_view(agent, tab=tab, filters=filters)
    assert refused.value.code == "bad_filter"


def test_the_tabs_hold_a_few_views_and_say_when_they_are_full(agent):
    views = [a_view(agent, f"View {number}") for number in range(MOST_PINS + 1)]
    assert Pin.objects.count() == MOST_PINS
    with pytest.raises(Refused) as refused:
        pin_view(views[-1].pk, is_on=True, by=acts(agent))
    assert refused.value.code == "too_many_pins"
    pin_view(views[0].pk, is_on=True, by=acts(agent))


def test_views_that_one_sees_no_more_take_no_room_among_the_tabs(agent, supervisor, other_shop):
    moved = agent.memberships.get()
    for number in range(MOST_PINS):
        pin(a_view(supervisor, f"View {number}", shop="demo"), agent)
    moved.shop = other_shop
    moved.save()
    agent.refresh_from_db()
    own = a_view(agent)
    assert Pin.objects.filter(user=agent, view=own).exists()
    pin(own, agent)


def test_who_left_the_shop_changes_nothing_that_it_works_by(supervisor, supervisor2, other_shop):
    view = a_view(supervisor, shop="demo")
    supervisor.memberships.update(shop=other_shop)
    for deed in (rename, delete):
        with pytest.raises(NotAllowed):
            deed(view, supervisor)
    rename(view, supervisor2)


def test_what_a_shop_works_by_changes_with_a_row_of_the_journal(supervisor):
    view = a_view(supervisor, shop="demo")
    rename_view(view.pk, "Other", by=acts(supervisor))
    delete_view(view.pk, by=acts(supervisor))
    rows = Journal.objects.filter(object_type="view").order_by("pk")
    assert [(each.step, each.shop_id, each.actor_id) for each in rows] == [
        (step, supervisor.memberships.get().shop_id, supervisor.pk) for step in ("insert", "update", "delete")
    ]


def test_a_person_of_the_filter_who_is_no_colleague_of_the_reader_finds_nothing_for_them(desk, shop, other_shop, supervisor):
    """A view over a colleague of two shops is no way to learn of the other shop's people."""
    elsewhere = make_user("elsewhere", "agent", other_shop)
    view = SavedView.objects.create(owner=supervisor, name="x", query=f"tab=all&owner={elsewhere.pk}", shop=shop, made_at=MONDAY)
    answer = desk(supervisor).get(f"/cases/?{view.query}")
    assert answer.status_code == 400
    assert "elsewhere" not in text_of(answer)
