"""What customers say about us: complaints, and reviews on the platform."""

from __future__ import annotations

from refunds.demo.scene import Scene

# S3.2 -------------------------------------------------------------------------------------------------


def complained_and_to_be_made_good(scene: Scene) -> None:
    """S3.2 The mistake is ours, the customer has the answer; the department is still to be told."""
    case = scene.open("complaint", "agent", scene.ago(9), "顾客投诉：催了三次没人回复")
    scene.step(case, "cause_settled", "agent", scene.ago(7), cause="ours", finding="聊天记录显示漏回两次", department="客服部")
    scene.step(case, "answered", "agent", scene.ago(6), told="已道歉，说明原因，今天给出补救办法")


def complained_seriously(scene: Scene) -> None:
    """S3.2 A lead has the word."""
    case = scene.open("complaint", "agent2", scene.ago(3), "顾客称使用时划伤手")
    scene.step(case, "serious", "agent2", scene.ago(2.9), note="顾客要向监管部门反映")
