"""Who acts, in which role, and which shops they see. One rule for pages, API, admin, search, counts and export."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from django.db import connection, models, transaction

from orders.roles import CLOCK, CUSTOMER, SYSTEM

if TYPE_CHECKING:
    from orders.models.people import User


@dataclass(frozen=True)
class Actor:
    """Who does something and through which door. Built once a request; roles are read once."""

    user_id: int | None
    name: str
    channel: str
    roles: Mapping[int | None, str] = field(default_factory=dict)
    all_shops: bool = False
    request_id: str = ""
    # A token may ask for money but never decide about it (DESIGN 11).
    has_session: bool = False
    # When the person gave their password once more in this session (casework/step_up.py).
    stepped_up_at: dt.datetime | None = None

    @classmethod
    def of(
        cls, user: User, channel: str, *, request_id: str = "", has_session: bool = False, stepped_up_at: dt.datetime | None = None
    ) -> Actor:
        """The acting person; one query for the memberships."""
        roles: dict[int | None, str] = {each.shop_id: each.role for each in user.memberships.all()} if user.is_active else {}
        return cls(user.pk, user.shown_name, channel, roles, user.all_shops, request_id, has_session, stepped_up_at)

    @classmethod
    def clock(cls) -> Actor:
        """A deadline that ran out."""
        return cls(None, CLOCK, CLOCK)

    @classmethod
    def system(cls, channel: str = SYSTEM) -> Actor:
        """The programme itself: a detector, an import, a command."""
        return cls(None, SYSTEM, channel)

    @classmethod
    def customer(cls, shop_id: int, *, request_id: str = "") -> Self:
        """A customer of that shop who has the link of one case. Whoever lets them in has looked at the link."""
        return cls(None, CUSTOMER, "customer link", {shop_id: CUSTOMER}, request_id=request_id)

    @property
    def is_person(self) -> bool:
        """True for people of ours, False for clocks, the programme and customers."""
        return self.user_id is not None

    @property
    def is_customer(self) -> bool:
        """Whether a customer acts, by the link of a case."""
        return not self.is_person and self.name == CUSTOMER

    @property
    def person_id(self) -> int:
        """The id of the acting person. Only where clocks and the programme never come."""
        assert self.user_id is not None
        return self.user_id

    def role_in(self, shop_id: int) -> str:
        """The role in that shop, or "" when the shop is not theirs. Being superuser gives none."""
        if not self.is_person:
            return self.name
        role = self.roles.get(shop_id)
        if role is None and self.all_shops:
            role = self.roles.get(None)
        return role or ""

    def shop_ids(self) -> list[int] | None:
        """The shops that are seen; None means every shop."""
        if not (self.is_person or self.is_customer) or (self.all_shops and None in self.roles):
            return None
        return [shop_id for shop_id in self.roles if shop_id is not None]

    def has_role(self, roles: frozenset[str] | set[str]) -> bool:
        """Whether one of the roles is held in any shop that is seen."""
        held = {role for shop_id, role in self.roles.items() if shop_id is not None or self.all_shops}
        return bool(held & {str(role) for role in roles})


class ScopedQuerySet(models.QuerySet[Any]):
    """Rows by shop. The model says where its shop is: SHOP_PATH = "shop" or "order__shop"."""

    def for_actor(self, actor: Actor) -> Self:
        """The rows of the actor's shops."""
        shops = actor.shop_ids()
        if shops is None:
            return self.all()
        path = getattr(self.model, "SHOP_PATH", "shop")
        return self.filter(**{f"{path}__in": shops})


# Where a session keeps when its person gave the password once more.
STEPPED_UP = "stepped_up_at"


def _stepped_up(request: Any) -> dt.datetime | None:
    kept = request.session.get(STEPPED_UP) if hasattr(request, "session") else None
    return dt.datetime.fromisoformat(kept) if kept else None


def actor_of(request: Any, channel: str = "page") -> Actor:
    """The actor of a request (Django's or the API's), read once and kept on it."""
    known = getattr(request, "_actor", None)
    if isinstance(known, Actor) and known.channel == channel:
        return known
    plain = getattr(request, "_request", request)
    by_token = getattr(request, "auth", None) is not None
    stepped_up = None if by_token else _stepped_up(plain)
    actor = Actor.of(request.user, channel, request_id=getattr(plain, "request_id", ""), has_session=not by_token, stepped_up_at=stepped_up)
    request._actor = actor
    return actor


@contextmanager
def acting(actor: Actor, at: dt.datetime | None = None) -> Iterator[None]:
    """A transaction in which direct writes are journalled under the actor's name by the triggers; at that instant where a test clock is on."""
    with transaction.atomic():
        sign(actor, at)
        yield


def sign(actor: Actor, at: dt.datetime | None = None) -> None:
    """Tell the database who acts, and as of when, until the transaction ends."""
    values = {
        "casework.actor_id": str(actor.user_id or ""),
        "casework.actor": actor.name,
        "casework.channel": actor.channel,
        "casework.request_id": actor.request_id,
    }
    if at is not None:
        values["casework.now"] = at.isoformat()
    calls = ", ".join("set_config(%s, %s, true)" for _ in values)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {calls}", [part for pair in values.items() for part in pair])
