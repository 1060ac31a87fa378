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


def _photographed(scene: Scene) -> Case:
    """Something is missing: named, lines and weights compared, photos taken."""
    case = scene.open("missing_items", "agent2", scene.ago(9), "说少了一件")
    scene.step(case, "missing_named", "agent2", scene.ago(8.9), items=scene.first_line(), unpacked=True, told_where="内盒夹层")
    scene.step(case, "lines_checked", "agent2", scene.ago(8.8))
    scene.step(case, "weights_compared", "agent2", scene.ago(8.7), warehouse=1400)
    scene.show(case, "agent2", "photo_goods", a_box(Random(5)), scene.ago(7))
    scene.show(case, "agent2", "photo_box", a_box(Random(8)), scene.ago(7))
    scene.show(case, "agent2", "photo_waybill", a_waybill(scene.demo.waybill, "1.35"), scene.ago(7))
    return case
