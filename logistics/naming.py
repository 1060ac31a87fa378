"""The step by which each kind about goods names its pieces: on a page of its own, with the lines of the parcel's orders (L5.1, L7.1)."""

from logistics.models import Damaged, MissingItems, WrongItems

NAMING = {MissingItems.KIND: "missing_named", WrongItems.KIND: "wrong_named", Damaged.KIND: "damage_named"}
