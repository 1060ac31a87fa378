"""Making a shop known to the desk."""

from __future__ import annotations

from orders.models import Shop


def create_shop(code: str, name: str = "", *, is_demo: bool = False) -> tuple[Shop, bool]:
    """The shop of that code, and whether it is new. A given name is taken over; done twice it changes nothing. Only a new one is a demo.

    Raises ValidationError for a code that is not of small letters, digits, "-" and "_".
    """
    shop = Shop.objects.filter(code=code).first()
    new = shop is None
    shop = shop or Shop(code=code, name=code, is_demo=is_demo)
    shop.name = name or shop.name
    shop.full_clean()
    shop.save()
    return shop, new
