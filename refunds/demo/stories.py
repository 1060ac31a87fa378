"""What the audience finds: cases in each state that matters, each walked there as staff would."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from refunds.demo import (
    address_stories,
    claim_stories,
    door_stories,
    goods_stories,
    parcel_stories,
    remedy_stories,
    return_stories,
    voice_stories,
)
from refunds.demo.orders import FINISHED, PAID, SHIPPED, UNPAID, DemoOrder, PlatformRefund
from refunds.demo.pictures import a_box, a_waybill
from refunds.demo.scene import HOUR, Scene

# The window of L6.3 as it stands by default; those who were first tried this long ago have run out just now.
WINDOW = 72
Walk = Callable[[Scene], None]


@dataclass(frozen=True)
class Story:
    """How the order looks, and what happened to it. `asked` is the buyer's request: reason, hours ago, hours left."""

    walk: Walk
    days_old: int
    goods: tuple[int, ...]
    freight: int = 0
    status: str = SHIPPED
    asked: tuple[str, int, int] | None = None
    # How many nodes the courier has told of the parcel (refunds/demo/ways.py).
    nodes: int = 4
    # Whether the buyer has freight insurance; None where the dice say it.
    insured: bool | None = None
    # Drawing pictures takes time; where hundreds of cases are made these are left out.
    has_pictures: bool = False

    def platform_refund(self, order: DemoOrder, now: dt.datetime) -> list[PlatformRefund]:
        """What the buyer asked for on the platform, for the whole first line."""
        if self.asked is None:
            return []
        reason, ago, left = self.asked
        return [PlatformRefund(reason, Decimal(order.items[0].paid), now - ago * HOUR, now + left * HOUR)]


# L6 ---------------------------------------------------------------------------------------------------


def nobody_tried_yet(scene: Scene) -> None:
    """L6.1 The courier has called; the case lies in the queue."""
    scene.keep_note("agent2", scene.ago(30), "顾客问什么时候到，已告知预计后天，不需要立案")
    scene.lay_down(scene.call_for_help("agent", scene.ago(2), "快递来电：电话无人接听"), "agent", scene.ago(1.9))


def one_channel_is_missing(scene: Scene) -> None:
    """L6.1 Chat and phone were tried; e-mail is still open."""
    case = scene.call_for_help("agent", scene.ago(49))
    scene.try_(case, "agent", scene.ago(47), "chat", note="旺旺已读未回")
    scene.try_(case, "agent2", scene.ago(26), "phone")


def every_channel_is_tried(scene: Scene) -> None:
    """L6.1 Nothing to do but wait; without an address e-mail counts as tried."""
    case = scene.call_for_help("agent2", scene.ago(61))
    scene.try_(case, "agent2", scene.ago(60), "chat")
    scene.try_(case, "agent2", scene.ago(60), "email", "not_available")
    scene.try_(case, "agent2", scene.ago(36), "phone")


def silence_after_two_channels(scene: Scene) -> None:
    """L6.4 The window has just ended and a channel was left out."""
    case = scene.call_for_help("agent", scene.ago(WINDOW + 1))
    scene.try_(case, "agent", scene.ago(WINDOW, 2), "chat")
    scene.try_(case, "agent", scene.ago(50), "phone")


def silence_after_all_channels(scene: Scene) -> None:
    """L6.3 The window has just ended and every channel was tried; the courier's answer is on the case."""
    case = scene.call_for_help("agent", scene.ago(WINDOW + 1))
    scene.try_(case, "agent", scene.ago(WINDOW, 2), "phone")
    scene.try_(case, "agent", scene.ago(48), "chat")
    scene.try_(case, "agent", scene.ago(48), "email", "not_available")
    scene.show(case, "agent", "courier_reply", a_waybill(scene.demo.waybill, "0.52"), scene.ago(47))


def silence_and_the_money_is_asked_for(scene: Scene) -> None:
    """L6, R1.1 The parcel comes back; the refund is a child of the case, which waits for it."""
    case = scene.call_for_help("agent2", scene.ago(WINDOW + 4))
    for channel in ("chat", "phone", "email"):
        scene.try_(case, "agent2", scene.ago(WINDOW + 3), channel)
    scene.try_(case, "agent2", scene.ago(1), "chat", note="包裹退回中，再联系一次")
    scene.ask("agent2", "not_received", "courier_confirmed", parent=case, at=scene.ago(minutes=15))


def answered_this_morning(scene: Scene) -> None:
    """L6.2 An answer stops the clock."""
    case = scene.call_for_help("agent", scene.ago(20))
    scene.try_(case, "agent", scene.ago(19), "chat")
    scene.try_(case, "agent", scene.ago(3), "phone", "answered", "顾客在家，下午可以收")


def answered_and_forgotten(scene: Scene) -> None:
    """L0.3 What the customer said was passed on to nobody; the case is overdue."""
    case = scene.call_for_help("agent2", scene.ago(50))
    scene.try_(case, "agent2", scene.ago(30), "phone", "answered", "要求放物业")


def answered_and_passed_on(scene: Scene) -> None:
    """L6.2 Settled."""
    case = scene.call_for_help("agent", scene.ago(40))
    scene.try_(case, "agent", scene.ago(39), "chat", "answered")
    scene.step(case, "passed_on", "agent", scene.ago(38), agreed="改送门卫，快递已确认")


def delivered_meanwhile(scene: Scene) -> None:
    """L6.2 Delivery stops the clock as well."""
    case = scene.call_for_help("agent2", scene.ago(80))
    scene.try_(case, "agent2", scene.ago(79), "phone")
    scene.step(case, "delivered", "agent2", scene.ago(60))


# R1, R2 -----------------------------------------------------------------------------------------------


def damaged_with_photos(scene: Scene) -> None:
    """R1.1, R2.3 Two photos, and the platform's own deadline beside ours."""
    case = scene.ask("agent", "damaged", "photo_checked")
    scene.show(case, "agent", "photo_damage", a_box(Random(scene.demo.number), cracked=True), scene.ago(minutes=38))
    scene.show(case, "agent", "photo_waybill", a_waybill(scene.demo.waybill, "1.35"), scene.ago(minutes=37))


def nobody_has_looked(scene: Scene) -> None:
    """R2.3 The buyer asked on the platform, and the list has brought it: the case lies in the queue with both clocks."""


def overdue_answer(scene: Scene) -> None:
    """R2.3 The buyer asked more than a day ago."""
    scene.ask("agent2", "late", "record_checked")


def above_the_supervisors_limit(scene: Scene) -> None:
    """R1.2 Only the manager may say yes."""
    scene.ask("agent", "quality", "warehouse_confirmed", amount="936.00")


def sent_back_for_a_photo(scene: Scene) -> None:
    """R1.3 The clock stands still meanwhile."""
    case = scene.ask("agent2", "missing", "goodwill", amount="29.00")
    scene.step(case, "send_back", "supervisor", scene.ago(minutes=30), reason="请补面单照片，重量要看得清")


def approved_and_to_pay(scene: Scene) -> None:
    """R2.2, R2.3 The memo waits as a task, finance pays."""
    scene.approve(scene.ask("agent", "missing", "warehouse_confirmed", amount="29.00"))


def paid_and_to_be_told(scene: Scene) -> None:
    """R2.3 The customer does not know yet."""
    case = scene.pay(scene.approve(scene.ask("agent", "not_as_described", "photo_checked", amount="10.00")))
    scene.show(case, "agent", "platform", a_box(Random(scene.demo.number)), scene.ago(minutes=9))


def refunded(scene: Scene) -> None:
    """R2.1-R2.3 The whole way."""
    case = scene.pay(scene.approve(scene.ask("agent2", "damaged", "photo_checked", amount="15.00")))
    scene.do_tasks(case, "agent2")
    scene.step(case, "customer_told", "agent2", scene.ago(minutes=5))


def rejected(scene: Scene) -> None:
    """R1.3 With a reason."""
    case = scene.ask("agent", "unwanted", "record_checked", amount="20.00")
    scene.step(case, "reject", "supervisor", scene.ago(minutes=20), reason="已拆封使用，不符合七天无理由")


def approval_taken_back(scene: Scene) -> None:
    """R1.3 Taken back before it was paid."""
    case = scene.approve(scene.ask("agent", "wrong_goods", "warehouse_confirmed", amount="50.00"))
    scene.step(case, "revoke", "supervisor", scene.ago(minutes=15), reason="仓库复核：发货无误，请再核实")


STORIES = (
    Story(nobody_tried_yet, 6, (0,)),
    Story(one_channel_is_missing, 6, (1,)),
    Story(every_channel_is_tried, 7, (2, 3), freight=6),
    Story(silence_after_two_channels, 7, (5,)),
    Story(silence_after_all_channels, 7, (6,), has_pictures=True),
    Story(silence_and_the_money_is_asked_for, 7, (7,)),
    Story(answered_this_morning, 6, (8,)),
    Story(answered_and_forgotten, 6, (4,)),
    Story(answered_and_passed_on, 6, (0,)),
    Story(delivered_meanwhile, 8, (3,)),
    Story(damaged_with_photos, 3, (5,), asked=("包装/商品破损", 20, 28), has_pictures=True),
    Story(overdue_answer, 3, (2,), asked=("未按约定时间发货", 30, 18)),
    Story(above_the_supervisors_limit, 3, (10,), freight=12),
    Story(sent_back_for_a_photo, 3, (5, 8)),
    Story(approved_and_to_pay, 3, (5, 3), asked=("少件/漏发", 12, 36)),
    Story(paid_and_to_be_told, 4, (7,), has_pictures=True),
    Story(refunded, 4, (1,)),
    Story(rejected, 4, (8,)),
    Story(approval_taken_back, 4, (6,)),
    Story(parcel_stories.stands_still, 5, (0,), nodes=2),
    Story(parcel_stories.explained_and_urged, 6, (3,), nodes=2),
    Story(parcel_stories.asked_in_the_warehouse, 4, (4,), nodes=0),
    Story(parcel_stories.lost_and_sent_again, 8, (7,), nodes=2),
    Story(parcel_stories.complained_and_being_worked, 5, (2,), nodes=4),
    Story(voice_stories.complained_and_to_be_made_good, 11, (2,), freight=8, status=FINISHED),
    Story(voice_stories.complained_seriously, 12, (4,), status=FINISHED),
    Story(voice_stories.a_review_waits_for_its_cause, 13, (1,), status=FINISHED),
    Story(voice_stories.a_review_may_be_changed, 14, (3,), status=FINISHED),
    Story(parcel_stories.signed_by_somebody, 9, (5,), status=FINISHED),
    Story(parcel_stories.delivered_to_the_wrong_door, 9, (3,), status=FINISHED),
    Story(parcel_stories.stuck_with_a_wrong_phone, 6, (1,), nodes=3),
    Story(parcel_stories.out_of_area_and_asked, 6, (0,), nodes=3),
    Story(parcel_stories.insisted_and_collects, 7, (4,), nodes=3),
    Story(parcel_stories.taken_by_the_inspection, 6, (7,), nodes=2),
    Story(parcel_stories.shows_nothing, 4, (1,), nodes=0),
    Story(parcel_stories.courier_was_changed, 5, (2,), nodes=0),
    Story(parcel_stories.packing_is_asked, 9, (5, 8), status=FINISHED, has_pictures=True),
    Story(parcel_stories.confirmed_and_to_be_offered, 9, (3, 5), status=FINISHED, has_pictures=True),
    Story(parcel_stories.goes_with_the_next_order, 9, (6, 2), status=FINISHED, has_pictures=True),
    Story(goods_stories.wrong_colour_and_the_warehouse_is_asked, 4, (2,), has_pictures=True),
    Story(goods_stories.wrong_colour_kept_at_a_discount, 4, (5,), freight=8, has_pictures=True),
    Story(goods_stories.broken_and_both_photos_are_here, 4, (4,), has_pictures=True),
    Story(goods_stories.broken_beyond_use_and_sent_again, 4, (7,), has_pictures=True),
    Story(address_stories.unpaid_and_to_be_ordered_again, 1, (3,), status=UNPAID),
    Story(address_stories.asked_at_print_or_to_be_edited, 1, (5, 8), status=PAID),
    Story(address_stories.the_courier_is_asked, 3, (2,), nodes=3),
    Story(address_stories.signed_at_the_old_address, 9, (0,), status=FINISHED),
    Story(remedy_stories.a_gift_waits_for_the_parcel, 1, (2,), status=PAID),
    Story(remedy_stories.a_gift_above_the_table, 1, (7,), status=PAID),
    Story(remedy_stories.an_invoice_lacks_data, 5, (4,), status=FINISHED),
    Story(remedy_stories.an_invoice_waits_for_finance, 5, (7,), status=FINISHED),
    Story(remedy_stories.out_of_stock_and_a_better_price_is_asked, 1, (9,), status=PAID),
    Story(remedy_stories.out_of_stock_and_other_goods_are_offered, 1, (6,), status=PAID),
    Story(return_stories.a_return_is_on_its_way, 9, (5,), status=FINISHED),
    Story(return_stories.a_return_came_otherwise, 10, (8,), status=FINISHED, has_pictures=True),
    Story(return_stories.an_exchange_lies_here, 9, (3,), status=FINISHED, insured=False),
    Story(claim_stories.a_claim_lacks_a_paper, 8, (4,), nodes=2),
    Story(claim_stories.a_courier_wants_more, 8, (6,), nodes=2, has_pictures=True),
    Story(claim_stories.a_statement_paid_a_part, 8, (2,), nodes=2, has_pictures=True),
    Story(door_stories.refused_and_on_its_way_back, 5, (3,)),
    Story(door_stories.refused_and_back, 8, (8,)),
    Story(door_stories.sent_back_and_offered, 9, (4,)),
    Story(door_stories.sent_back_and_here, 8, (2,), freight=8),
    Story(door_stories.causes_are_being_ruled_out, 9, (6,), status=FINISHED),
    Story(door_stories.it_is_quality, 9, (0,), status=FINISHED),
    Story(nobody_has_looked, 3, (6,), asked=("不想要了", 5, 43)),
)
