"""What happens to addresses: an unpaid order, one that may be in print, one that is on its way."""

from __future__ import annotations

from casework.actions.advance import advance
from casework.actions.open_case import open_case
from casework.models import Case
from refunds.demo.facts import NEW_ADDRESS
from refunds.demo.scene import Scene


def unpaid_and_to_be_ordered_again(scene: Scene) -> None:
    """L9.2 Nothing to change: it is closed."""
    _noted(scene, "agent", 2)


def asked_at_print_or_to_be_edited(scene: Scene) -> None:
    """L9.4, L9.8 By its flag: print clerk and warehouse are asked, or both edits are to be made."""
    _noted(scene, "agent2", 1)


def the_courier_is_asked(scene: Scene) -> None:
    """L9.6 The courier has promised an answer; a refund would wait for it."""
    case = _noted(scene, "agent", 9)
    stop = open_case("intercept", by=scene.people["agent"], at=scene.ago(8.5), waybill=scene.demo.waybill, parent=case.pk)
    asked = {"purpose": "redirect", "whom": "courier", "way": "phone", "promise": "今天下午回复能不能改派"}
    scene.step(stop, "courier_asked", "agent", scene.ago(8), **asked, promised_until=scene.ago(-2).isoformat())


def signed_at_the_old_address(scene: Scene) -> None:
    """L9.7 Too late: we try to get it back, at the customer's cost."""
    case = _noted(scene, "agent2", 6)
    stop = open_case("intercept", by=scene.people["agent2"], at=scene.ago(5.5), waybill=scene.demo.waybill, parent=case.pk)
    scene.step(stop, "get_it_back", "agent2", scene.ago(5), whom="courier", way="phone")


def _noted(scene: Scene, by: str, hours: float) -> Case:
    """The customer asks for another address, and sends it."""
    case = scene.open("address_change", by, scene.ago(hours), "顾客要求改地址")
    return advance(case.pk, "note_address", by=scene.people[by], at=scene.ago(hours - 0.2), facts=NEW_ADDRESS)
