"""Accounts: who looks after whose, which roles are given, and that every change is journalled with the person who made it."""

import re

import pytest

from casework.models import Journal
from orders.actions.create_token import create_token
from orders.actions.manage_people import may_give
from orders.models import ApiToken, Membership, User
from tests.builders import an_unreachable
from tests.cast import PASSWORD, acts, make_user

LIST = "/admin/orders/user/"


@pytest.fixture
def owner(shop):
    """An administrator of every shop."""
    return make_user("owner", "admin", None)


def roles(*given, existing=()):
    """The roles below an account as the form sends them: (membership or None, shop, role)."""
    sent = {
        "memberships-TOTAL_FORMS": len(given),
        "memberships-INITIAL_FORMS": len(existing),
        "memberships-MIN_NUM_FORMS": 0,
        "memberships-MAX_NUM_FORMS": 1000,
    }
    for number, (shop, role, *more) in enumerate(given):
        sent |= {f"memberships-{number}-shop": shop.pk if shop else "", f"memberships-{number}-role": role, f"memberships-{number}-id": ""}
        sent |= more[0] if more else {}
        if number < len(existing):
            sent[f"memberships-{number}-id"] = existing[number].pk
    return sent


def account(user, *given, **changes):
    """The form of an account as it stands, with changes; roles as given or as they are."""
    own = list(user.memberships.all())
    sent = {"username": user.username, "first_name": user.first_name, "code": user.code, "is_active": "on"}
    sent |= {"all_shops": "on"} if user.all_shops else {}
    sent |= roles(*(given or [(each.shop, each.role) for each in own]), existing=own[: len(given or own)])
    return {name: value for name, value in (sent | changes).items() if value is not None}


def new_person(shop, name="newcomer", role="agent", **changes):
    password = "quite-a-long-password"
    return {"username": name, "password1": password, "password2": password, "first_name": "新人"} | roles((shop, role)) | changes


def last_entry(kind, step):
    return Journal.objects.filter(object_type=kind, step=step).order_by("-pk").first()


@pytest.mark.fault("A3")
def test_a_manager_adds_a_person_and_the_journal_names_the_manager(client, manager, shop):
    client.force_login(manager)
    assert client.post(f"{LIST}add/", new_person(shop)).status_code == 302
    person = User.objects.get(username="newcomer")
    assert [(each.shop, each.role) for each in person.memberships.all()] == [(shop, "agent")]
    assert person.check_password("quite-a-long-password")
    assert not person.is_staff
    assert not person.is_superuser
    for kind in ("user", "membership"):
        entry = last_entry(kind, "insert")
        assert (entry.actor, entry.actor_name, entry.channel) == (manager, "manager", "admin")
    assert person.password not in str(last_entry("user", "insert").after)


@pytest.mark.fault("Z5")
def test_fields_that_the_form_does_not_show_are_not_taken(client, manager, shop):
    client.force_login(manager)
    client.post(f"{LIST}add/", new_person(shop, is_superuser="on", is_staff="on", all_shops="on"))
    person = User.objects.get(username="newcomer")
    assert (person.is_superuser, person.is_staff, person.all_shops) == (False, False, False)


@pytest.mark.parametrize(
    ("role", "place"),
    [("admin", "own"), ("supervisor", "own"), ("manager", "own"), ("finance", "own"), ("agent", "other"), ("agent", "none")],
)
def test_a_manager_gives_no_role_that_is_not_theirs_to_give(role, place, client, manager, shop, other_shop):
    client.force_login(manager)
    where = {"own": shop, "other": other_shop, "none": None}[place]
    assert client.post(f"{LIST}add/", new_person(where, role=role)).status_code == 200
    assert not User.objects.filter(username="newcomer").exists()


def test_a_person_without_any_role_is_not_added_by_a_manager(client, manager):
    client.force_login(manager)
    assert client.post(f"{LIST}add/", new_person(None) | roles()).status_code == 200
    assert not User.objects.filter(username="newcomer").exists()


def test_a_manager_changes_a_role_in_the_shop(client, manager, agent, shop):
    """Of the account itself nothing is: a name that is shown without what turns its direction comes back as it was shown."""
    agent.first_name = "李\u202e小\u202c四"
    agent.save()
    page, before = f"{LIST}{agent.pk}/change/", last_entry("user", "update")
    client.force_login(manager)
    assert 'value="李小四"' in client.get(page).content.decode()
    assert client.post(page, account(agent, (shop, "warehouse"), first_name="李小四")).status_code == 302
    agent.refresh_from_db()
    assert (agent.first_name, last_entry("user", "update")) == ("李\u202e小\u202c四", before)
    assert client.post(page, account(agent, (shop, "warehouse"), first_name="李四")).status_code == 302
    assert last_entry("user", "update").after == {"first_name": "李四"}
    assert agent.memberships.get().role == "warehouse"
    entry = last_entry("membership", "update")
    assert (entry.actor, entry.before, entry.after) == (manager, {"role": "agent"}, {"role": "warehouse"})


def test_nobody_sets_their_own_role_or_closes_their_own_account(client, manager, shop):
    client.force_login(manager)
    assert client.post(f"{LIST}{manager.pk}/change/", account(manager, (shop, "admin"))).status_code == 403
    assert client.post(f"{LIST}{manager.pk}/change/", account(manager, is_active=None)).status_code == 403
    assert client.post(f"{LIST}{manager.pk}/password/", {}).status_code == 403
    manager.refresh_from_db()
    assert (manager.memberships.get().role, manager.is_active) == ("manager", True)


@pytest.mark.fault("Z8")
def test_roles_of_another_account_are_not_reached_through_this_one(client, manager, agent, agent2, shop):
    client.force_login(manager)
    theirs = agent2.memberships.get()
    client.post(f"{LIST}{agent.pk}/change/", account(agent) | roles((shop, "finance"), existing=[theirs]))
    theirs.refresh_from_db()
    assert (theirs.role, theirs.user) == ("agent", agent2)


@pytest.mark.rule("R1.1")
def test_a_manager_is_offered_and_given_no_role_that_approves_or_pays(client, manager, admin, agent, shop):
    client.force_login(manager)
    address = f"{LIST}{agent.pk}/change/"
    assert offered(client.get(address)) == {"agent", "print_clerk", "warehouse", "auditor"}
    assert client.post(address, account(agent, (shop, "finance"))).status_code == 200
    assert agent.memberships.get().role == "agent"
    client.force_login(admin)
    assert {"supervisor", "manager", "finance"} <= offered(client.get(address))


def offered(response):
    """The roles that the page lets one choose."""
    return set(
        re.findall(r'<option value="([a-z_]+)"', response.content.decode().split('id="id_memberships-0-role"')[1].split("</select>")[0])
    )


@pytest.mark.rule("R1.1")
def test_the_password_of_who_approves_or_pays_is_an_administrators_to_set(client, manager, admin, supervisor, finance):
    sent = {"new_password1": "another-long-one", "new_password2": "another-long-one"}
    for person in (supervisor, finance, make_user("manager2", "manager", supervisor.memberships.get().shop)):
        address = f"{LIST}{person.pk}/password/"
        client.force_login(manager)
        assert (client.get(address).status_code, client.post(address, sent).status_code) == (403, 403)
        assert address not in client.get(f"{LIST}{person.pk}/change/").content.decode()
        client.force_login(admin)
        assert address in client.get(f"{LIST}{person.pk}/change/").content.decode()
        assert client.post(address, sent).status_code == 302
        person.refresh_from_db()
        assert person.check_password("another-long-one")


@pytest.mark.rule("R1.1")
def test_who_begins_to_approve_or_pay_begins_with_a_new_password(client, manager, admin, agent, shop):
    """A manager entered the agent, knows the password and has a token: neither acts as the supervisor that the agent becomes."""
    create_token(agent, at=agent.date_joined)
    client.force_login(admin)
    assert client.post(f"{LIST}{agent.pk}/change/", account(agent, (shop, "print_clerk"))).status_code == 302
    agent.refresh_from_db()
    assert agent.check_password(PASSWORD)
    assert client.post(f"{LIST}{agent.pk}/change/", account(agent, (shop, "supervisor"))).status_code == 302
    agent.refresh_from_db()
    assert not agent.check_password(PASSWORD)
    assert ApiToken.objects.get().revoked_at
    assert last_entry("user", "update").actor == admin


@pytest.mark.rule("R1.1")
def test_an_administrator_of_all_who_asks_in_one_shop_makes_nobody_decide_there(shop, other_shop):
    both = make_user("both", "admin", None)
    Membership.objects.create(user=both, shop=shop, role="agent")
    by = acts(both)
    assert [may_give(by, where, "finance") for where in (other_shop.pk, shop.pk, None)] == [True, False, False]


@pytest.mark.parametrize("who", ["supervisor", "finance", "outsider", "admin", "owner", "superuser", "two_shops"])
def test_a_manager_looks_after_nobody_beyond_the_shop(who, client, manager, shop, other_shop, request):
    if who == "two_shops":
        person = make_user("two_shops", "agent", shop)
        Membership.objects.create(user=person, shop=other_shop, role="agent")
    else:
        person = request.getfixturevalue(who)
    client.force_login(manager)
    before = person.password
    status = client.post(f"{LIST}{person.pk}/change/", account(person, first_name="别名")).status_code
    assert status in (403, 404)
    assert (
        client.post(f"{LIST}{person.pk}/password/", {"new_password1": "another-long-one", "new_password2": "another-long-one"}).status_code
        == status
    )
    person.refresh_from_db()
    assert (person.password, person.first_name == "别名") == (before, False)


def test_people_of_other_shops_are_not_listed(client, manager, agent, outsider, owner):
    client.force_login(manager)
    html = client.get(LIST).content.decode()
    assert agent.username in html
    assert owner.username in html
    assert outsider.username not in html


@pytest.mark.fault("Z9")
def test_a_new_password_ends_sessions_and_tokens(client, manager, agent, django_user_model):
    session = client.__class__()
    session.login(username="agent", password=PASSWORD)
    assert session.get("/admin/casework/case/").status_code == 200
    ApiToken.objects.create(user=agent, digest="0" * 64, created_at=agent.date_joined)
    client.force_login(manager)
    sent = {"new_password1": "another-long-one", "new_password2": "another-long-one"}
    assert client.post(f"{LIST}{agent.pk}/password/", sent).status_code == 302
    agent.refresh_from_db()
    assert agent.check_password("another-long-one")
    assert session.get("/admin/casework/case/").status_code == 302
    assert ApiToken.objects.get().revoked_at
    entry = last_entry("user", "update")
    assert entry.actor == manager
    assert agent.password not in str((entry.before, entry.after))


def test_a_weak_password_is_refused(client, manager, agent):
    client.force_login(manager)
    before = agent.password
    assert client.post(f"{LIST}{agent.pk}/password/", {"new_password1": "12345", "new_password2": "12345"}).status_code == 200
    agent.refresh_from_db()
    assert agent.password == before


def test_a_closed_account_is_out_and_its_cases_go_back_into_the_queue(client, manager, agent):
    case = an_unreachable(agent)
    client.force_login(manager)
    assert client.post(f"{LIST}{agent.pk}/change/", account(agent, is_active=None)).status_code == 302
    case.refresh_from_db()
    assert case.owner is None
    entry = Journal.objects.filter(case=case).order_by("-pk").first()
    assert (entry.actor, entry.channel) == (manager, "admin")


def test_nobody_is_deleted(client, owner, agent):
    client.force_login(owner)
    assert client.post(f"{LIST}{agent.pk}/delete/", {"post": "yes"}).status_code == 403


def test_a_superuser_sets_up_the_first_administrator(client, superuser, shop):
    client.force_login(superuser)
    assert client.post(f"{LIST}add/", new_person(None, role="admin", all_shops="on")).status_code == 302
    person = User.objects.get(username="newcomer")
    assert (person.all_shops, person.memberships.get().role) == (True, "admin")


def test_ones_own_password_is_changed_under_ones_own_name(client, agent):
    client.login(username="agent", password=PASSWORD)
    sent = {"old_password": PASSWORD, "new_password1": "another-long-one", "new_password2": "another-long-one"}
    assert client.post("/admin/password_change/", sent).status_code == 302
    assert last_entry("user", "update").actor == agent


def test_the_list_of_people_costs_the_same_however_long(client, owner, shop, django_assert_num_queries):
    client.force_login(owner)
    client.get(LIST)
    for number in range(3):
        make_user(f"one{number}", "agent", shop)
    with django_assert_num_queries(QUERIES):
        client.get(LIST)
    for number in range(12):
        make_user(f"more{number}", "agent", shop)
    with django_assert_num_queries(QUERIES):
        client.get(LIST)


# Session, person, roles; rows, their roles and shops.
QUERIES = 6
