"""M10 Discounts and postage are split to the fen: exact, never below zero, whatever the order of the lines."""

import random
from decimal import Decimal

import pytest
from django.db import connection

from orders.imports.split import SHARES
from orders.split import by_number, goes_back, least_for, pieces_in, price_of, split

ROUNDS = 10_000


def yuan(fen):
    return Decimal(fen) / 100


def a_basket(rng):
    """What is to be split, and the weights by line number: cheap and dear lines, some for nothing, a few alike."""
    prices = [
        rng.choice([0, 1, 7, 100, 3333, 9900, 123_456]) or rng.randrange(100_000) * rng.randrange(2) for _ in range(rng.randint(1, 12))
    ]
    amount = rng.choice([0, 1, rng.randrange(1_000), rng.randrange(1_000_000), sum(prices)])
    return yuan(amount), {f"5118{number}": yuan(price) for number, price in enumerate(prices, 1)}


@pytest.mark.fault("M10")
def test_ten_thousand_splits_add_up_are_never_below_zero_and_do_not_depend_on_the_order_of_lines():
    rng = random.Random(10)
    for _ in range(ROUNDS):
        amount, weights = a_basket(rng)
        shares = split(amount, weights)
        shuffled = dict(rng.sample(list(weights.items()), len(weights)))
        assert sum(shares.values()) == amount
        assert all(share >= 0 and share == round(share, 2) for share in shares.values())
        assert split(amount, shuffled) == shares
        listed = sum(weights.values())
        # Within a fen of the exact share, so a discount makes no line dearer than its price.
        assert all(abs(shares[number] * listed - amount * weight) < listed / 100 for number, weight in weights.items() if listed)


@pytest.mark.fault("M10")
def test_ten_thousand_lines_lose_and_win_no_fen_over_any_sequence_of_returns():
    rng = random.Random(11)
    for _ in range(ROUNDS):
        quantity, paid = rng.randint(1, 12), yuan(rng.choice([0, 1, 5, 100, rng.randrange(1, 100_000)]))
        back, left = [], quantity
        while left:
            pieces = rng.randint(1, left)
            amount = goes_back(paid, quantity, pieces, sum(back, Decimal(0)))
            assert amount >= 0
            assert abs(amount - paid * pieces / quantity) < Decimal("0.01") * pieces
            back.append(amount)
            left -= pieces
        assert sum(back) == paid


@pytest.mark.fault("M10")
def test_whatever_went_back_before_no_return_passes_what_is_left_and_the_last_one_takes_it_all():
    rng = random.Random(12)
    for _ in range(ROUNDS):
        quantity, paid = rng.randint(1, 9), rng.randrange(1, 50_000)
        gone = yuan(rng.randrange(paid + 1))
        pieces = rng.randint(1, quantity)
        assert 0 <= goes_back(yuan(paid), quantity, pieces, gone) <= yuan(paid) - gone
        assert goes_back(yuan(paid), quantity, quantity, gone) == yuan(paid) - gone


def test_pieces_are_counted_from_their_price_and_back():
    for quantity in range(1, 9):
        for paid in (quantity, 100, 101, 4999):
            prices = [price_of(yuan(paid), quantity, pieces) for pieces in range(quantity + 1)]
            assert [pieces_in(yuan(paid), quantity, price) for price in prices] == list(range(quantity + 1))
            assert prices[-1] == yuan(paid)


def test_whoever_got_the_price_of_some_pieces_has_the_least_that_the_others_cost_left():
    for quantity in range(1, 9):
        for paid in (0, 1, 100, 101, 4999):
            for pieces in range(1, quantity + 1):
                gone = price_of(yuan(paid), quantity, quantity - pieces)
                assert least_for(yuan(paid), quantity, pieces) == yuan(paid) - gone
                assert price_of(yuan(paid), quantity, pieces) - least_for(yuan(paid), quantity, pieces) in [
                    yuan(n) for n in range(quantity)
                ]


def test_the_first_piece_carries_the_odd_fen_and_of_equal_lines_the_lower_number():
    assert [price_of(yuan(10000), 3, pieces) for pieces in (1, 2, 3)] == [yuan(3334), yuan(6667), yuan(10000)]
    assert split(yuan(1), {"77#10": yuan(500), "77#9": yuan(500)}) == {"77#10": yuan(0), "77#9": yuan(1)}
    assert by_number("77#9") < by_number("77#10")


def test_lines_that_cost_nothing_share_postage_alike():
    assert split(yuan(5), {"1": yuan(0), "2": yuan(0)}) == {"1": yuan(3), "2": yuan(2)}


@pytest.mark.parametrize("amount", ["-0.01", "0.005"])
def test_what_is_no_amount_of_whole_fen_is_not_split(amount):
    with pytest.raises(ValueError, match="whole fen"):
        split(Decimal(amount), {"1": yuan(100)})


@pytest.mark.fault("M10")
def test_the_import_splits_whole_lists_as_one_order_is_split(db):
    rng = random.Random(13)
    baskets = [a_basket(rng) for _ in range(ROUNDS)]
    baskets = [(min(amount, sum(weights.values())), weights) for amount, weights in baskets]
    rows = [
        (order, line, weight, number, amount)
        for order, (amount, weights) in enumerate(baskets)
        for line, (number, weight) in enumerate(weights.items())
    ]
    rng.shuffle(rows)
    columns = [list(column) for column in zip(*rows, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE to_split (order_id int, staged int, line_id int, listed numeric, number text, goods numeric) ON COMMIT DROP"
        )
        cursor.execute(
            "INSERT INTO to_split SELECT o, NULL, l, w, n, g FROM unnest(%s::int[], %s::int[], %s::numeric[], %s::text[], %s::numeric[]) r (o, l, w, n, g)",
            columns,
        )
        cursor.execute(SHARES)
        cursor.execute("SELECT t.order_id, t.number, s.share FROM to_split t JOIN line_share s USING (order_id, line_id)")
        found = {(order, number): share for order, number, share in cursor.fetchall()}
    assert found == {
        (order, number): share for order, (amount, weights) in enumerate(baskets) for number, share in split(amount, weights).items()
    }
