"""What customers say about us: complaints, and reviews on the platform."""

from __future__ import annotations

from refunds.demo.scene import Scene

# S3.2 -------------------------------------------------------------------------------------------------


def complained_and_to_be_made_good(scene: Scene) -> None:
    """S3.2 The mistake is ours, the customer has the answer; the department is still to be told."""
    case = scene.open("complaint", "agent", scene.ago(9), "顾客投诉：催了三次没人回复")
    scene.step(case, "cause_settled", "agent", scene.ago(7), cause="ours", finding="聊天记录显示漏回两次", department="客服")
    scene.step(case, "answered", "agent", scene.ago(6), told="已道歉，说明原因，今天给出补救办法")


def complained_seriously(scene: Scene) -> None:
    """S3.2 A lead has the word."""
    case = scene.open("complaint", "agent2", scene.ago(3), "顾客称使用时划伤手")
    scene.step(case, "serious", "agent2", scene.ago(2.9), note="顾客要向监管部门反映")


# R11 --------------------------------------------------------------------------------------------------


def a_review_waits_for_its_cause(scene: Scene) -> None:
    """R11.2 Noted and answered; the customer is to be reached today."""
    case = scene.open("review", "agent", scene.ago(2), "后台提醒：新差评")
    said = {"rating": "poor", "posted_at": scene.ago(3).isoformat(), "says": "等了一个星期，客服也不理人"}
    scene.step(case, "noted", "agent", scene.ago(1.9), **said)
    scene.step(case, "answered_there", "agent", scene.ago(1.8), answer="给您带来不便非常抱歉，我们正在联系您处理。")


def a_review_may_be_changed(scene: Scene) -> None:
    """R11.1 The cause was explained; the customer may change it or not."""
    case = scene.open("review", "agent2", scene.ago(50))
    scene.step(case, "noted", "agent2", scene.ago(49), rating="middling", posted_at=scene.ago(60).isoformat(), says="不会装，说明书看不懂")
    scene.try_(case, "agent2", scene.ago(48.5), "chat", "answered")
    scene.step(case, "cause_told", "agent2", scene.ago(48), cause="service", said="不会安装")
    scene.step(case, "answered_there", "agent2", scene.ago(47.5), answer="安装视频已发给您，有问题随时找我们。")
    scene.step(case, "explained", "agent2", scene.ago(47), note="视频讲解后已装好")
