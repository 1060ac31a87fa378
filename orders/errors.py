"""What is said when something is refused: one family of errors with a stable code, for every door."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True)
class Reason:
    """One sentence why a step is refused, with the handbook rule that asks for it."""

    code: str
    text: Text
    rule: str = ""

    def as_dict(self) -> dict[str, str]:
        """The reason as the API shows it, in the language of the moment."""
        return {"code": self.code, "text": str(self.text), "rule": self.rule}


class DeskError(Exception):
    """Base of all refusals. `code` is stable, `detail` is a sentence in the user's language."""

    status = 400
    code = "error"
    detail: Text = _("This cannot be done.")

    def __init__(
        self,
        detail: Text | None = None,
        *,
        code: str | None = None,
        reasons: Sequence[Reason] = (),
        field: str = "",
        extra: dict[str, Any] | None = None,
    ) -> None:
        self.detail = detail if detail is not None else type(self).detail
        self.code = code or type(self).code
        self.reasons = list(reasons)
        self.field = field
        self.extra = extra or {}
        # What it was about, for the journal: shop_id, case_id, step, state. Never shown.
        self.about: dict[str, Any] = {}
        super().__init__(self.code)

    def __str__(self) -> str:
        return str(self.detail)

    @property
    def headline(self) -> Text:
        """The sentence above the reasons; "" where one of them says just that, so that a page says it once."""
        return "" if any(str(each.text) == str(self.detail) for each in self.reasons) else self.detail

    def as_dict(self) -> dict[str, Any]:
        """The body of an error answer: code, detail, reasons, field, and what the error adds."""
        body: dict[str, Any] = {
            "code": self.code,
            "detail": str(self.detail),
            "reasons": [reason.as_dict() for reason in self.reasons],
            "field": self.field,
        }
        return body | self.extra


class Malformed(DeskError):
    """What was sent cannot be read; `field` names the place."""

    status = 400
    code = "malformed"
    detail = _("What was sent cannot be read.")


class NotAllowed(DeskError):
    """The person lacks the role for it."""

    status = 403
    code = "not_allowed"
    detail = _("Your role does not allow this.")


class NotFound(DeskError):
    """There is no such thing in the shops that the person sees."""

    status = 404
    code = "not_found"
    detail = _("There is no such record in your shops.")


class Stale(DeskError):
    """Somebody was faster; what was seen is out of date."""

    status = 409
    code = "stale"
    detail = _("Somebody has changed this in the meantime. Look at it again; what you typed is kept.")


class Refused(DeskError):
    """A rule of the handbook says no."""

    status = 422
    code = "refused"
    detail = _("A rule does not allow this now.")


class StepRefused(Refused):
    """A step of a case is refused, with every reason that stands against it."""

    code = "step_refused"
    detail = _("This step is not possible now.")
