"""What customers ask for beside refunds: gifts, goods that are out of stock, invoices."""

from __future__ import annotations

from refunds.actions.ask_gift import ask_gift
from refunds.actions.ask_invoice import ask_invoice
from refunds.actions.report_out_of_stock import report_out_of_stock
from refunds.demo.scene import Scene


def a_gift_waits_for_the_parcel(scene: Scene) -> None:
    """S4.3 Agreed within the table; the memo is written, and the warehouse has it in its list."""
    wish = {"order": scene.demo.number, "what": "样例杯垫", "pieces": 1, "worth": "5.00"}
    case = ask_gift(wish, by=scene.people["agent"], at=scene.ago(3))
    scene.step(case, "agree", "agent", scene.ago(2.9))
    scene.do_tasks(case, "agent")


def a_gift_above_the_table(scene: Scene) -> None:
    """S4.3 A lead decides first."""
    wish = {"order": scene.demo.number, "what": "样例蓝牙耳机", "pieces": 1, "worth": "59.00"}
    case = ask_gift(wish, by=scene.people["agent2"], at=scene.ago(2))
    scene.step(case, "ask_the_lead", "agent2", scene.ago(1.9))


def out_of_stock_and_a_better_price_is_asked(scene: Scene) -> None:
    """R12.1 The shelf is empty; a lead decides about the price."""
    case = report_out_of_stock({"order": scene.demo.number, "lines": scene.first_line()}, by=scene.people["agent"], at=scene.ago(2))
    scene.step(case, "ask_for_a_better_price", "agent", scene.ago(1.5), offer="样例实木餐椅（原木色）", price="399.00")


def out_of_stock_and_other_goods_are_offered(scene: Scene) -> None:
    """R12.1 The customer has the word."""
    case = report_out_of_stock({"order": scene.demo.number, "lines": scene.first_line()}, by=scene.people["agent2"], at=scene.ago(5))
    scene.step(case, "offer_other_goods", "agent2", scene.ago(4.5), offer="样例儿童积木 600粒")


def an_invoice_lacks_data(scene: Scene) -> None:
    """I1.1 The customer is asked for what is missing."""
    wish = {"order": scene.demo.number, "type": "special", "title": "杭州样例贸易有限公司", "tax_number": "91330106MA2AMPLE02"}
    case = ask_invoice(wish, by=scene.people["agent"], at=scene.ago(6))
    scene.step(case, "ask_the_customer", "agent", scene.ago(5.8))


def an_invoice_waits_for_finance(scene: Scene) -> None:
    """I1.1 Complete; finance has it in its list."""
    wish = {"order": scene.demo.number, "type": "company", "title": "宁波样例科技有限公司", "tax_number": "91330203MA2AMPLE0U"}
    ask_invoice(wish, by=scene.people["agent2"], at=scene.ago(4))
