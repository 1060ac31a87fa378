"""The invented shop is taken away whole, by who may, and only as long as it is all there is."""

import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from casework.actions.add_evidence import add_evidence, evidence_path
from casework.actions.remove_demo import REMOVED, remove_demo
from casework.actions.seal import seal_journal
from casework.actions.verify import verify_audit, verify_invariants
from casework.beginning import FIRST_STEPS
from casework.models import Case, Evidence, Journal, Policy, Seal
from casework.registry import KINDS
from logistics.models import Courier, Parcel
from orders.errors import NotAllowed, NotFound, StepRefused
from orders.models import Membership, Order, Shop, User
from refunds.demo import every_state
from tests.builders import a_refund, an_order, an_unreachable
from tests.casework.test_evidence import a_png
from tests.cast import MONDAY, acts, make_user
from tests.page import text_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def demo(django_db_setup, transactional_db):
    return Shop.objects.create(code="demo", name="样例旗舰店", is_demo=True)


@pytest.fixture
def shop(demo):
    return demo


@pytest.fixture
def owner_of_all(transactional_db):
    return make_user("boss", "manager", None)


@pytest.fixture
def a_month(agent, supervisor, finance, shop, settings, tmp_path):
    """Cases, money, pictures and seals of the demo."""
    settings.MEDIA_ROOT = tmp_path
    case = an_unreachable(agent)
    picture = add_evidence(case.pk, upload=a_png(), kind="chat", by=acts(agent), at=MONDAY)
    a_refund(agent, order=an_order(shop), approved_by=supervisor, paid_by=finance)
    seal_journal()
    return evidence_path(picture)


def test_it_goes_whole_and_what_holds_for_all_stays(a_month, owner_of_all, agent):
    before = (User.objects.count(), Courier.objects.count(), Policy.objects.count())
    assert remove_demo(by=acts(owner_of_all), at=MONDAY) > 30
    assert not any(each.objects.exists() for each in (Shop, Order, Case, Parcel, Evidence))
    assert not a_month.exists()
    assert not Membership.objects.filter(user=agent).exists()
    assert (User.objects.count(), Courier.objects.count(), Policy.objects.count()) == before
    told = Journal.objects.get(step=REMOVED)
    assert (told.actor, told.facts["shops"]) == (owner_of_all, ["demo"])
    assert seal_journal() == Journal.objects.count() == Seal.objects.count()
    assert verify_invariants() == []
    assert verify_audit() == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM refunds_approverday")
        assert cursor.fetchone() == (0,)
    with pytest.raises(NotFound):
        remove_demo(by=acts(owner_of_all), at=MONDAY)


def test_who_fills_the_demo_meanwhile_ends_calmly_and_makes_nothing_anew(a_month, owner_of_all, monkeypatch):
    """Its orders were read already when they went."""
    orders = list(Order.objects.select_related("shop"))

    def removed_meanwhile(kind):
        remove_demo(by=acts(owner_of_all), at=MONDAY)
        return orders

    monkeypatch.setattr(every_state, "KINDS", {"complaint": KINDS["complaint"]})
    monkeypatch.setattr(every_state, "_quiet", removed_meanwhile)
    out = StringIO()
    call_command("seed_demo", every_state=True, stdout=out)
    assert out.getvalue() == "The demo was removed meanwhile; nothing more is made.\n"
    assert not any(each.objects.exists() for each in (Shop, Order, Case, Parcel))


def test_the_guards_stand_again_afterwards(a_month, owner_of_all, supervisor):
    remove_demo(by=acts(owner_of_all), at=MONDAY)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgenabled = 'D'")
        assert cursor.fetchone() == (0,)


def test_once_a_real_shop_has_orders_nothing_goes(a_month, owner_of_all, other_shop):
    an_order(other_shop)
    cases = Case.objects.count()
    with pytest.raises(StepRefused) as refused:
        remove_demo(by=acts(owner_of_all), at=MONDAY)
    assert [each.code for each in refused.value.reasons] == ["real_orders"]
    assert Case.objects.count() == cases
    assert a_month.exists()


def test_a_real_shop_is_never_made_a_demo(other_shop):
    with pytest.raises(IntegrityError, match="from the beginning"), transaction.atomic():
        Shop.objects.update(is_demo=True)
    other_shop.name = "改了名的店"
    other_shop.save()
    assert Shop.objects.get(pk=other_shop.pk).name == "改了名的店"


@pytest.mark.parametrize("who", ["agent", "supervisor", "manager", "finance"])
def test_people_of_one_shop_remove_nothing(a_month, who, request):
    with pytest.raises(NotAllowed):
        remove_demo(by=acts(request.getfixturevalue(who)), at=MONDAY)
    assert Order.objects.exists()


def test_the_first_screen_says_what_is_invented_and_one_click_leads_out(a_month, owner_of_all, agent, desk):
    assert "What stands under 样例旗舰店 is invented" in text_of(desk(agent).get("/"))
    assert "/demo/" not in desk(agent).get("/").content.decode()
    page = desk(owner_of_all)
    assert 'href="/demo/"' in page.get("/").content.decode()
    assert "样例旗舰店" in text_of(page.get("/demo/"))
    answer = page.post("/demo/", follow=True)
    assert "The demo is gone" in text_of(answer)
    assert not Shop.objects.exists()
    assert desk(agent).get("/demo/").status_code == 403


ENDS = "样例旗舰店 can be removed only before the first list of your own shop."


def test_before_the_first_list_of_a_real_shop_it_is_said_that_this_ends_the_removal(demo, other_shop, owner_of_all, outsider, agent, desk):
    lead_out = f'{ENDS} <a href="/demo/">Remove the demo</a>'
    assert [lead_out in desk(owner_of_all).get(each).content.decode() for each in ("/", "/imports/")] == [True, True]
    assert ENDS in text_of(desk(agent).get("/imports/"))
    assert lead_out not in desk(agent).get("/imports/").content.decode()
    hidden, unnamed = (
        text_of(desk(outsider).get("/imports/")),
        "The invented sample shop can be removed only before the first list of a real one.",
    )
    assert "样例旗舰店" not in hidden
    assert unnamed in hidden
    an_order(other_shop)
    assert [ENDS in text_of(desk(owner_of_all).get(each)) for each in ("/", "/imports/")] == [False, False]
    assert unnamed not in text_of(desk(outsider).get("/imports/"))


def test_beside_a_real_shop_with_orders_it_is_said_what_it_is_and_what_can_be_done_instead(demo, other_shop, owner_of_all, outsider, desk):
    an_order(other_shop)
    page = desk(owner_of_all)
    today = page.get("/")
    assert "What stands under 样例旗舰店 is invented" in text_of(today)
    assert "Its orders stay separate from those of your own shops." in text_of(today)
    assert "Remove the demo" not in text_of(today)
    assert '<a href="/demo/">Why it stays</a>' in today.content.decode()
    for answer, status in ((page.get("/demo/"), 200), (page.post("/demo/"), 422)):
        assert answer.status_code == status
        assert "An empty desk begins with DEMO=0 and another DATA_DIR." in text_of(answer)
        assert "Remove all of it" not in text_of(answer)
    assert "invented" not in text_of(desk(outsider).get("/"))


def test_the_first_steps_show_what_is_done_and_go_when_all_is_done_or_put_away(owner_of_all, agent, shop, desk):
    page = desk(owner_of_all)
    told = text_of(page.get("/"))
    assert "First steps" in told
    assert "Done: Enter your shop" not in told
    assert "Done: Enter your people" in told
    assert "First steps" not in text_of(desk(agent).get("/"))
    Shop.objects.create(code="real", name="真实店")
    assert "Done: Enter your shop" in text_of(page.get("/"))
    page.post("/me/look/", {"start": "off", "next": "/"})
    assert "First steps" not in text_of(page.get("/"))


def test_each_first_step_leads_where_the_person_may_do_it(desk, demo):
    # The shop and the people are an administrator's; people are there already.
    for role, others, left in (("manager", 2, 1), ("admin", 0, 0)):
        page = desk(make_user(f"{role}_of_all", role, None))
        shown = page.get("/").content.decode()
        linked = re.findall(r'<a href="([^"]+)"', shown.split('<ol class="firsts">')[1].split("</ol>")[0])
        assert {each: page.get(each).status_code for each in linked} == dict.fromkeys(linked, 200)
        linked.remove("/demo/")
        assert (len(linked), shown.count("This is for: Administrator.")) == (len(FIRST_STEPS) - others, left)


def test_without_a_demo_the_seals_stay_also_past_the_application(outsider):
    an_order(outsider.memberships.get().shop)
    seal_journal()
    sealed = Seal.objects.count()
    with pytest.raises(IntegrityError, match="invented"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT casework_remove_demo()")
    assert Seal.objects.count() == sealed > 0


def test_whoever_removes_it_stands_in_the_journal(demo):
    with connection.cursor() as cursor:
        cursor.execute("SELECT casework_remove_demo()")
    assert Journal.objects.get(step=REMOVED).actor_name.startswith("database:")
