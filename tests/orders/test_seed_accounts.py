import json
import stat
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils.translation import override

from casework.models import Journal
from orders.access import Actor
from orders.actions.seed_accounts import ACCOUNTS, accounts_file, seed_accounts
from orders.models import Shop, User
from orders.roles import Role

NAMES = ["agent", "agent2", "printclerk", "warehouse", "supervisor", "manager", "finance", "auditor", "admin"]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data_dir(tmp_path, settings):
    settings.DATA_DIR = tmp_path
    return tmp_path


def test_there_is_one_account_for_each_role_and_a_second_agent():
    made = seed_accounts()
    assert list(made) == NAMES
    shop = Shop.objects.create(code="any", name="任意店")
    roles = {user.username: Actor.of(user, "page").role_in(shop.pk) for user in User.objects.all()}
    assert set(roles.values()) == set(Role.values)
    assert roles["agent2"] == Role.AGENT


def test_nobody_is_superuser_and_nobody_has_an_address():
    seed_accounts()
    assert not User.objects.filter(is_superuser=True).exists()
    assert set(User.objects.values_list("email", flat=True)) == {""}


@pytest.mark.rule("L9.9")
def test_everybody_signs_memos_with_a_code_of_their_own():
    seed_accounts()
    codes = list(User.objects.values_list("code", flat=True))
    assert all(codes)
    assert len(set(codes)) == len(codes) == len(ACCOUNTS)


def test_the_passwords_work_and_lie_in_a_file_that_others_cannot_read():
    made = seed_accounts()
    assert json.loads(accounts_file().read_text()) == made
    assert stat.S_IMODE(accounts_file().stat().st_mode) == 0o600
    assert all(User.objects.get(username=name).check_password(password) for name, password in made.items())


def test_a_second_run_changes_nothing():
    seed_accounts()
    before = (accounts_file().read_text(), list(User.objects.order_by("pk").values_list("password", flat=True)))
    assert seed_accounts() == {}
    assert (accounts_file().read_text(), list(User.objects.order_by("pk").values_list("password", flat=True))) == before


def test_a_password_that_somebody_changed_stays():
    seed_accounts()
    agent = User.objects.get(username="agent")
    agent.set_password("changed-by-the-agent")
    agent.save()
    accounts_file().unlink()
    assert seed_accounts() == {}
    agent.refresh_from_db()
    assert agent.check_password("changed-by-the-agent")
    assert not accounts_file().exists()


def test_a_new_database_takes_the_passwords_that_the_file_knows():
    first = seed_accounts()
    User.objects.all().delete()
    assert seed_accounts() == first


def test_a_person_who_is_missing_is_made_and_the_others_keep_their_line_in_the_file():
    first = seed_accounts()
    User.objects.get(username="finance").delete()
    stored = json.loads(accounts_file().read_text())
    del stored["finance"]
    accounts_file().write_text(json.dumps(stored))
    made = seed_accounts()
    assert list(made) == ["finance"]
    assert made["finance"] != first["finance"]
    assert list(json.loads(accounts_file().read_text())) == NAMES


def test_the_command_prints_new_passwords_once():
    out = StringIO()
    with override("en"):
        call_command("seed_accounts", stdout=out)
        call_command("seed_accounts", stdout=out)
    password = json.loads(accounts_file().read_text())["agent"]
    assert out.getvalue().count(password) == 1
    assert out.getvalue().count("New accounts: 0.") == 1


def test_the_journal_says_that_a_command_made_them_and_holds_no_password():
    made = seed_accounts()
    rows = Journal.objects.filter(object_type__contains="user")
    assert set(rows.values_list("channel", flat=True)) == {"command"}
    written = " ".join(str(row) for row in Journal.objects.values_list("facts", "before", "after"))
    assert not any(password in written for password in made.values())
    assert "md5$" not in written
