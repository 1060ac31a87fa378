"""manage.py create_shop: a shop stands after it, however often it is typed."""

import io

import pytest
from django.core.management import CommandError, call_command

from orders.models import Shop


def printed(*words, **options):
    out = io.StringIO()
    call_command(*words, stdout=out, **options)
    return out.getvalue()


def test_a_shop_is_made_once(db):
    assert "north" in printed("create_shop", "north", name="北店")
    printed("create_shop", "north")
    assert list(Shop.objects.values_list("code", "name")) == [("north", "北店")]
    printed("create_shop", "north", name="北方店")
    assert Shop.objects.get().name == "北方店"


@pytest.mark.parametrize("code", ["", "North", "a b", "ü", "_a", "x" * 41])
def test_a_shop_has_a_plain_code(db, code):
    with pytest.raises(CommandError, match="a-z"):
        call_command("create_shop", code)
    assert not Shop.objects.exists()
