"""The step by which each kind about goods names its pieces: on a page of its own, with the lines of the parcel's orders (L5.1, L7.1)."""

from django.utils.translation import gettext_lazy as _

from logistics.models import Damaged, MissingItems, WrongItems
from orders.errors import Text

# By kind: the step, and what the pieces are called above their column.
NAMING: dict[str, tuple[str, Text]] = {
    MissingItems.KIND: ("missing_named", _("Missing pieces")),
    WrongItems.KIND: ("wrong_named", _("Wrong pieces")),
    Damaged.KIND: ("damage_named", _("Damaged pieces")),
}
