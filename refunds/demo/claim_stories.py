"""What couriers owe: claimed, asked for more, and paid in part by the monthly statement (L13)."""

from __future__ import annotations

from casework.models import Case
from logistics.models import Loss
from refunds.actions.open_claims import open_claims
from refunds.demo.pictures import a_waybill
from refunds.demo.scene import Scene
from refunds.demo.told_later import tell_statement


def a_claim_lacks_a_paper(scene: Scene) -> None:
    """L13.1 Registered; the proof of its worth is missing."""
    _claim(scene, _lost(scene))


def a_courier_wants_more(scene: Scene) -> None:
    """L13.1 Filed, and the courier asks for a paper."""
    claim = _filed(scene)
    scene.step(claim, "info_wanted", "agent", scene.ago(3), wanted="请补发货底单和商品照片")


def a_statement_paid_a_part(scene: Scene) -> None:
    """L13.1 The monthly statement pays less than was claimed, and a line for a parcel that nobody knows here."""
    claim = _filed(scene)
    stray = {
        "运单号": f"73000{claim.pk:09d}",
        "赔付金额": "8.50",
        "赔付日期": f"{scene.ago(2):%Y-%m-%d}",
        "理赔单号": f"LP{claim.pk + 500_000:06d}",
    }
    tell_statement(claim, scene.ago(1), "20.00", stray)


def _lost(scene: Scene) -> Case:
    """The courier says that it lost the parcel; the customer knows."""
    case = scene.open("stalled", "agent", scene.ago(50))
    scene.step(case, "explained_and_urged", "agent", scene.ago(49))
    scene.step(case, "courier_says_lost", "agent", scene.ago(30), said="客服确认中转丢件")
    scene.step(case, "loss_explained", "agent", scene.ago(29), wish="refund")
    return case


def _claim(scene: Scene, case: Case) -> Case:
    return open_claims([Loss.objects.get(case=case).pk], by=scene.people["agent"], at=scene.ago(28))[0]


def _filed(scene: Scene) -> Case:
    claim = _claim(scene, _lost(scene))
    scene.show(claim, "agent", "platform", a_waybill(scene.demo.waybill, "0.80"), scene.ago(27))
    return scene.step(claim, "file", "agent", scene.ago(26))
