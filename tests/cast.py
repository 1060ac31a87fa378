"""The people of every story: two agents, leads, packers, finance, an auditor, an outsider of another shop."""

import datetime as dt

import pytest

from orders.access import Actor
from orders.models import Membership, Shop, User
from orders.roles import Role

# A Monday morning in shop time; working hours begin at nine.
MONDAY = dt.datetime(2026, 11, 23, 10, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
NOON = MONDAY + dt.timedelta(hours=2)
PASSWORD = "a-long-enough-password"


@pytest.fixture
def now():
    return MONDAY


@pytest.fixture(autouse=True)
def requests_come_at_noon(monkeypatch):
    """Stories begin on MONDAY. A request that names no time comes two hours later, a browser's too, whatever day the tests run on."""
    monkeypatch.setattr("config.middleware.wall_clock", lambda: NOON)


@pytest.fixture
def shop(db):
    return Shop.objects.create(code="demo", name="样例旗舰店")


@pytest.fixture
def other_shop(db):
    return Shop.objects.create(code="other", name="别家店")


def make_user(name, role, shop, **extra):
    """A person with one role in one shop (or in every shop, with shop=None)."""
    user = User.objects.create_user(name, password=PASSWORD, first_name=name, code=name.upper()[:8], all_shops=shop is None, **extra)
    Membership.objects.create(user=user, shop=shop, role=role)
    return user


def person(name, role):
    @pytest.fixture(name=name)
    def fixture(shop):
        return make_user(name, role, shop)

    return fixture


agent = person("agent", Role.AGENT)
agent2 = person("agent2", Role.AGENT)
supervisor = person("supervisor", Role.SUPERVISOR)
supervisor2 = person("supervisor2", Role.SUPERVISOR)
manager = person("manager", Role.MANAGER)
finance = person("finance", Role.FINANCE)
warehouse = person("warehouse", Role.WAREHOUSE)
printclerk = person("printclerk", Role.PRINT_CLERK)
auditor = person("auditor", Role.AUDITOR)
admin = person("admin", Role.ADMIN)


@pytest.fixture
def outsider(other_shop):
    return make_user("outsider", Role.MANAGER, other_shop)


@pytest.fixture
def superuser(db):
    return User.objects.create_superuser("root", password=PASSWORD)


def acts(user, channel="page", stepped_up_at=None):
    """The actor of a logged-in person, who gave the password again at that time."""
    return Actor.of(user, channel, has_session=True, stepped_up_at=stepped_up_at)


def by_token(user):
    """The actor of a person's token: asks, never decides about money."""
    return Actor.of(user, "api", has_session=False)
