"""What comes back: a return on its way, one that came short, and an exchange that lies in the warehouse."""

from __future__ import annotations

from random import Random

from refunds.actions.ask_return import ask_exchange, ask_return
from refunds.demo.pictures import a_box
from refunds.demo.scene import Scene


def a_return_is_on_its_way(scene: Scene) -> None:
    """R5.4 The customer has sent it and advanced the postage."""
    wish = {"order": scene.demo.number, "lines": scene.first_line(), "why": "quality", "said": "开线了"}
    case = ask_return(wish, by=scene.people["agent"], at=scene.ago(50))
    scene.try_(case, "agent", scene.ago(49.8), "chat", "answered")
    scene.step(case, "on_its_way", "agent", scene.ago(30), waybill=f"YT{case.pk:013d}", courier="yuantong", postage="12.00")


def a_return_came_otherwise(scene: Scene) -> None:
    """R5.2, R5.4 The warehouse has photographed the difference; the agent settles it."""
    wish = {"order": scene.demo.number, "lines": scene.first_line(), "why": "wrong"}
    case = ask_return(wish, by=scene.people["agent2"], at=scene.ago(70))
    scene.try_(case, "agent2", scene.ago(69.5), "chat", "answered")
    scene.step(case, "received", "agent2", scene.ago(5), waybill=f"STO{case.pk:012d}", courier="shentong")
    scene.show(case, "agent2", "photo_inspection", a_box(Random(scene.demo.number)), scene.ago(4.5))
    found = [{"line": each["line"], "worn": each["quantity"]} for each in scene.first_line()]
    scene.step(case, "found_different", "agent2", scene.ago(4), found=found, remark="鞋底有明显磨损")


def an_exchange_lies_here(scene: Scene) -> None:
    """R6.1 The warehouse has it in its list."""
    wish = {"order": scene.demo.number, "lines": scene.first_line(), "why": "wrong", "wanted": "样例颜色：原木色"}
    case = ask_exchange(wish, by=scene.people["agent"], at=scene.ago(60))
    scene.try_(case, "agent", scene.ago(59), "chat", "answered")
    scene.step(case, "received", "agent", scene.ago(2), waybill=f"YT{case.pk:013d}", courier="yuantong")
