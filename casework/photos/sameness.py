"""The same photo in another case: the same file, or one that looks the same after a chat app made it smaller."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from casework.models import Evidence
from casework.photos.looks import ALIKE
from orders.access import Actor
from orders.together import Reading, Rows, answer, yes

# Of one picture's twins the newest are enough; a picture that is in more cases is no proof of anything.
MOST = 20
# Three ways in, each by its own index; what was stored here and is sent again counts as the same file.
TWINS = """
WITH twin AS MATERIALIZED (
    SELECT mine.id AS picture, mine.case_id AS here, found.*
    FROM casework_evidence mine
    CROSS JOIN LATERAL (
        SELECT id, case_id, true AS exact FROM casework_evidence WHERE original_sha256 IN (mine.original_sha256, mine.sha256)
        UNION ALL
        SELECT id, case_id, true FROM casework_evidence WHERE sha256 IN (mine.original_sha256, mine.sha256)
        UNION ALL
        SELECT id, case_id, false FROM casework_evidence WHERE look_parts && mine.look_parts AND bit_count((look # mine.look)::bit(64)) <= %s
    ) found
    WHERE mine.id = ANY (%s)
)
SELECT picture, case_id, number, min(twin.id), bool_or(exact)
FROM twin JOIN casework_case c ON c.id = case_id
WHERE case_id <> here AND (%s OR shop_id = ANY (%s))
GROUP BY picture, case_id, number
ORDER BY picture, case_id DESC
"""


@dataclass(frozen=True)
class Twin:
    """A picture of another case that is the same file (`exact`) or looks the same."""

    case_id: int
    number: str
    evidence_id: int
    exact: bool


def other_kinds(pictures: Iterable[Evidence]) -> dict[int, list[str]]:
    """By picture of one case, as what else the same file was sent there: one photo is not two. Queries nothing."""
    pictures, kinds = list(pictures), defaultdict(set)
    for each in pictures:
        for digest in (each.sha256, each.original_sha256):
            kinds[digest].add(each.kind)
    return {each.pk: sorted((kinds[each.sha256] | kinds[each.original_sha256]) - {each.kind}) for each in pictures}


def twins_of(pictures: Collection[Evidence], by: Actor) -> dict[int, list[Twin]]:
    """By picture, where else the reader sees the same one, newest case first. One query; another shop's case is never among them."""
    return answer(ask_twins(pictures, by))


def ask_twins(pictures: Collection[Evidence], by: Actor) -> Reading[dict[int, list[Twin]]]:
    """The same, to be read with others."""
    shops = by.shop_ids()
    rows = Rows(TWINS, [ALIKE, [each.pk for each in pictures], shops is None, shops or []], int, int, str, int, yes)
    if pictures:
        yield (rows,)
    found: dict[int, list[Twin]] = defaultdict(list)
    for picture, *twin in rows if pictures else ():
        if len(found[picture]) < MOST:
            found[picture].append(Twin(*twin))
    return dict(found)
