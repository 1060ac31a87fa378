"""R3.1 What a customer advanced for a return stands beside the refund of the goods: a request of its own, past the platform."""

from __future__ import annotations

from collections.abc import Sequence

from casework.models import Case
from casework.situation import Situation
from orders.together import Reading, answer
from refunds.asking.grounds import Around, Place, ask_around
from refunds.models.request import Beyond, Request


def read_ways_back(cases: Sequence[Case]) -> dict[int, Around]:
    """What was advanced and asked for below returns, by case id; one query."""
    return answer(ask_ways_back(cases))


def ask_ways_back(cases: Sequence[Case]) -> Reading[dict[int, Around]]:
    """The same, to be read with others."""
    return ask_around([Place(each.pk, each.order_id, each.pk) for each in cases if each.order_id is not None])


def way_back(at: Situation) -> Around:
    """The situation's part."""
    found: Around = at.more["way_back"]
    return found


def is_postage_alone(refund: Case) -> bool:
    """Whether what is asked for is only what the customer advanced."""
    asked = Request.objects.filter(case=refund.pk).order_by("-seq").first()
    return asked is not None and asked.beyond_kind == Beyond.FREIGHT and asked.amount == asked.beyond
