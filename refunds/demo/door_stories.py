"""What comes back from the door, what is sent back to us, and what gives trouble in use."""

from __future__ import annotations

import datetime as dt

from casework.models import Case
from logistics.actions.take_back import take_back
from logistics.models import Parcel
from refunds.demo.scene import Scene

# L7.5 -------------------------------------------------------------------------------------------------


def refused_and_on_its_way_back(scene: Scene) -> None:
    """L7.5 The gatehouse saw that the box was crushed, and refused it."""
    case = scene.open("refused_at_door", "agent", scene.ago(20), "门卫说箱子压扁了")
    scene.try_(case, "agent", scene.ago(19.9), "phone", "answered")
    scene.step(case, "asked_to_refuse", "agent", scene.ago(19.8), seen_as="damaged", at_door="gate", seen="外箱压扁，有液体渗出")
    scene.step(case, "refused", "agent", scene.ago(12))


def refused_and_back(scene: Scene) -> None:
    """L7.5 The warehouse has looked into it: complete goods are to be sent."""
    case = scene.open("refused_at_door", "agent2", scene.ago(90), "当面验货少一件")
    scene.step(case, "refused_before", "agent2", scene.ago(89), seen_as="missing", at_door="customer")
    _is_here(scene, case, scene.ago(6))
    scene.answer(case, "manager", "looked_at", scene.ago(4), came_back_as="missing", remark="少内盒一只")


# L10 --------------------------------------------------------------------------------------------------


def sent_back_and_offered(scene: Scene) -> None:
    """L10.1 The customer knows why, and thinks about the three offers."""
    case = scene.open("returned_to_sender", "agent", scene.ago(30), "物流显示退回")
    scene.step(case, "reason_found", "agent", scene.ago(29), sent_back_for="not_collected", said="驿站客服：超七天未取")
    scene.try_(case, "agent", scene.ago(28.9), "chat")
    scene.step(case, "told_and_offered", "agent", scene.ago(28.8))


def sent_back_and_here(scene: Scene) -> None:
    """L10.1, R5.4 It shall be sent again; the warehouse is asked what came back, and the postage is open."""
    case = scene.open("returned_to_sender", "agent2", scene.ago(70))
    scene.step(case, "reason_found", "agent2", scene.ago(69), sent_back_for="refused", said="派件员：家人拒收")
    scene.try_(case, "agent2", scene.ago(68.9), "phone", "answered", "顾客说家人不知情，要求重发")
    scene.step(case, "told_and_offered", "agent2", scene.ago(68.8))
    scene.step(case, "chosen_on_the_way", "agent2", scene.ago(68.7), choice="resend")
    _is_here(scene, case, scene.ago(2))


def _is_here(scene: Scene, case: Case, at: dt.datetime) -> None:
    """Somebody has the parcel in hand."""
    take_back(Parcel.objects.get(incidents__case=case).pk, by=scene.people["agent"], at=at)


# P1 ---------------------------------------------------------------------------------------------------


def causes_are_being_ruled_out(scene: Scene) -> None:
    """P1.1 Two causes are ruled out; the customer tries a third."""
    case = _trouble(scene, "agent", 10)
    scene.step(case, "cause_looked_at", "agent", scene.ago(9), cause="没装电池", how="顾客拍照，已装", came_of_it="ruled_out")
    scene.step(case, "cause_looked_at", "agent", scene.ago(8.8), cause="开关没打开", how="视频里看到已打开", came_of_it="ruled_out")
    scene.step(case, "to_try", "agent", scene.ago(8.5), what="换一组新电池再试")


def it_is_quality(scene: Scene) -> None:
    """P1.2 It stands on the department's list; return, exchange or compensation is to be settled."""
    case = _trouble(scene, "agent2", 14)
    scene.step(case, "cause_looked_at", "agent2", scene.ago(13), cause="洗涤方法不对", how="顾客按洗标手洗", came_of_it="ruled_out")
    scene.step(case, "it_is_quality", "agent2", scene.ago(12))


def _trouble(scene: Scene, by: str, hours: int) -> Case:
    """Asked and recorded."""
    case = scene.open("trouble_in_use", by, scene.ago(hours), "顾客说不好用")
    scene.step(case, "asked", by, scene.ago(hours - 0.2), items=scene.first_line(), trouble="用了两次就不行了", since="前天开始")
    return case
