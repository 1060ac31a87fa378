"""What higher apps keep of a shop and `create_shop` takes as options: they register here at start-up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from orders.access import Actor
from orders.models import Shop


@dataclass(frozen=True)
class ShopOptions:
    """`flags` are option names (kuaidi100-salt) with their metavar and help; `keep` gets what was given of them, by name."""

    flags: Mapping[str, tuple[str, str]]
    keep: Callable[[Shop, Mapping[str, str], Actor, dt.datetime], None]


SHOP_OPTIONS: list[ShopOptions] = []
