"""How the workbench looks and listens to one person: theme, density, single keys and first steps, kept with the person."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from orders.access import Actor, acting
from orders.errors import Malformed
from orders.models import User

LOOKS = ("theme", "density", "keys", "start")
LOOK_WORDS = {
    "auto": _("Auto"),
    "light": _("Light"),
    "dark": _("Dark"),
    "comfortable": _("Roomy"),
    "compact": _("Dense"),
    "on": _("On"),
    "off": _("Switched off"),
}


def next_look(user: User, name: str) -> str:
    """The value that follows the present one: auto, light, dark; comfortable, compact; on, off."""
    values = choices_of(name)
    return values[(values.index(getattr(user, name)) + 1) % len(values)]


def set_look(user: User, name: str, value: Any, *, by: Actor) -> None:
    """Keep the person's theme or density, or whether single keys work or the first steps are shown. Raises Malformed for anything else."""
    if value not in choices_of(name):
        raise Malformed(_("This is none of the possible values."), code="bad_value", field=name)
    setattr(user, name, value)
    with acting(by):
        user.save(update_fields=[name])


def choices_of(name: str) -> list[str]:
    """The values of a look. Raises Malformed when there is no such look."""
    if name not in LOOKS:
        raise Malformed(_("This is none of the possible values."), code="bad_value", field="look")
    return [value for value, _label in getattr(User._meta.get_field(name), "choices", None) or []]
