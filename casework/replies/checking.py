"""Checking a reply against the rules in force (S4.2). The page asks while one types, the door when it is saved: one check for both."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from casework.models import Case, Check, ContactAttempt, Outcome, ReplyRule, Severity
from casework.replies.approved import Approved, approved_on
from casework.replies.patterns import Match, fold, lines_of, matches, number_of
from orders.errors import Reason

RULE = "S4.2"
# What stands behind the last word and is none.
TAIL = re.compile(r"[\s\W_]+\Z")
CLAUSE_END, SENTENCE = re.compile(r"[。！？!?;；,，\n]"), re.compile(r"[^。！？!?;；\n]*")
THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
# Whoever says it promises all that is left.
ALL = ("全额", "全款", "全部", "全退")
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
    def counted(self) -> str:
        """It with each number in one piece: 1,000 is 1000."""
        return THOUSANDS.sub("", self.folded)

    @cached_property
    def promising(self) -> str:
        """It as promises are looked for, place by place: 你 is read as 您."""
        return _polite(self.counted)

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


def _promises(rule: ReplyRule, draft: Draft) -> Iterator[Match]:
    """The words in a clause where nothing makes them good that begins before their end: "我帮您申请退您50元" does, "给您退50元好吗" does not.
    A promise is one to 你 and to 您."""
    text = draft.promising
    for line in lines_of(rule.words_in):
        for match in matches(_polite(line), text):
            if CLAUSE_END.search(text, match.start, match.end) is None and not _is_made_good(rule, text, match):
                yield match


def _is_made_good(rule: ReplyRule, text: str, match: Match) -> bool:
    begin = max((each.end() for each in CLAUSE_END.finditer(text, 0, match.start)), default=0)
    sentence = SENTENCE.match(text, begin)
    good = (each.start for line in lines_of(rule.unless) for each in matches(_polite(line), sentence[0])) if sentence else ()
    return any(begin + start < match.end for start in good)


def _polite(text: str) -> str:
    return text.replace("你", "您")


def _gives_money(rule: ReplyRule, draft: Draft) -> str | None:
    """Each sum that is named must be approved; without a sum it is all that is left, or nothing that anybody approved."""
    said = draft.counted
    promised = [(said[each.start : each.end], each.numbers) for each in _promises(rule, draft)]
    if not promised:
        return None
    if not draft.approved.amounts:
        return promised[0][0]
    sums = [(said[each.start : each.end], each.numbers) for line in AMOUNT for each in matches(line, said)]
    named = [*sums, *((words, numbers) for words, numbers in promised if numbers)]
    odd = next((words for words, numbers in named if number_of(numbers[-1]) not in draft.approved.amounts), None)
    whole = next((words for words, _numbers in promised if not named or any(each in words for each in ALL)), None)
    return odd or (whole if whole is not None and not draft.approved.is_all else None)


def _gives_a_gift(rule: ReplyRule, draft: Draft) -> str | None:
    match = next(_promises(rule, draft), None)
    return draft.counted[match.start : match.end] if match is not None and not draft.approved.gift else None


def _repeats(rule: ReplyRule, draft: Draft) -> str | None:
    return "" if draft.folded and draft.was_sent_before else None


def _no_last_word(rule: ReplyRule, draft: Draft) -> str | None:
    """The answer that is being recorded is the newest, so no text of ours follows it yet, whatever was noted of it."""
    return "" if draft.outcome == Outcome.ANSWERED else None


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
