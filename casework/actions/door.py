"""The door's frame: one transaction, who acts and when told to the database, refusals journalled."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import IntegrityError, connection, transaction

from casework.models import Journal
from casework.registry import CONSTRAINTS
from orders.access import Actor, sign
from orders.errors import DeskError, NotAllowed, Refused, StepRefused
from orders.faults import pause_at
from orders.roles import SYSTEM

# What the deed inside the door is about; None outside.
_deed: ContextVar[dict[str, Any] | None] = ContextVar("deed_inside_the_door", default=None)


def is_inside() -> bool:
    """Whether a deed is under way."""
    return _deed.get() is not None


def concerns(**about: Any) -> None:
    """Keep what the deed is about (shop_id, case_id, order_id, step, state), for the journal row of a refusal. What was said first stays."""
    deed = _deed.get()
    if deed is not None:
        deed.update(about | deed)


@contextmanager
def door(by: Actor, at: dt.datetime) -> Iterator[None]:
    """Run the block as one deed of `by` at the instant `at`. Direct-write triggers stay silent inside.

    A refused step or right is journalled after the roll-back; a broken constraint that has a sentence
    becomes StepRefused.
    """
    if is_inside():
        yield
        return
    deed: dict[str, Any] = {}
    token = _deed.set(deed)
    try:
        with transaction.atomic():
            sign(by, at)
            _tell("on")
            yield
            _tell("")
            pause_at(f"before_commit:{deed.get('step', '')}")
    except IntegrityError as error:
        refusal = refusal_of(error)
        if refusal is None:
            raise
        _journal_refusal(refusal, deed | refusal.about, by, at)
        raise refusal from error
    except (Refused, NotAllowed) as refusal:
        _journal_refusal(refusal, deed | refusal.about, by, at)
        raise
    finally:
        _deed.reset(token)


@contextmanager
def as_programme(by: Actor, at: dt.datetime) -> Iterator[Actor]:
    """What the programme makes of somebody's deed, inside it: signed as its own, through the same channel. Gives the one who acts."""
    if not by.is_person and by.name == SYSTEM:
        yield by
        return
    programme = dataclasses.replace(Actor.system(by.channel), request_id=by.request_id)
    sign(programme, at)
    yield programme
    sign(by, at)


def _tell(door_is: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('casework.door', %s, true)", [door_is])


def refusal_of(error: IntegrityError) -> StepRefused | None:
    """The sentence of a broken constraint, when somebody registered one."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    reason = CONSTRAINTS.get(name or "")
    return StepRefused(reasons=[reason]) if reason else None


def _journal_refusal(refusal: DeskError, about: dict[str, Any], by: Actor, at: dt.datetime) -> None:
    """Refused steps, rights and money leave a row (DESIGN 7): about the case, else about the order."""
    kind = "order" if "order_id" in about and "case_id" not in about else "case"
    with transaction.atomic():
        sign(by, at)
        _tell("on")
        Journal.objects.create(
            at=at,
            shop_id=about.get("shop_id"),
            case_id=about.get("case_id"),
            object_type=about.get("object_type", kind),
            object_id=str(about.get("object_id", about.get(f"{kind}_id", ""))),
            step=f"refused:{about.get('step', '')}"[:60],
            from_state=about.get("state", ""),
            actor_id=by.user_id,
            actor_name=by.name,
            role=by.role_in(about["shop_id"]) if about.get("shop_id") else "",
            channel=by.channel,
            facts={"code": refusal.code, "reasons": [each.code for each in refusal.reasons]},
            request_id=by.request_id,
        )
        _tell("")
