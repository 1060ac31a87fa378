"""Checking a reply against the rules in force (S4.2). The page asks while one types, the door when it is saved: one check for both."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from casework.models import Case, Check, ContactAttempt, Outcome, ReplyRule, Severity
from casework.replies.approved import Approved, approved_on
from casework.replies.patterns import fold, lines_of, matches, number_of
from orders.errors import Reason

RULE = "S4.2"
# What stands behind the last word and is none.
TAIL = re.compile(r"[\s\W_]+\Z")
CLAUSE_END, SENTENCE = re.compile(r"[。！？!?;；,，\n]"), re.compile(r"[^。！!;；\n]*")
AMOUNT = ("#元", "#块", "¥#", "¥*#元")


@dataclass(frozen=True)
class Finding:
    """What is wrong with a reply, and how it is said better."""

    code: str
    severity: str
    message: str
    better: str
    # The words that it was found by; "" where something is lacking.
    words: str = ""
    rule: str = RULE

    @property
    def blocks(self) -> bool:
        """Whether it must not go out so."""
        return self.severity == Severity.BLOCK

    @property
    def reason(self) -> Reason:
        """It as the reason of a refusal."""
        return Reason(self.code, " ".join(filter(None, (self.message, self.better))), self.rule)


@dataclass
class Draft:
    """A reply before it goes out: its text, and the case that it is about; None on the page where rules are tried out."""

    text: str
    case: Case | None = None
    # The code of the script that it was made of, as it will be kept.
    script: str = ""
    kept_as: str = ""
    outcome: str = Outcome.SENT

    @cached_property
    def folded(self) -> str:
        """The text as patterns read it."""
        return fold(self.text)

    @cached_property
    def approved(self) -> Approved:
        """What is approved on the case; queries, asked only when money or gifts are named."""
        return approved_on(self.case) if self.case is not None else Approved()

    @cached_property
    def was_sent_before(self) -> bool:
        """Whether this customer got the same script or the same text already; one query."""
        if self.case is None:
            return False
        same = ContactAttempt.objects.filter(outcome=Outcome.SENT)
        order = self.case.order
        buyer = order.buyer_id if order is not None else None
        same = same.filter(case__order__buyer=buyer) if buyer else same.filter(case=self.case)
        return (same.filter(script__code=self.script) if self.script else same.filter(note=self.kept_as or self.text)).exists()


def check(draft: Draft, rules: Sequence[ReplyRule]) -> list[Finding]:
    """What the rules find, what must not go out first. A text that is none of ours, since nothing was sent, is looked at for the last word alone."""
    fits = [each for each in rules if (each.check_for == Check.LAST_WORD) == (draft.outcome != Outcome.SENT)]
    found = ((each, JUDGES[Check(each.check_for)](each, draft)) for each in fits)
    return [Finding(rule.code, rule.severity, rule.message, rule.better, words) for rule, words in found if words is not None]


def rules_of(shop_id: int | None) -> list[ReplyRule]:
    """The rules in force; one query."""
    return ReplyRule.objects.in_force(shop_id)


def _first(words: str, text: str) -> str | None:
    """The first place of one of the patterns."""
    found = (text[each.start : each.end] for line in lines_of(words) for each in matches(line, text))
    return next(found, None)


def _is_short(rule: ReplyRule, draft: Draft) -> str | None:
    return "" if len(TAIL.sub("", draft.folded)) < (rule.least or 0) else None


def _is_whole(rule: ReplyRule, draft: Draft) -> str | None:
    text = TAIL.sub("", draft.folded)
    bare = re.sub(r"(.)\1+", r"\1", text)
    return text if bare in lines_of(rule.words_in) or text in lines_of(rule.words_in) else None


def _ends_on(rule: ReplyRule, draft: Draft) -> str | None:
    text = TAIL.sub("", draft.folded)
    return next((each for each in lines_of(rule.words_in) if text.endswith(each)), None)


def _has(rule: ReplyRule, draft: Draft) -> str | None:
    return _first(rule.words_in, draft.folded)


def _has_without(rule: ReplyRule, draft: Draft) -> str | None:
    return None if _first(rule.unless, draft.folded) is not None else _has(rule, draft)


def _lacks(rule: ReplyRule, draft: Draft) -> str | None:
    return "" if draft.folded and _has(rule, draft) is None else None


def _in_a_clause(rule: ReplyRule, draft: Draft) -> str | None:
    """The words where nothing from their clause on to the end of the sentence makes them good: "送您一份赠品，可以吗" is a question."""
    for line in lines_of(rule.words_in):
        for match in matches(line, draft.folded):
            begin = max((each.end() for each in CLAUSE_END.finditer(draft.folded, 0, match.start)), default=0)
            rest = SENTENCE.match(draft.folded, begin)
            if rest is None or _first(rule.unless, rest[0]) is None:
                return draft.folded[match.start : match.end]
    return None


def _gives_money(rule: ReplyRule, draft: Draft) -> str | None:
    words = _in_a_clause(rule, draft)
    if words is None:
        return None
    if not draft.approved.amounts:
        return words
    named = ((draft.folded[each.start : each.end], number_of(each.numbers[0])) for line in AMOUNT for each in matches(line, draft.folded))
    return next((text for text, amount in named if amount not in draft.approved.amounts), None)


def _gives_a_gift(rule: ReplyRule, draft: Draft) -> str | None:
    words = _in_a_clause(rule, draft)
    return words if words is not None and not draft.approved.gift else None


def _repeats(rule: ReplyRule, draft: Draft) -> str | None:
    return "" if draft.folded and draft.was_sent_before else None


def _no_last_word(rule: ReplyRule, draft: Draft) -> str | None:
    return "" if draft.outcome == Outcome.ANSWERED and not draft.folded else None


JUDGES: dict[Check, Callable[[ReplyRule, Draft], str | None]] = {
    Check.SHORTEST: _is_short,
    Check.WHOLE: _is_whole,
    Check.ENDING: _ends_on,
    Check.HAS: _has,
    Check.HAS_WITHOUT: _has_without,
    Check.LACKS: _lacks,
    Check.MONEY: _gives_money,
    Check.GIFT: _gives_a_gift,
    Check.REPEATS: _repeats,
    Check.LAST_WORD: _no_last_word,
}
