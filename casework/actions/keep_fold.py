"""Which parts of the case page a person keeps open or shut."""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _

from casework.models import Fold
from orders.access import Actor
from orders.errors import Malformed

PART = re.compile(r"[a-z][a-z_-]{0,19}")
# More parts than that no page has.
MOST = 50


def keep_fold(part: str, *, is_open: bool, by: Actor) -> None:
    """Keep it for the person. Raises Malformed for what is no name of a part, or one part too many."""
    mine = Fold.objects.filter(user=by.person_id)
    if not PART.fullmatch(part) or (not mine.filter(part=part).exists() and mine.count() >= MOST):
        raise Malformed(_("There is no such part of the page."), code="unknown_part", field="part")
    Fold.objects.update_or_create(user_id=by.person_id, part=part, defaults={"is_open": is_open})
