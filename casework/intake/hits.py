"""What of a pasted text our shops know, and the orders and parcels that it may be about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from casework.intake.pasted import Pasted, Unread, read_pasted
from casework.registry import FINDERS, Hit
from orders.access import Actor


@dataclass(frozen=True)
class Choice:
    """Something that a case may be about: an order, or one of its parcels. `texts` are the pieces that named it."""

    order_id: int | None
    waybill: str
    texts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """What was understood of a text, what was not, and what it may be about."""

    hits: list[Hit]
    unread: list[Unread]
    choices: list[Choice]

    @property
    def cases(self) -> list[Hit]:
        """The cases that the text names itself."""
        return [each for each in self.hits if each.case_id is not None]


def find(text: str, by: Actor) -> Found:
    """What the actor's shops know of it; another shop's number is as unknown as an invented one. Raises Malformed as read_pasted does."""
    return find_all([read_pasted(text)], by)[0]


def find_all(many: Sequence[Pasted], by: Actor) -> list[Found]:
    """As `find` for many texts at once; as many queries as there are finders."""
    numbers = {each for pasted in many for each in pasted.numbers}
    names = {each for pasted in many for each in pasted.names}
    hits = [hit for finder in FINDERS for hit in finder(numbers, names, by)] if numbers or names else []
    return [_found(pasted, hits) for pasted in many]


def _found(pasted: Pasted, hits: Sequence[Hit]) -> Found:
    """What it names, in its order. A text that names an order or a parcel is not read for names as well: a chat is full of words."""
    places = {number: place for place, number in enumerate(pasted.numbers)}
    by_number = sorted((each for each in hits if not each.is_name and each.text in places), key=lambda each: places[each.text])
    mine = by_number or [each for each in hits if each.is_name and each.text in pasted.names]
    known = {each.text for each in hits}
    unknown = [pasted.unknown(each) for each in pasted.numbers if each not in known]
    return Found(mine, [*pasted.unread, *unknown], choices_of(mine))


def choices_of(hits: Iterable[Hit]) -> list[Choice]:
    """What the hits are about, in their order, each once. Who names an order and its parcel means the parcel; of the orders in a merged
    parcel the one that is named, else the first."""
    about = [each for each in hits if each.case_id is None]
    named = {each.order_id for each in about if not each.key}
    parcels: dict[str, Hit] = {}
    for hit in about:
        if hit.key and (hit.key not in parcels or hit.order_id in named):
            parcels[hit.key] = hit
    inside = {each.order_id for each in about if each.key}
    kept = [*parcels.values(), *(each for each in about if not each.key and each.order_id not in inside)]
    texts: dict[tuple[int | None, str, str], list[str]] = {}
    for hit in sorted(kept, key=about.index):
        texts.setdefault((hit.order_id, hit.waybill, hit.key), []).append(hit.text)
    return [Choice(order, waybill, tuple(dict.fromkeys(its))) for (order, waybill, _key), its in texts.items()]
