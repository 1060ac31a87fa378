"""A page with one form, in the look of the admin: steps, passwords, limits and whatever else is a deed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from unfold.widgets import CHECKBOX_CLASSES, INPUT_CLASSES, SELECT_CLASSES, TEXTAREA_CLASSES

from orders.errors import DeskError

CLASSES: list[tuple[type[forms.Widget], list[str]]] = [
    (forms.CheckboxInput, CHECKBOX_CLASSES),
    (forms.Select, SELECT_CLASSES),
    (forms.Textarea, TEXTAREA_CLASSES),
    (forms.widgets.Input, INPUT_CLASSES),
]


def dress(form: forms.BaseForm) -> forms.BaseForm:
    """Give the form's fields the theme's look."""
    for each in form.fields.values():
        for kind, classes in CLASSES:
            if isinstance(each.widget, kind) and not each.widget.is_hidden:
                each.widget.attrs["class"] = " ".join(classes)
                break
    return form


def form_page(
    page: Any,
    request: HttpRequest,
    form: forms.BaseForm | None,
    *,
    title: Any,
    submit: Any = "",
    back: str = "",
    status: int = 200,
    template: str = "admin/desk/form.html",
    context: Mapping[str, Any] | None = None,
) -> TemplateResponse:
    """The page. `page` is the model admin that it belongs to; without a form it only tells something."""
    whole = dict(context or {}) | {
        **page.admin_site.each_context(request),
        "title": title,
        "opts": page.opts,
        "form": dress(form) if form is not None else None,
        "submit": submit or _("Save"),
        "back": back,
    }
    request.current_app = page.admin_site.name
    return TemplateResponse(request, template, whole, status=status)


def tell_refusal(request: HttpRequest, error: DeskError, form: forms.BaseForm | None = None) -> None:
    """Say a refusal as sentences: at its field when the form has it, else at the top, each reason with its rule."""
    if form is not None and error.field in form.fields:
        form.add_error(error.field, str(error.detail))
        return
    reasons = [f"{each.text} ({each.rule})" if each.rule else str(each.text) for each in error.reasons]
    for sentence in reasons or [str(error.detail)]:
        messages.error(request, sentence)
