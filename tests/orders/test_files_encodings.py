"""The same rows in every coding give the same result; nothing is mangled."""

import pytest

from orders import vault
from orders.files.encoding import encoding_of
from orders.files.errors import BadFile
from orders.files.table import open_table
from orders.models import Order
from tests.orders.lists import as_csv, as_xlsx, order

RARE = "赵㛃𠮷"
ROWS = [order(收货人姓名=RARE, 订单备注="请发“新”包装，谢谢😀\n第二行", 买家会员名="旺旺·甲"), order(订单编号="5118000000000001002")]
FORMS = {
    "gb18030.csv": as_csv(ROWS, "gb18030"),
    "utf8.csv": as_csv(ROWS, "utf-8"),
    "utf8mark.csv": as_csv(ROWS, "utf-8-sig"),
    "utf16.csv": as_csv(ROWS, "utf-16"),
    "utf16le.csv": as_csv(ROWS, "utf-16-le"),
    "utf16be.csv": as_csv(ROWS, "utf-16-be"),
    "tabs.csv": as_csv(ROWS, "utf-16", separator="\t"),
    "book.xlsx": as_xlsx(ROWS),
}


@pytest.mark.fault("I1")
@pytest.mark.parametrize("name", FORMS)
def test_the_same_rows_in_every_coding_give_the_same_orders(desk, name):
    assert desk.counts(desk.file(FORMS["gb18030.csv"], "first.csv")) == (2, 2, 0, 0, 0)
    assert desk.counts(desk.file(FORMS[name], name)) == (2, 0, 0, 2, 0)


@pytest.mark.fault("I1")
@pytest.mark.parametrize("name", FORMS)
def test_rare_characters_survive(desk, name):
    desk.take(desk.file(FORMS[name], name))
    known = Order.objects.get(number=ROWS[0]["订单编号"])
    assert vault.unseal(known.name_enc) == RARE
    assert vault.unseal(known.memo_enc) == "请发“新”包装，谢谢😀\n第二行"
    assert known.buyer.nick == "旺旺·甲"


@pytest.mark.fault("I1")
def test_gbk_is_read_as_what_it_is(desk, shop):
    assert desk.counts(desk.file(as_csv([order()], "gbk"))) == (1, 1, 0, 0, 0)


@pytest.mark.fault("I1")
def test_utf8_with_bytes_that_are_not_is_refused_and_not_read_as_something_else(tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes(as_csv([order(), order(收货人姓名="坏")], "utf-8").replace("坏".encode(), b"\xe5\x9d"))
    with pytest.raises(BadFile) as caught:
        encoding_of(path, "x.csv")
    assert caught.value.code == "broken_characters"
    assert caught.value.params["line"] == 3


def test_bytes_of_no_coding_are_refused(tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes("订单编号,订单状态\n".encode("gb18030") + b"\xff\xff\xfe,\x81\n")
    with pytest.raises(BadFile) as caught:
        open_table(path)
    assert caught.value.code == "unreadable_encoding"
