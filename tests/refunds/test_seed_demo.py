import datetime as dt
import os
from io import StringIO
from random import Random

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Q
from django.test import override_settings
from django.utils.translation import override

from casework.actions.sweep import fire_deadlines
from casework.actions.verify import verify_audit, verify_invariants
from casework.models import Case, Deadline, Evidence, Journal, Task
from casework.photos.sameness import twins_of
from casework.policies import Policies
from casework.registry import KINDS, TASK_KINDS
from logistics.models import Courier, Parcel
from orders.access import Actor
from orders.clock import wall_clock
from orders.models import HeldRow, ImportRun, Order, Shop, User
from orders.vault import unseal
from refunds.books.reconciliation import Kind, Month, differences, sums
from refunds.demo import every_state, group_stories, seed
from refunds.demo.not_shown import NOT_SHOWN
from refunds.demo.orders import an_order
from refunds.demo.stories import STORIES, Story
from refunds.models import Approval, Payout
from refunds.signals import signals_here
from tests.builders import an_order as real_order
from tests.builders import an_unreachable
from tests.cast import MONDAY, PASSWORD, make_user
from tests.orders.lists import Desk, refund

SHOP_TIME = MONDAY.tzinfo
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def data_dir(tmp_path, settings):
    settings.DATA_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "evidence"
    return tmp_path


def test_an_empty_desk_gets_a_shop_to_look_at_and_everything_holds(transactional_db, wall_clock_database):
    out = StringIO()
    with override("en"):
        call_command("seed_demo", stdout=out)
    assert out.getvalue() == f"orders: {Order.objects.count()}, cases: {Case.objects.count()}\n"
    assert Shop.objects.get().name == "样例旗舰店"
    assert verify_invariants() == []
    assert verify_audit() == []


# Kinds of which each begins in its own way: few, for each state takes a case of its own.
PLAYED = ("complaint", "invoice", "platform_dispute")
# Orders that nothing happens to are hundreds; a handful of each status tells as much.
FEW = {status: (min(number, 12), *hours) for status, (number, *hours) in seed.QUIET.items()}


@pytest.fixture(scope="module", autouse=True)
def few_quiet_orders():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(seed, "QUIET", seed.QUIET if os.environ.get("EVERY_STATE") else FEW)
        yield


# A Sunday, at night, of a year whose holidays nobody knows yet: what the stories tell comes out alike whenever they are told.
NIGHT = dt.datetime(2027, 1, 31, 3, 0, tzinfo=SHOP_TIME)


@pytest.fixture(scope="class")
def made(django_db_setup, django_db_blocker, tmp_path_factory):
    """The demo shop, made once for all that look at it: it takes seconds. The shop and an account were there before."""
    place = tmp_path_factory.mktemp("demo")
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(DATA_DIR=place, MEDIA_ROOT=place / "evidence"):
        Shop.objects.create(code="demo", name="我的店", is_demo=True)
        User.objects.create_user("warehouse", password=PASSWORD)
        yield place, seed.seed_demo(at=NIGHT)
        transaction.set_rollback(True)


@pytest.fixture
def demo(made, data_dir, settings, django_db_blocker):
    """For one test; what it writes is gone afterwards."""
    place, found = made
    settings.DATA_DIR, settings.MEDIA_ROOT = place, place / "evidence"
    pictures = set((place / "evidence").rglob("*"))
    with django_db_blocker.unblock(), transaction.atomic():
        yield found
        transaction.set_rollback(True)
    for path in set((place / "evidence").rglob("*")) - pictures:
        if path.is_file():
            path.unlink()


def everything_of(shop):
    """What stands there of the shop: orders, cases, clocks, journal and lists."""
    tables = (Order.objects, Case.objects, Deadline.objects, Journal.objects, ImportRun.objects)
    paths = ("shop", "shop", "case__shop", "shop_id", "shop")
    return [list(each.filter(**{path: shop.pk}).order_by("pk").values()) for each, path in zip(tables, paths, strict=True)]


# The mark lets the database be set up where only these tests are asked for.
@pytest.mark.django_db
class TestTheDemoShop:
    def test_accounts_and_a_shop_that_are_there_stay_as_they_are(self, demo):
        assert Shop.objects.get().name == "我的店"
        assert User.objects.get(username="warehouse").check_password(PASSWORD)

    def test_the_stories_come_out_alike_on_week_ends_at_night_and_beyond_the_known_holidays(self, demo):
        assert verify_invariants() == []
        states = list(Case.objects.filter(kind="unreachable").order_by("pk").values_list("state", flat=True))
        assert states == [
            "to_contact", "trying", "trying", "rule_not_kept", "returning", "returning", "answered", "answered", "settled", "delivered",
        ]  # fmt: skip

    def test_each_state_that_people_meet_is_there_and_no_row_of_its_own_lists_is_held(self, demo):
        met = set(Case.objects.values_list("kind", "state"))
        assert {state for kind, state in met if kind == "unreachable"} == {
            "to_contact", "trying", "rule_not_kept", "returning", "answered", "settled", "delivered",
        }  # fmt: skip
        assert met >= {
            ("stalled", "to_check"), ("stalled", "urged"), ("stalled", "at_warehouse"), ("stalled", "mending"), ("reshipment", "under_way"),
            ("no_record", "at_print"), ("no_record", "new_number"), ("logistics_complaint", "working"), ("doubtful", "to_settle"),
            ("out_of_area", "to_offer"), ("out_of_area", "collecting"), ("confiscated", "to_explain"),
            ("complaint", "to_mend"), ("complaint", "with_lead"), ("review", "to_contact"), ("review", "wait_change"),
            ("signed_not_received", "traced"), ("signed_not_received", "to_offer"),
            ("gift", "to_pack"), ("gift", "with_lead"), ("out_of_stock", "price_asked"), ("out_of_stock", "offered"),
            ("invoice", "incomplete"), ("invoice", "to_issue"),
            ("return_goods", "under_way"), ("return_goods", "different"), ("exchange", "to_inspect"),
            ("missing_items", "check_packing"), ("missing_items", "offer_next"), ("missing_items", "promised"),
            ("courier_claim", "registered"), ("courier_claim", "need_info"), ("courier_claim", "partly_accepted"),
            ("wrong_items", "check_packing"), ("wrong_items", "mending"), ("damaged", "photos_here"), ("damaged", "mending"),
            ("refused_at_door", "returning"), ("refused_at_door", "here"), ("returned_to_sender", "offered"), ("returned_to_sender", "to_mend"),
            ("trouble_in_use", "trying"), ("trouble_in_use", "to_settle"),
        }  # fmt: skip
        assert {state for kind, state in met if kind == "refund"} == {
            "requested",
            "asked",
            "sent_back",
            "to_pay",
            "paid",
            "settled",
            "rejected",
            "lapsed",
        }

        assert not HeldRow.objects.exists()
        assert Order.objects.count() == demo.orders > 50
        assert set(Order.objects.values_list("status", flat=True)) == {
            "wait_pay",
            "wait_ship",
            "part_shipped",
            "shipped",
            "finished",
            "closed",
        }

        order = Order.objects.exclude(name_enc=None).first()
        assert unseal(order.phone_enc)[:7] in {"1990000", "1980000", "1660000"}
        assert unseal(order.name_enc) not in f"{order.memo}{order.message}"

    def test_there_is_work_pictures_tasks_something_overdue_and_a_deadline_of_the_platforms(self, demo):
        assert Evidence.objects.count() > 20
        # The same photo in two cases is a signal; the demo's pictures give none.
        assert not [one for one, others in twins_of(Evidence.objects.all(), Actor.system()).items() if others]
        assert Task.objects.filter(done_at=None, answer="").exclude(kind__in=TASK_KINDS).count() > 2
        assert set(Task.objects.filter(done_at=None, kind__in=TASK_KINDS).values_list("kind", flat=True)) >= {
            "did_it_leave", "courier_changed", "confirm_packing", "put_in", "reported", "ship_again", "look_at_it",
        }  # fmt: skip
        assert Case.objects.open().filter(owner=None).exists()
        assert Deadline.objects.filter(case__closed_at=None, ended_at__isnull=False, due_at__lt=NIGHT, late=True).count() > 2
        assert Deadline.objects.filter(kind="platform", status="open").count() == 4
        assert Case.objects.filter(parent__isnull=False, kind="refund").count() == 1

        assert Approval.objects.count() == 4
        assert not [each for each in Approval.objects.all() if each.asked_by_id == each.decided_by_id]
        assert {each.paid_by.username for each in Payout.objects.all()} == {"finance"}

    def test_where_the_stories_leave_a_blank_a_case_is_played_there_and_everything_holds(self, demo, monkeypatch):
        """Kinds that begin by hand, by a wish and by a list; with EVERY_STATE=1 all of them, in minutes."""
        played = {name: kind for name, kind in KINDS.items() if name in PLAYED or os.environ.get("EVERY_STATE")}
        monkeypatch.setattr(every_state, "KINDS", played)
        before = sum(len(every_state.blank(kind)) for kind in played.values())

        made = every_state.show_every_state(at=NIGHT, people=seed.people_of_the_desk(), dice=Random(1))

        assert {name: blank for name, kind in played.items() if (blank := every_state.blank(kind))} == {}
        assert not [each for each in NOT_SHOWN if Case.objects.filter(kind=each[0], state=each[1]).exists()]
        assert {(name, state) for name, kind in KINDS.items() for state in kind.STATES.values} >= NOT_SHOWN.keys()
        assert 0 < made <= before
        assert verify_invariants() == []

    @pytest.mark.parametrize(("kind", "state"), [("review", "to_ask"), ("courier_claim", "give_back")])
    def test_what_was_played_stands_there_when_its_clocks_have_run_out(self, demo, monkeypatch, kind, state):
        """After weeks of waiting, and after a deed of the programme long ago."""
        monkeypatch.setattr(every_state, "KINDS", {kind: KINDS[kind]})
        monkeypatch.setattr(every_state, "blank", lambda kind: [state])
        assert every_state.show_every_state(at=NIGHT, people=seed.people_of_the_desk(), dice=Random(1)) == 1
        fire_deadlines(at=NIGHT)
        assert Case.objects.filter(kind=kind, state=state).exists()

    def test_what_a_play_undoes_leaves_no_picture_behind(self, demo, monkeypatch):
        monkeypatch.setattr(every_state, "KINDS", {"damaged": KINDS["damaged"]})
        monkeypatch.setattr(every_state, "blank", lambda kind: ["no_photos"])
        assert every_state.show_every_state(at=NIGHT, people=seed.people_of_the_desk(), dice=Random(1)) == 1
        assert verify_invariants() == []

    def test_nothing_of_it_touches_a_real_shop_beside_it(self, demo, monkeypatch):
        """Neither its quiet orders, which are newer, older and stand in a city before the demo's, nor its clocks."""
        real = Shop.objects.create(code="real", name="真实店")
        an_unreachable(make_user("real_agent", "agent", real), at=NIGHT - 9 * DAY)
        stuck = Q(city="北京市") & Q(parcels__stage="transit")
        for days in (0.1, 1, 2, 3, 90):
            ordered_at, number = NIGHT - days * DAY, Order.objects.count()
            real_order(real, status="finished", ordered_at=ordered_at, finished_at=ordered_at)
            travels = real_order(real, status="shipped", ordered_at=ordered_at, city="北京市", waybill=f"YT{number:013d}")
            travels.parcels.update(courier=Courier.objects.get(code="yuantong"), stage="transit", picked_up_at=ordered_at)
        assert Order.objects.filter(stuck, shop=real).count() == group_stories.HELD_UP
        monkeypatch.setattr(every_state, "KINDS", {name: KINDS[name] for name in ("complaint", "outage")})
        monkeypatch.setattr(every_state, "blank", lambda kind: list(kind.STATES.values)[:1])
        before = everything_of(real)

        assert every_state.show_every_state(at=NIGHT, people=seed.people_of_the_desk(), dice=Random(1)) == 2
        seed.seed_demo(at=NIGHT, cases=1)

        assert everything_of(real) == before

    def test_an_outage_has_its_cases_and_a_buyers_claims_stand_out_to_who_decides(self, demo):
        outage = Case.objects.get(kind="outage", state="followed")
        assert outage.children.open().count() == group_stories.HELD_UP
        refund = Case.objects.filter(kind="refund", order__buyer__orders__cases__kind="signed_not_received").distinct().get()
        lead = Actor.of(User.objects.get(username="supervisor"), "page")
        often = signals_here(refund, refund.order, [], by=lead, now=NIGHT, policies=Policies(NIGHT)).often
        assert [each.case.kind for each in often.claims] == ["signed_not_received"] * 3

    def test_its_month_closes_and_register_ledger_and_the_platforms_list_agree_to_the_fen(self, demo, tmp_path):
        by, month = Actor.of(User.objects.get(username="finance"), "page"), Month(2027, 1)
        payouts = list(Payout.objects.filter(channel="platform").select_related("approval__order"))
        assert {each.kind for each in differences(by, month)} == {Kind.NOT_THERE}
        # The list of the month's end, with every refund as the platform paid it.
        rows = [
            refund(
                订单编号=each.approval.order.number,
                退款编号=each.platform_number,
                买家实际支付金额=str(each.approval.order.paid),
                买家退款金额=str(each.amount),
                退款状态="退款成功",
                完结时间=f"{each.paid_at.astimezone(SHOP_TIME):%Y-%m-%d %H:%M:%S}",
            )
            | {"宝贝标题": "", "退款的申请时间": "", "订单付款时间": ""}
            for each in payouts
        ]
        assert Desk(Shop.objects.get(), tmp_path).counts(rows, at=NIGHT) == (len(payouts), len(payouts), 0, 0, 0)
        total = sums(by, month)
        assert differences(by, month) == []
        assert total.there == total.here == sum(each.amount for each in payouts) > 0
        assert total.register == total.ledger == sum(each.amount for each in Payout.objects.all())
        assert verify_invariants() == []

    def test_where_there_are_orders_nothing_is_made(self, demo):
        before = (Order.objects.count(), Case.objects.count())
        out = StringIO()
        with override("en"):
            call_command("seed_demo", stdout=out)
        assert (Order.objects.count(), Case.objects.count()) == before
        assert "nothing was made" in out.getvalue()

    def test_further_cases_come_with_their_own_orders(self, demo):
        pictures = Evidence.objects.count()
        call_command("seed_demo", cases=20, now=NIGHT, verbosity=0)
        assert Order.objects.count() == demo.orders + 20
        # Two stories have a remedy below their case.
        assert Case.objects.count() == demo.cases + 22
        assert Evidence.objects.count() == pictures
        assert verify_invariants() == []

    def test_its_parcels_have_ways_and_weights(self, demo):
        told = {waybill for waybills in Order.objects.values_list("waybills", flat=True) for waybill in waybills}
        parcels = Parcel.objects.filter(waybill__in=told)
        assert parcels.count() > 20
        assert not parcels.exclude(weights__source="warehouse").exists()
        stages = set(parcels.values_list("stage", flat=True))
        assert {"transit", "delivering", "signed"} <= stages
        assert not parcels.filter(orders__status="finished").exclude(stage="signed").exists()
        assert not parcels.filter(last_event_at__gt=NIGHT).exists()


def test_when_a_story_fails_nothing_is_left_behind(db, data_dir, monkeypatch):
    def breaks(scene):
        STORIES[4].walk(scene)
        raise ZeroDivisionError

    monkeypatch.setattr(seed, "STORIES", (Story(breaks, 7, (6,)),))
    with pytest.raises(ZeroDivisionError):
        seed.seed_demo(at=wall_clock())
    assert not Order.objects.exists()
    assert [path for path in (data_dir / "evidence").rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("options", [{"now": MONDAY - dt.timedelta(days=400)}, {"cases": -1}])
def test_what_the_database_would_not_believe_is_refused(db, wall_clock_database, options):
    with pytest.raises(CommandError):
        call_command("seed_demo", **options)
    assert not Order.objects.exists()


def test_amounts_add_up_to_what_was_paid():
    from random import Random

    for place in range(1, 200):
        order = an_order(Random(place), place, MONDAY, "交易成功", freight=6)
        assert order.total == sum(item.paid for item in order.items) + 6
        assert len({item.number for item in order.items} | {order.number}) >= len(order.items)
