"""The forms in which leads word scripts and rules for replies. They give shape; the actions check."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.actions.keep_words import MOST_CHARACTERS, MOST_POSITION
from casework.models import Check, ReplyRule, Script, Severity, Standing
from casework.models.versioned import Versioned
from casework.registry import KINDS
from casework.scripts.fill import LONGEST, as_read

IN_USE = [(value, label) for value, label in Standing.choices if value != Standing.COMMON]


class WordsForm(forms.Form):
    """What both have: whether it is in use, and the version that was seen."""

    standing = forms.ChoiceField(label=_("Standing"), choices=IN_USE, required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=10**6)

    @classmethod
    def of(cls, row: Versioned | None, seen: int) -> WordsForm:
        """The form with what a version says, to be changed."""
        initial = {"seen": seen} | ({"standing": row.standing} | row.words() if row is not None else {})
        return cls(initial=initial)

    def words(self) -> dict[str, Any]:
        """What was typed, as the actions take it."""
        names = set(self.fields) - {"standing", "seen"}
        return {name: value for name, value in self.cleaned_data.items() if name in names}


class ScriptForm(WordsForm):
    """A reply script."""

    kind = forms.ChoiceField(label=_("Kind of case"), required=False)
    states = forms.MultipleChoiceField(label=_("States (none: all)"), required=False, widget=forms.CheckboxSelectMultiple)
    title = forms.CharField(label=_("Title"), max_length=80, required=False)
    text = forms.CharField(label=_("Text"), required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 7}))
    field_order = ("title", "kind", "states", "text", "standing")

    def __init__(self, data: Any = None, *, initial: Any = None, kind: str | None = None) -> None:
        super().__init__(data, initial=initial)
        chosen = kind if kind is not None else (data or {}).get("kind", "") if data is not None else (initial or {}).get("kind", "")
        kinds = sorted(((name, str(each._meta.verbose_name)) for name, each in KINDS.items()), key=lambda pair: pair[1])
        self.fields["kind"].choices = [("", _("Any kind")), *kinds]  # type: ignore[attr-defined]
        self.fields["states"].choices = KINDS[chosen].STATES.choices if chosen in KINDS else []  # type: ignore[attr-defined]

    @classmethod
    def of(cls, row: Versioned | None, seen: int, kind: str | None = None) -> ScriptForm:
        """The form with what a version says; variables by their names in the reader's language."""
        words = row.words() if isinstance(row, Script) else {"kind": kind or ""}
        initial = {"seen": seen, "standing": row.standing if row else Standing.ON} | words
        return cls(initial=initial | {"text": as_read(words.get("text", ""))}, kind=kind)


class RuleForm(WordsForm):
    """A rule for replies."""

    check_for = forms.ChoiceField(label=_("What it looks for"), choices=Check.choices)
    words_in = forms.CharField(
        label=_("Words, one a line"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("* is up to twelve characters of the same sentence, # a number."),
    )
    unless = forms.CharField(label=_("Words that make it good"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    least = forms.IntegerField(label=_("Number of characters"), required=False, min_value=1, max_value=MOST_CHARACTERS)
    severity = forms.ChoiceField(label=_("Severity"), choices=Severity.choices)
    message = forms.CharField(label=_("What is wrong"), max_length=200, required=False)
    better = forms.CharField(label=_("A better wording"), max_length=300, required=False)
    position = forms.IntegerField(label=_("Position"), initial=50, min_value=0, max_value=MOST_POSITION)
    field_order = ("message", "better", "check_for", "words_in", "unless", "least", "severity", "position", "standing")


FORMS: dict[type[Versioned], type[WordsForm]] = {Script: ScriptForm, ReplyRule: RuleForm}
