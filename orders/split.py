"""Money split to the fen: an order's goods or postage over its lines, a line's money over its pieces (DESIGN 5). Pure.

Largest remainder: every part gets its share rounded down, and the fen that are left go to the parts that lost most by it, of
equal ones to the lower line number. So the parts add up exactly, none is below zero, none gets anything for nothing, and it
does not matter in which order the lines are told. The import does the same over whole lists (orders/imports/split.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

FEN = Decimal("0.01")


def split(amount: Decimal, weights: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Yuan by line number, in proportion to the lines' weights in yuan; in equal parts where no line weighs anything.

    Raises ValueError for what is below zero or has parts of a fen.
    """
    total, parts = _fen(amount), {number: _fen(weight) for number, weight in weights.items()}
    if not any(parts.values()):
        parts = dict.fromkeys(parts, 1)
    whole = sum(parts.values())
    shares = {number: total * part // whole for number, part in parts.items()}
    by_loss = sorted(parts, key=lambda number: (-(total * parts[number] % whole), by_number(number)))
    for number in by_loss[: total - sum(shares.values())]:
        shares[number] += 1
    return {number: _yuan(share) for number, share in shares.items()}


def by_number(number: str) -> tuple[int, str]:
    """Line numbers as they count: ...9 before ...10."""
    return len(number), number


def price_of(paid: Decimal, quantity: int, pieces: int) -> Decimal:
    """Yuan paid for the first so many pieces of a line; those that cost a fen more come first."""
    base, more = divmod(_fen(paid), quantity)
    return _yuan(base * pieces + min(more, pieces))


def least_for(paid: Decimal, quantity: int, pieces: int) -> Decimal:
    """Yuan paid for the last so many pieces, which are never the dearer ones: with as much gone, so many count as paid back."""
    return paid - price_of(paid, quantity, quantity - pieces) if pieces < quantity else paid


def pieces_in(paid: Decimal, quantity: int, amount: Decimal) -> int:
    """For how many whole pieces of a line an amount is enough, from the first one on; none where nothing was paid."""
    base, more = divmod(_fen(paid), quantity)
    fen = min(_fen(amount), _fen(paid))
    if fen <= more * (base + 1):
        return fen // (base + 1)
    return more + (fen - more * (base + 1)) // base


def goes_back(paid: Decimal, quantity: int, pieces: int, gone: Decimal = Decimal("0.00")) -> Decimal:
    """Yuan for so many more pieces of a line of which some yuan went back or are asked for: the next pieces' price, for the last ones
    whatever is left. Over any sequence of returns nothing is lost or won."""
    before, left = pieces_in(paid, quantity, gone), max(paid - gone, Decimal("0.00"))
    if before + pieces >= quantity:
        return left
    return min(price_of(paid, quantity, before + pieces) - price_of(paid, quantity, before), left)


def _fen(amount: Decimal) -> int:
    fen = amount / FEN
    if fen != int(fen) or fen < 0:
        raise ValueError(f"{amount} is no amount of whole fen")
    return int(fen)


def _yuan(fen: int) -> Decimal:
    return fen * FEN
