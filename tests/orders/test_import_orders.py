"""Order lists into orders: what is new, what changes, and what an older list may not do."""

import datetime as dt
from decimal import Decimal

import pytest

from casework.models import Journal
from orders import vault
from orders.models import Buyer, Memo, Order
from tests.cast import make_user
from tests.orders.lists import CLOSED, FINISHED, HOUR, NOON, NUMBER, PARTLY, SHIPPED, TO_SHIP, WAITING, order, picked

DAY = dt.timedelta(days=1)


@pytest.fixture
def known(desk):
    """One order, imported at noon."""
    assert desk.counts([order()]) == (1, 1, 0, 0, 0)
    return Order.objects.get()


def test_an_order_is_stored_as_the_list_tells_it(known):
    assert (known.number, known.status, known.paid, known.freight_paid) == (NUMBER, "wait_ship", Decimal("110.00"), Decimal("10.00"))
    assert (known.province, known.city, known.district) == ("浙江省", "杭州市", "西湖区")
    assert known.ordered_at.isoformat() == "2026-11-18T02:00:00+00:00"
    assert known.buyer.nick == "tb100000001"
    assert (known.created_at, known.updated_at, known.as_of) == (NOON, NOON, NOON)


def test_the_person_is_sealed_and_found_by_phone(known):
    assert vault.unseal(known.name_enc) == "赵测试"
    assert vault.unseal(known.street_enc) == "第一街道样例路12号3栋401室"
    assert vault.unseal(known.phone_enc) == "19900001234"
    assert Order.objects.filter(phone_index__in=vault.phone_indexes("199 0000 1234")).get() == known
    assert Order.objects.filter(phone_tail_index__in=vault.phone_tail_indexes("1234")).get() == known


@pytest.mark.fault("I3")
def test_the_same_row_again_is_unchanged_and_as_new_as_its_export(desk, known):
    assert desk.counts([order()], at=NOON + HOUR) == (1, 0, 0, 1, 0)
    again = Order.objects.get()
    assert (again.updated_at, again.as_of) == (NOON, NOON + HOUR)


def test_a_change_is_taken_over(desk, known):
    changed = order(订单状态=SHIPPED, 物流单号="YT0000000000001", 物流公司="圆通速递")
    assert desk.counts([changed], at=NOON + HOUR) == (1, 0, 1, 0, 0)
    again = Order.objects.get()
    assert (again.status, again.waybills, again.courier_name) == ("shipped", ["YT0000000000001"], "圆通速递")


@pytest.mark.fault("I3")
def test_an_older_export_turns_nothing_back(desk, known):
    newer = desk.file([order(订单状态=SHIPPED, 订单备注="已发")], "ExportOrderList202611201800.csv")
    older = desk.file([order(订单状态=FINISHED, 订单备注="旧的", 买家会员名="别人")], "ExportOrderList202611201700.csv")
    assert desk.counts(newer) == (1, 0, 1, 0, 0)
    assert desk.counts(older) == (1, 0, 0, 1, 0)
    again = Order.objects.get()
    assert (again.status, again.memo, again.buyer.nick) == ("shipped", "已发", "tb100000001")


@pytest.mark.fault("I3")
def test_an_older_export_turns_nothing_back_that_a_newer_one_has_only_confirmed(desk):
    monday = desk.file([order(订单备注="甲")], "ExportOrderList202611160900.csv")
    tuesday = desk.file([order(订单备注="乙")], "ExportOrderList202611170900.csv")
    wednesday = desk.file([order(订单备注="甲")], "ExportOrderList202611180900.csv")
    desk.take(monday)
    assert desk.counts(wednesday) == (1, 0, 0, 1, 0)
    assert desk.counts(tuesday) == (1, 0, 0, 1, 0)
    assert Order.objects.get().memo == "甲"


def test_files_of_one_run_are_taken_from_the_oldest_export_to_the_newest(desk):
    newer = desk.file([order(订单状态=SHIPPED)], "ExportOrderList202611201800.csv")
    older = desk.file([order()], "ExportOrderList202611191800.csv")
    result = desk.take(newer, older)
    assert [(file.name, file.counts.new, file.counts.changed) for file in result.files] == [(newer.name, 0, 1), (older.name, 1, 0)]
    assert Order.objects.get().status == "shipped"


@pytest.mark.parametrize(("before", "after"), [(SHIPPED, TO_SHIP), (FINISHED, SHIPPED), (CLOSED, FINISHED), (PARTLY, TO_SHIP)])
def test_a_state_further_back_changes_nothing(desk, before, after):
    desk.take([order(订单状态=before)])
    assert desk.counts([order(订单状态=after, 订单备注="x")], at=NOON + DAY) == (1, 0, 0, 1, 0)
    assert Order.objects.get().memo == ""


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [(TO_SHIP, PARTLY, "part_shipped"), (SHIPPED, FINISHED, "finished"), (SHIPPED, CLOSED, "closed"), (FINISHED, CLOSED, "closed")],
)
def test_a_state_further_on_is_taken(desk, before, after, code):
    desk.take([order(订单状态=before)])
    assert desk.counts([order(订单状态=after)], at=NOON + DAY) == (1, 0, 1, 0, 0)
    assert Order.objects.get().status == code


def test_postage_of_an_unpaid_order_is_nothing_until_it_is_paid(desk):
    desk.take([order(订单状态=WAITING, 买家实际支付金额="0.00", 订单付款时间="")])
    assert (Order.objects.get().paid, Order.objects.get().freight_paid) == (0, 0)
    desk.take([order()], at=NOON + HOUR)
    assert (Order.objects.get().paid, Order.objects.get().freight_paid) == (110, 10)


def test_a_missing_column_leaves_what_is_stored(desk, known):
    assert desk.counts([picked(发货时间="2026-11-19 09:00:00", 订单状态=SHIPPED)], at=NOON + HOUR) == (1, 0, 1, 0, 0)
    again = Order.objects.get()
    assert (again.freight_paid, again.buyer, again.district) == (10, known.buyer, "西湖区")
    assert vault.unseal(again.name_enc) == "赵测试"
    assert again.shipped_at.isoformat() == "2026-11-19T01:00:00+00:00"


def test_an_empty_cell_empties_a_text_and_keeps_a_time(desk, known):
    desk.take([order(订单备注="加急")], at=NOON + HOUR)
    desk.take([order(订单备注="", 订单付款时间="")], at=NOON + 2 * HOUR)
    again = Order.objects.get()
    assert (again.memo, again.memo_enc) == ("", None)
    assert again.paid_at is not None


def test_the_buyer_may_be_unknown(desk):
    assert desk.counts([picked()]) == (1, 1, 0, 0, 0)
    assert Order.objects.get().buyer is None


def test_a_masked_name_or_street_never_replaces_a_clear_one(desk, known):
    masked = order(收货人姓名="赵**", 收货地址="浙江省 杭州市 西湖区 第一街道****", 联系手机="***********")
    desk.take([masked], at=NOON + HOUR)
    again = Order.objects.get()
    assert [vault.unseal(value) for value in (again.name_enc, again.street_enc, again.phone_enc)] == [
        "赵测试",
        "第一街道样例路12号3栋401室",
        "19900001234",
    ]


def test_a_clear_name_replaces_a_masked_one(desk):
    desk.take([order(收货人姓名="赵**", 收货地址="浙江省 杭州市 西湖区 第一街道****", 联系手机="***********")])
    before = Order.objects.get()
    assert (vault.unseal(before.name_enc), before.phone_enc, before.phone_index) == ("赵**", None, None)
    assert desk.counts([order()], at=NOON + HOUR) == (1, 0, 1, 0, 0)
    assert vault.unseal(Order.objects.get().name_enc) == "赵测试"


def test_a_masked_street_in_another_district_replaces_the_old_street(desk, known):
    desk.take([picked(收货地址="江苏省 南京市 建邺区 沙洲街道****")], at=NOON + HOUR)
    again = Order.objects.get()
    assert (again.district, vault.unseal(again.street_enc)) == ("建邺区", "沙洲街道****")


@pytest.mark.parametrize("cut", ["浙江省 杭州市 ***", "浙江 杭州市 西湖区 第一街道****", "浙江省****", "***"])
def test_a_cut_address_takes_nothing_back(desk, known, cut):
    assert desk.counts([picked(收货地址=cut)], at=NOON + HOUR) == (1, 0, 0, 1, 0)
    again = Order.objects.get()
    assert (again.province, again.city, again.district, vault.unseal(again.street_enc)) == (
        "浙江省",
        "杭州市",
        "西湖区",
        "第一街道样例路12号3栋401室",
    )


@pytest.mark.fault("P1")
@pytest.mark.parametrize("masked", ["t**", "首**尾", "***"])
def test_a_masked_nick_is_nobodys(desk, known, masked):
    desk.take([order(买家会员名=masked, 订单备注="x"), order(订单编号="5118000000000001002", 买家会员名=masked)], at=NOON + HOUR)
    assert [each.nick for each in Buyer.objects.all()] == ["tb100000001"]
    assert list(Order.objects.order_by("number").values_list("buyer__nick", flat=True)) == ["tb100000001", None]


@pytest.mark.parametrize(
    ("first", "second", "memo"), [("甲", "", "甲"), ("", "乙", "乙"), ("甲", "甲", "甲"), ("甲", "乙", "甲\n乙"), ("", "", "")]
)
def test_the_two_memo_columns_of_2021_are_one_memo(desk, first, second, memo):
    desk.take([order(订单备注="旧")])
    desk.take([order(订单备注=first, 商家备忘=second, 延迟发货自动赔付金额="", 预售订单="", 发货时间="")], at=NOON + HOUR)
    assert Order.objects.get().memo == memo


def test_no_refund_in_words_is_no_refund(desk):
    desk.take([order(退款金额="无退款申请")])
    assert Order.objects.get().platform_refunded == 0


def test_a_changed_address_goes_before_the_first_one(desk):
    desk.take([order(修改后的收货地址="江苏省 南京市 建邺区 样本新村5号")])
    assert (Order.objects.get().city, vault.unseal(Order.objects.get().street_enc)) == ("南京市", "样本新村5号")


def test_a_virtual_number_is_kept_with_its_extension(desk):
    desk.take([order(联系手机="'18400001234-5678")])
    known = Order.objects.get()
    assert vault.unseal(known.phone_enc) == "18400001234-5678"
    assert Order.objects.filter(phone_tail_index__in=vault.phone_tail_indexes("5678")).exists()


def test_without_a_shipping_time_the_import_notes_when_it_saw_the_order_shipped(desk, known):
    desk.take([order(订单状态=SHIPPED)], at=NOON + HOUR)
    desk.take([order(订单状态=SHIPPED, 订单备注="x")], at=NOON + DAY)
    assert Order.objects.get().shipped_seen_at == NOON + HOUR


def test_several_waybills_are_a_list(desk):
    desk.take([order(订单状态=PARTLY, 物流单号="YT0000000000001,73000000000001", 物流公司="圆通速递")])
    assert Order.objects.get().waybills == ["YT0000000000001", "73000000000001"]


@pytest.mark.rule("L9.9")
def test_each_new_memo_is_a_row_with_its_writers_code_and_flag(desk, shop):
    make_user("客服乙", "agent", shop).__class__.objects.update(code="K07")
    desk.take([picked(商家备注="改发顺丰 11.20 K07", 备注标签="红旗")])
    desk.take([picked(商家备注="改发顺丰 11.20 K07", 备注标签="红旗")], at=NOON + HOUR)
    desk.take([picked(商家备注="已电联 OK077", 备注标签="紫旗")], at=NOON + 2 * HOUR)
    memos = Memo.objects.order_by("id").values_list("text", "writer_code", "flag", "source", "at")
    assert list(memos) == [("改发顺丰 11.20 K07", "K07", 1, "import", NOON), ("已电联 OK077", "", 5, "import", NOON + 2 * HOUR)]
    assert Order.objects.get().flag == 5


def test_an_unknown_flag_is_unknown_and_not_guessed(desk):
    desk.take([picked(备注标签="已开票")])
    assert Order.objects.get().flag is None


@pytest.mark.fault("P1")
def test_memo_and_message_are_kept_redacted_and_sealed(desk):
    desk.take([order(订单备注="赵测试改寄样例路12号3栋，电话19900001234", 买家留言="a.b@example.com")])
    known = Order.objects.get()
    assert known.memo == "[姓名]改寄[地址]，电话[电话]"
    assert vault.unseal(known.memo_enc) == "赵测试改寄样例路12号3栋，电话19900001234"
    assert (known.message, vault.unseal(known.message_enc)) == ("[邮箱]", "a.b@example.com")


def test_invoice_wish_insurance_closing_reason_and_clocks_are_kept_where_the_file_has_them(desk):
    extra = {
        "开票信息": "样例公司",
        "运费险": "是",
        "应发货时间": "2026-11-21 10:00:00",
        "自动确认收货时间": "2026-12-01 10:00:00",
        "订单关闭原因": "缺货",
    }
    desk.take([picked(**extra, 支付单号="2026112022001145818044172419")])
    known = Order.objects.get()
    assert (known.invoice_wish, known.freight_insured, known.close_reason) == ("样例公司", True, "缺货")
    assert known.ship_by.isoformat() == "2026-11-21T02:00:00+00:00"
    assert known.auto_confirm_at.isoformat() == "2026-12-01T02:00:00+00:00"
    assert known.payment_number == "2026112022001145818044172419"


@pytest.mark.fault("P1")
def test_an_invoice_for_the_person_does_not_name_them(desk):
    desk.take([order(发票抬头="赵测试"), order(订单编号="5118000000000001002", 发票抬头="样例公司 91440300MA5EXAMPLE")])
    assert list(Order.objects.order_by("number").values_list("invoice_wish", flat=True)) == ["[姓名]", "样例公司 91440300MA5EXAMPLE"]


def test_not_closed_is_no_reason_of_closing(known):
    assert known.close_reason == ""


def test_an_order_in_several_rows_with_the_same_values_is_one_order(desk):
    rows = [picked(商品标题="甲"), picked(商品标题="乙")]
    assert desk.counts(rows) == (2, 1, 0, 1, 0)


def test_an_order_in_several_rows_that_contradict_is_held(desk):
    rows = [picked(), picked(买家实付金额="60.00"), picked(订单编号="5118000000000001002")]
    assert desk.counts(rows) == (3, 1, 0, 0, 2)
    assert desk.codes() == [(2, "rows_contradict"), (3, "rows_contradict")]


def test_the_platforms_refund_comes_from_the_newest_list_and_never_from_an_older_one(desk):
    desk.take(desk.file([order(退款金额="30.00")], "ExportOrderList202611181000.csv"))
    desk.take(desk.file([order(退款金额="0.00")], "ExportOrderList202611171000.csv"))
    assert Order.objects.get().platform_refunded == 30


def test_due_less_paid_shown_as_refunded_is_a_discount(desk):
    desk.take([order(买家实际支付金额="90.00", 退款金额="20.00")])
    assert Order.objects.get().platform_refunded == 0


def test_new_orders_leave_no_journal_row_each_and_changed_ones_leave_one(desk, known):
    assert Journal.objects.filter(object_type="order").count() == 0
    desk.take([order(订单状态=SHIPPED)], at=NOON + HOUR)
    entry = Journal.objects.get(object_type="order")
    assert (entry.object_id, entry.before, entry.after) == (str(known.pk), {"status": "wait_ship"}, {"status": "shipped"})
    assert (entry.channel, entry.actor_name) == ("import", "system")
    assert Journal.objects.filter(object_type="import").count() == 2


def test_two_shops_may_have_the_same_number_and_buyer(desk, other_shop, tmp_path):
    from tests.orders.lists import Desk

    desk.take([order()])
    assert Desk(other_shop, tmp_path).counts([order()]) == (1, 1, 0, 0, 0)
    assert Order.objects.count() == Buyer.objects.count() == 2
    first, second = Order.objects.all()
    assert bytes(first.name_enc) != bytes(second.name_enc)
