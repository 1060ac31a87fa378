"""What is found on unpacking: something else came, or it is broken."""

from __future__ import annotations

from random import Random

from casework.models import Case
from refunds.actions.ask_compensation import ask_compensation
from refunds.demo.pictures import a_waybill, some_goods
from refunds.demo.scene import Scene

# L5.4 -------------------------------------------------------------------------------------------------


def wrong_colour_and_the_warehouse_is_asked(scene: Scene) -> None:
    """L5.2 A photo shows it; the warehouse says what it packed."""
    _another_colour(scene, "agent")


def wrong_colour_kept_at_a_discount(scene: Scene) -> None:
    """L5.4 Verified and reported; a lead has the amount to approve, and the report to take note of."""
    case = _another_colour(scene, "agent2")
    scene.step(case, "confirm", "agent2", scene.ago(5))
    scene.try_(case, "agent2", scene.ago(4), "chat", "answered", "顾客愿意留下")
    wish = {"case": case.pk, "amount": "5.00", "reason": "wrong_goods", "ground": "photo_checked", "payee": {"channel": "small_payment"}}
    ask_compensation(wish, by=scene.people["agent2"], at=scene.ago(3.5))


def _another_colour(scene: Scene, by: str) -> Case:
    """Something else came: named, lines and weights compared, photographed, and the warehouse asked."""
    case = scene.open("wrong_items", by, scene.ago(9), "说颜色发错了")
    scene.step(case, "wrong_named", by, scene.ago(8.9), items=scene.first_line(), arrived="同款黑色", unpacked=True)
    scene.step(case, "lines_checked", by, scene.ago(8.8))
    scene.step(case, "weights_compared", by, scene.ago(8.7))
    scene.show(case, by, "photo_goods", some_goods(Random(scene.demo.number)), scene.ago(7))
    scene.step(case, "photos_checked", by, scene.ago(6))
    return case


# L7 ---------------------------------------------------------------------------------------------------


def broken_and_both_photos_are_here(scene: Scene) -> None:
    """L7.1 The photos are to be looked at."""
    _broken(scene, "agent")


def broken_beyond_use_and_sent_again(scene: Scene) -> None:
    """L7.4, L7.6 Nothing comes back; packed anew at once, reported, and the courier owes the price."""
    case = _broken(scene, "agent2")
    scene.step(case, "confirm", "agent2", scene.ago(4))
    scene.step(case, "severe_unusable", "agent2", scene.ago(3.9), broken_by="courier")
    scene.send_again(case, "agent2", scene.ago(3.8), "到货破损，不可再用")


def _broken(scene: Scene, by: str) -> Case:
    """Damage that was named and photographed as the chapter wants it."""
    case = scene.open("damaged", by, scene.ago(8), "说收到就是破的")
    scene.step(case, "damage_named", by, scene.ago(7.9), items=scene.first_line(), damage="外壳裂开，内件松动", worn="no")
    scene.try_(case, by, scene.ago(7.8), "chat", "answered", "马上拍照")
    scene.show(case, by, "photo_damage", some_goods(Random(scene.demo.number), cracked=True), scene.ago(6))
    scene.show(case, by, "photo_waybill", a_waybill(scene.demo.waybill, "1.10"), scene.ago(6))
    return case
