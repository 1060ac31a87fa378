"""The accounts that a new desk starts with: one person for each role, in every shop, with a password of their own."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from orders.access import Actor, acting
from orders.models import Membership, User
from orders.roles import Role

# Easy to read aloud: no l, o, 0, 1.
LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
GROUPS, GROUP = 4, 4


@dataclass(frozen=True)
class Account:
    """A name to log in with, the role in every shop, what colleagues call the person, and the memo code (L9.9)."""

    username: str
    role: Role
    shown: str
    code: str


ACCOUNTS = (
    Account("agent", Role.AGENT, "小林", "A01"),
    Account("agent2", Role.AGENT, "小周", "A02"),
    Account("printclerk", Role.PRINT_CLERK, "小吴", "D01"),
    Account("warehouse", Role.WAREHOUSE, "老陈", "C01"),
    Account("supervisor", Role.SUPERVISOR, "方主管", "Z01"),
    Account("manager", Role.MANAGER, "沈经理", "M01"),
    Account("finance", Role.FINANCE, "钱会计", "F01"),
    Account("auditor", Role.AUDITOR, "孔审计", "S01"),
    Account("admin", Role.ADMIN, "管理员", "G01"),
)


def accounts_file() -> Path:
    """Where the generated passwords are kept, readable by the owner of the data directory only."""
    return Path(settings.DATA_DIR) / "accounts.json"


def seed_accounts() -> dict[str, str]:
    """Make the accounts that are missing; their names and passwords.

    A person who is there already is left alone, password, role and all. A password that the file knows is used
    again, so that a new database keeps what people have written down.
    """
    known = _kept()
    there = set(User.objects.filter(username__in=[each.username for each in ACCOUNTS]).values_list("username", flat=True))
    missing = [each for each in ACCOUNTS if each.username not in there]
    made = {each.username: known.get(each.username) or new_password() for each in missing}
    if made:
        # First the file: a password that is in nobody's hands is worse than one that nobody has yet.
        _keep(known | made)
        with acting(Actor.system("command")):
            for account in missing:
                _make(account, made[account.username])
    return made


def new_password() -> str:
    """Four groups of four: some eighty bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS))


def _make(account: Account, password: str) -> None:
    user = User.objects.create_user(account.username, password=password, first_name=account.shown, code=account.code, all_shops=True)
    Membership.objects.create(user=user, shop=None, role=account.role)


def _kept() -> dict[str, str]:
    path = accounts_file()
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}


def _keep(passwords: dict[str, str]) -> None:
    """Write beside and rename, closed to others from the first byte on."""
    path = accounts_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    order = {each.username: place for place, each in enumerate(ACCOUNTS)}
    text = json.dumps(dict(sorted(passwords.items(), key=lambda each: order.get(each[0], len(order)))), indent=2, ensure_ascii=False)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text + "\n")
    fresh.replace(path)
