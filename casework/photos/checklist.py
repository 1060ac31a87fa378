"""Which pictures a chapter asks for: one list per kind, read by its steps, its page, the API and the customer's link.

A kind declares them in the order of its chapter:

    CHECKLIST = (
        Wanted(EvidenceKind.PHOTO_WAYBILL, _("The weight on it tells whether something was left out."), "L5.3",
               instead=(EvidenceKind.BASE_SLIP, Instead(_("the courier's weight"), courier_weight_is_known))),
        Wanted(EvidenceKind.PHOTO_GOODS, _("..."), "L5.2"),
    )

and a step names what it cannot be taken without:

    @step(State.CHECKING, State.CONFIRMED, ..., when=[has_evidence(EvidenceKind.PHOTO_WAYBILL, rule="L5.3")])

Which steps wait for a picture is read from these guards and stands nowhere else. Guards look at the situation only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from casework.models import Case, EvidenceKind
from casework.photos.sameness import other_kinds
from casework.situation import Situation
from casework.workflow import Guard, Step, Test
from orders.errors import Text


@dataclass(frozen=True)
class Instead:
    """A fact that makes a picture unnecessary: how it is called, and when it holds."""

    label: Text
    test: Test


@dataclass(frozen=True)
class Wanted:
    """A picture that the chapter asks for. `why` is a sentence that the customer reads as well.

    `instead` names what serves as well as the picture: other kinds of evidence, or facts.
    """

    kind: str
    why: Text
    rule: str
    instead: tuple[str | Instead, ...] = ()
    # Whether the customer can make it; what only we or the courier have is not asked on the customer's link.
    from_customer: bool = True
    # Of a chapter that asks for other pictures by what happened: whether this case is one that needs it.
    only: Test | None = None

    def is_for(self, case: Case, at: Situation) -> bool:
        """Whether this case needs it, or what serves as well."""
        return self.only is None or self.only(case, at)

    @property
    def label(self) -> str:
        """The name of the picture."""
        return str(EvidenceKind(self.kind).label)

    @property
    def others(self) -> list[str]:
        """The names of what serves as well."""
        return [str(each.label if isinstance(each, Instead) else EvidenceKind(each).label) for each in self.instead]

    def served_by(self, case: Case, at: Situation) -> str:
        """The name of what is there: the picture, or else what serves as well; "" when it is missing."""
        if self.kind in at.evidence_kinds:
            return self.label
        there = [each.test(case, at) if isinstance(each, Instead) else each in at.evidence_kinds for each in self.instead]
        return next((name for name, is_there in zip(self.others, there, strict=True) if is_there), "")


@dataclass(frozen=True)
class Line:
    """One line of a case's checklist: what is wanted, what serves for it, and the steps that wait for it."""

    wanted: Wanted
    served_by: str
    steps: tuple[Step, ...]
    # As what else each picture that serves for it was sent: one file that stands for two.
    also: tuple[str, ...] = ()

    @property
    def is_there(self) -> bool:
        """Whether it, or what serves as well, is on the case."""
        return bool(self.served_by)


def checklist(case: Case, at: Situation) -> list[Line]:
    """The lines of a case's checklist in the order of its chapter. Queries nothing."""
    steps = type(case).steps() if case.KIND else []
    wanted = [each for each in case.CHECKLIST if each.is_for(case, at)]
    others = other_kinds(at.evidence)
    return [
        Line(each, each.served_by(case, at), tuple(step for step in steps if each.kind in needed_by(step)), _also(each, at, others))
        for each in wanted
    ]


def _also(wanted: Wanted, at: Situation, others: dict[int, list[str]]) -> tuple[str, ...]:
    """The names of the other kinds, where no picture of this kind is one of its own."""
    found = [others[each.pk] for each in at.evidence if each.kind == wanted.kind]
    return tuple(str(EvidenceKind(kind).label) for kind in sorted(set().union(*found))) if found and all(found) else ()


def missing(case: Case, at: Situation) -> list[Wanted]:
    """What the chapter asks for and the case does not have yet."""
    return [each for each in case.CHECKLIST if each.is_for(case, at) and not each.served_by(case, at)]


def kinds_in_order(kind: type[Case]) -> list[str]:
    """All kinds of evidence: those of the checklist, then those that the kind knows, then the others."""
    return list(dict.fromkeys([*(each.kind for each in kind.CHECKLIST), *kind.EVIDENCE, *EvidenceKind.values]))


@dataclass(frozen=True)
class EvidenceGuard(Guard):
    """A guard that asks for pictures of the checklist."""

    kinds: tuple[str, ...] = ()


def has_evidence(*kinds: str, rule: str = "") -> EvidenceGuard:
    """The guard that refuses while one of these pictures of the checklist is missing, and names it. Raises ValueError for an unknown kind.

    Its code is the same whichever they are, so that a program knows it though a chapter asks for one more: which is missing stands in the sentence.
    """
    known = tuple(EvidenceKind(each).value for each in kinds)

    def test(case: Case, at: Situation) -> bool:
        return not _missing_of(case, at, known)

    return EvidenceGuard(
        name="pictures_are_there",
        test=test,
        text=_("Still missing: {missing}."),
        rule=rule,
        otherwise=_("The pictures that are wanted are there."),
        says=lambda case, at: {"missing": words_of(_missing_of(case, at, known)) or "-"},
        kinds=known,
    )


def words_of(wanted: Iterable[Wanted]) -> str:
    """Missing pictures in words, each with what serves as well."""
    return "; ".join(_words(each) for each in wanted)


def _words(wanted: Wanted) -> str:
    return (
        str(_("{picture} (or {others})")).format(picture=wanted.label, others=str(_(", ")).join(wanted.others))
        if wanted.instead
        else wanted.label
    )


def _missing_of(case: Case, at: Situation, kinds: tuple[str, ...]) -> list[Wanted]:
    return [each for each in missing(case, at) if each.kind in kinds]


def needed_by(step: Step) -> set[str]:
    """The pictures that a step cannot be taken without."""
    return {kind for each in step.guards if isinstance(each, EvidenceGuard) for kind in each.kinds}
