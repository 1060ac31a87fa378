"""What happens to parcels: they stand still, show nothing, lack something, and are sent again."""

from __future__ import annotations

from random import Random

from casework.models import Case
from refunds.demo.pictures import a_box, a_waybill
from refunds.demo.scene import Scene

# L3 ---------------------------------------------------------------------------------------------------


def stands_still(scene: Scene) -> None:
    """L3.1 Somebody asked; nobody has looked at it yet."""
    scene.open("stalled", "agent", scene.ago(5), "顾客催问，物流三天没动")


def explained_and_urged(scene: Scene) -> None:
    """L3.1 The courier has the word."""
    case = scene.open("stalled", "agent2", scene.ago(20))
    scene.step(case, "explained_and_urged", "agent2", scene.ago(19), said="网点答应今天查件")


def asked_in_the_warehouse(scene: Scene) -> None:
    """L3.1 Nobody picked it up: the warehouse has a question to answer."""
    case = scene.open("stalled", "agent", scene.ago(4))
    scene.step(case, "ask_the_warehouse", "agent", scene.ago(3.5))


def lost_and_sent_again(scene: Scene) -> None:
    """L3.2 The courier owes the price, and the goods are on their way once more."""
    case = scene.open("stalled", "agent", scene.ago(60))
    scene.step(case, "explained_and_urged", "agent", scene.ago(59))
    scene.step(case, "courier_says_lost", "agent", scene.ago(40), said="客服确认分拨中心丢件")
    scene.step(case, "loss_explained", "agent", scene.ago(39), wish="resend")
    resent = scene.send_again(case, "agent", scene.ago(38), "快递丢件")
    scene.answer(resent, "printclerk", "shipped", scene.ago(30), waybill=f"SF{resent.pk:013d}", courier="shunfeng", grams=640)


# L0 to L2 ---------------------------------------------------------------------------------------------


def complained_and_being_worked(scene: Scene) -> None:
    """L0.1 One check was skipped, and the courier promised an answer."""
    case = scene.open("logistics_complaint", "agent", scene.ago(5), "顾客投诉派件慢")
    scene.step(case, "calmed", "agent", scene.ago(4.9))
    scene.step(case, "recorded", "agent", scene.ago(4.8), happened="显示派送两天了还没收到", wanted="今天送到")
    scene.step(case, "courier_asked", "agent", scene.ago(4), whom="courier", way="phone", answer="件在网点", promise="今晚派送")


def signed_by_somebody(scene: Scene) -> None:
    """L1.3 The customer knows who signed; the courier has the word."""
    places = dict.fromkeys(("gatehouse", "colleague", "property_office", "parcel_shop", "neighbour"), "not_there")
    case = scene.open("signed_not_received", "agent", scene.ago(30), "显示已签收，顾客说没收到")
    scene.step(case, "address_checked", "agent", scene.ago(29), address="right", lives_at="home", **places)
    scene.step(case, "signer_asked", "agent", scene.ago(28), whom="courier", way="phone")
    scene.step(case, "signer_named", "agent", scene.ago(20), whom="driver", way="phone", signer="门卫")
    scene.step(case, "signer_told", "agent", scene.ago(19))


def delivered_to_the_wrong_door(scene: Scene) -> None:
    """L1.4 The courier admits it; does the customer still want it?"""
    places = dict.fromkeys(("gatehouse", "colleague", "property_office", "parcel_shop", "neighbour"), "none_such")
    case = scene.open("signed_not_received", "agent2", scene.ago(40))
    scene.step(case, "address_checked", "agent2", scene.ago(39), address="right", lives_at="work", **places)
    scene.step(
        case,
        "signer_asked",
        "agent2",
        scene.ago(38),
        whom="courier",
        way="chat",
        promise="明天上午找到",
        promised_until=scene.ago(14).isoformat(),
    )
    scene.step(case, "delivered_wrongly", "agent2", scene.ago(3), said="派件员送错楼栋，正在追回")


def stuck_with_a_wrong_phone(scene: Scene) -> None:
    """L2.2 The courier says how it stands; the customer is to be reached."""
    case = scene.open("doubtful", "agent2", scene.ago(10), "快递来电：电话空号")
    scene.step(case, "courier_asked", "agent2", scene.ago(9), cause="phone_wrong", whom="courier", way="phone")
    scene.step(case, "state_told", "agent2", scene.ago(6), cause="phone_wrong", said="件在网点，电话空号联系不上")


# L8, L11 ----------------------------------------------------------------------------------------------


def out_of_area_and_asked(scene: Scene) -> None:
    """L8.2 The pick-up point is known; does the customer collect it?"""
    case = scene.open("out_of_area", "agent", scene.ago(8), "快递来电：该地址超区")
    scene.step(case, "did_not_insist", "agent", scene.ago(7.9))
    scene.step(case, "point_asked", "agent", scene.ago(7.8), whom="courier", way="phone", promise="下午给自提点电话")
    scene.step(case, "point_told", "agent", scene.ago(2), place="镇上邮政所旁代收点", phone="0571-88000000")


def insisted_and_collects(scene: Scene) -> None:
    """L8.1 The customer asked for this courier, and collects it."""
    case = scene.open("out_of_area", "agent2", scene.ago(28))
    scene.step(case, "insisted", "agent2", scene.ago(27.5), said="买家留言：一定要发这家快递")
    scene.step(case, "explained", "agent2", scene.ago(27), place="乡镇服务站", phone="0571-88000001")


def taken_by_the_inspection(scene: Scene) -> None:
    """L11.1 The courier is liable and owes the price; the customer is told next."""
    case = scene.open("confiscated", "agent", scene.ago(22), "快递通知：安检没收")
    scene.step(case, "liability_asked", "agent", scene.ago(20), whom="courier", way="phone")
    scene.step(case, "liability_told", "agent", scene.ago(3), liable="courier", said="收件网点未验视，承认责任")


# L4 ---------------------------------------------------------------------------------------------------


def shows_nothing(scene: Scene) -> None:
    """L4.1 The print clerk has a question to answer."""
    case = scene.open("no_record", "agent2", scene.ago(3))
    scene.step(case, "ask_the_print_clerk", "agent2", scene.ago(2.5))


def courier_was_changed(scene: Scene) -> None:
    """L4.1 The customer is to be given the new number."""
    case = scene.open("no_record", "agent", scene.ago(8))
    scene.step(case, "ask_the_print_clerk", "agent", scene.ago(7))
    scene.answer(case, "printclerk", "changed", scene.ago(2), waybill=f"EMS{case.pk:010d}", courier="ems")


# L5 ---------------------------------------------------------------------------------------------------


def packing_is_asked(scene: Scene) -> None:
    """L5.2 Three checks are done; the warehouse says whether it was packed."""
    case = _photographed(scene)
    scene.step(
        case,
        "photos_show_all",
        "agent2",
        scene.ago(6),
        waybill=1350,
        box="30×20×15",
        shows_number=True,
        shows_goods=True,
        shows_weight=True,
        shows_date=True,
    )


def confirmed_and_to_be_offered(scene: Scene) -> None:
    """L5.3 The warehouse forgot it, says the manager in its place; the customer is contacted first."""
    case = _photographed(scene)
    scene.step(case, "photos_checked", "agent2", scene.ago(6))
    scene.answer(case, "printclerk", "found", scene.ago(5), grams=1400, shows="两件", shipped_on="2026-11-18")
    scene.answer(case, "manager", "incomplete", scene.ago(4))
    scene.step(case, "confirm", "agent2", scene.ago(3))


def goes_with_the_next_order(scene: Scene) -> None:
    """L5.3, S1.4 A promise that cannot be forgotten."""
    case = _photographed(scene)
    scene.step(case, "photos_checked", "agent2", scene.ago(6))
    scene.answer(case, "printclerk", "not_found", scene.ago(5))
    scene.step(case, "weight_noted", "agent2", scene.ago(4.9), scale="courier", grams=1050)
    scene.answer(case, "manager", "complete", scene.ago(4))
    scene.step(case, "confirm", "agent2", scene.ago(3))
    scene.try_(case, "agent2", scene.ago(2), "chat", "answered", "同意随下次一起发")
    scene.step(case, "goes_with_next_order", "agent2", scene.ago(2))
    scene.say(case, "agent2", scene.ago(1), "any-looking")


def _photographed(scene: Scene) -> Case:
    """Something is missing: named, lines and weights compared, photos taken."""
    case = scene.open("missing_items", "agent2", scene.ago(9), "说少了一件")
    scene.step(case, "missing_named", "agent2", scene.ago(8.9), items=scene.first_line(), unpacked=True, told_where="内盒夹层")
    scene.step(case, "lines_checked", "agent2", scene.ago(8.8))
    scene.step(case, "weights_compared", "agent2", scene.ago(8.7), warehouse=1400)
    scene.show(case, "agent2", "photo_goods", a_box(Random(f"goods {scene.demo.number}")), scene.ago(7))
    scene.show(case, "agent2", "photo_box", a_box(Random(f"box {scene.demo.number}")), scene.ago(7))
    scene.show(case, "agent2", "photo_waybill", a_waybill(scene.demo.waybill, "1.35"), scene.ago(7))
    return case
