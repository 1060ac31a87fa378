"""Pictures as pages show them: who brought each, and where else the same one is. One query, however many."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext as _

from casework.models import Evidence, EvidenceKind
from casework.photos.sameness import Twin, ask_twins, other_kinds
from orders.access import Actor
from orders.models import User
from orders.together import Reading, answer, ask_for, side_by_side

SHORT = 12


@dataclass(frozen=True)
class Shown:
    """A picture with the name of who brought it, its twins in other cases that the reader sees, and as what else the same file is here."""

    picture: Evidence
    by: str
    twins: list[Twin]
    also: list[str]

    @property
    def short_sha(self) -> str:
        """The beginning of the sum of what was sent, enough to tell pictures apart."""
        return self.picture.original_sha256[:SHORT]


def gallery(pictures: Collection[Evidence], by: Actor) -> list[Shown]:
    """The pictures in the order given."""
    return answer(ask_gallery(pictures, by))


def ask_gallery(pictures: Collection[Evidence], by: Actor, among: Collection[Evidence] = ()) -> Reading[list[Shown]]:
    """The same, to be read with others; `among` are all of the case where only some are shown."""
    users = User.objects.filter(pk__in={each.uploaded_by_id for each in pictures if each.uploaded_by_id})
    twins, _read = yield from side_by_side(ask_twins(pictures, by), ask_for(users))
    people, others = {each.pk: each for each in users}, other_kinds(among or pictures)
    return [Shown(each, _brought_by(each, people), twins.get(each.pk, []), _labels(others[each.pk])) for each in pictures]


def _labels(kinds: list[str]) -> list[str]:
    return [str(EvidenceKind(each).label) for each in kinds]


def _brought_by(picture: Evidence, people: dict[int, User]) -> str:
    if picture.link_id is not None:
        return _("Customer, by the link")
    return people[picture.uploaded_by_id].shown_name if picture.uploaded_by_id else ""
