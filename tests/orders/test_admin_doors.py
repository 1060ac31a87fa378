"""Every address of the admin against every role: who looks, who adds, who changes (Z1). A new table without a row fails."""

import pytest
from django.contrib import admin
from django.db import connection
from django.http import HttpResponse
from django.urls import NoReverseMatch, get_resolver, reverse
from django.utils.safestring import SafeString

from casework.actions.advance import advance
from casework.actions.ask_photos import make_link
from casework.actions.heartbeat import beat
from casework.actions.promise import make_promise
from casework.actions.seal import seal_journal
from casework.actions.watch import watch
from casework.models import Evidence
from casework.registry import KINDS
from logistics.actions.record_inquiry import record_inquiry
from logistics.actions.weigh import weigh
from logistics.models import ClaimWindow, Courier, Finding, NightlyRun, Norm, RefusedPush, ShippingColumns, TrackingAccount
from orders.actions.create_token import create_token
from orders.models import HeldRow, ImportFile, ImportRun, Memo, PlatformRefund
from refunds.actions.delegate import delegate
from refunds.actions.settle_line import match_line
from refunds.models import CameBackAfterRefund, GoodsOut, QualityFault, StatementColumns, StrayParcel
from tests.builders import a_refund, an_order, an_unreachable
from tests.cast import MONDAY, acts
from tests.each_kind import one_of_each
from tests.logistics.incidents import to_mend
from tests.refunds.claims import a_line

pytestmark = pytest.mark.fault("Z1")

INSIDE = {"agent", "supervisor", "manager", "finance", "auditor", "admin"}
KEEPERS = {"manager", "admin"}
# What the nightly job goes by is set by leads.
SETTERS = KEEPERS | {"supervisor"}
FOR_ALL = {"logistics.claimwindow", "logistics.courier", "logistics.norm", "logistics.place", "logistics.region", "logistics.detectionrule"}
OVERSEERS = {"supervisor", "manager", "auditor", "admin"}
NOBODY = set()
# table: who looks, adds, changes, deletes. Whatever the door owns is for reading, superusers included.
TABLE = {
    "casework.case": (INSIDE, NOBODY, NOBODY, NOBODY),
    "casework.contactattempt": (INSIDE, NOBODY, NOBODY, NOBODY),
    "casework.deadline": (INSIDE, NOBODY, NOBODY, NOBODY),
    "casework.evidence": (INSIDE, NOBODY, NOBODY, NOBODY),
    "casework.heartbeat": (KEEPERS | {"auditor"}, NOBODY, NOBODY, NOBODY),
    "casework.holiday": (INSIDE, KEEPERS, KEEPERS, KEEPERS),
    "casework.journal": (OVERSEERS, NOBODY, NOBODY, NOBODY),
    "casework.ledger": (INSIDE, NOBODY, NOBODY, NOBODY),
    "casework.outbox": (KEEPERS | {"auditor"}, NOBODY, NOBODY, NOBODY),
    "casework.policy": (INSIDE, KEEPERS, NOBODY, NOBODY),
    "casework.promise": (INSIDE, NOBODY, NOBODY, NOBODY),
    "casework.replyrule": (INSIDE, NOBODY, NOBODY, NOBODY),
    "casework.script": (INSIDE, NOBODY, NOBODY, NOBODY),
    "casework.seal": ({"auditor", "admin"}, NOBODY, NOBODY, NOBODY),
    "casework.task": (INSIDE, NOBODY, NOBODY, NOBODY),
    "casework.uploadlink": (INSIDE, NOBODY, NOBODY, NOBODY),
    "casework.watch": (INSIDE, NOBODY, NOBODY, NOBODY),
    "logistics.claimwindow": (INSIDE, KEEPERS, KEEPERS, KEEPERS),
    "logistics.courier": (INSIDE, KEEPERS, KEEPERS, NOBODY),
    "logistics.detectionrule": (INSIDE, SETTERS, SETTERS, NOBODY),
    "logistics.finding": (INSIDE, NOBODY, NOBODY, NOBODY),
    "logistics.inquiry": (INSIDE, NOBODY, NOBODY, NOBODY),
    "logistics.loss": (INSIDE, NOBODY, NOBODY, NOBODY),
    "logistics.nightlyrun": (INSIDE, NOBODY, NOBODY, NOBODY),
    "logistics.norm": (INSIDE, SETTERS, SETTERS, SETTERS),
    "logistics.place": (INSIDE, SETTERS, SETTERS, SETTERS),
    "logistics.region": (INSIDE, SETTERS, SETTERS, NOBODY),
    "logistics.parcel": (INSIDE, NOBODY, NOBODY, NOBODY),
    "logistics.refusedpush": (INSIDE, NOBODY, NOBODY, NOBODY),
    "logistics.missingitems": (INSIDE, NOBODY, NOBODY, NOBODY),
    "logistics.wrongitems": (INSIDE, NOBODY, NOBODY, NOBODY),
    "logistics.damaged": (INSIDE, NOBODY, NOBODY, NOBODY),
    "logistics.addresschange": (INSIDE, NOBODY, NOBODY, NOBODY),
    "logistics.intercept": (INSIDE, NOBODY, NOBODY, NOBODY),
    "logistics.norecord": (INSIDE, NOBODY, NOBODY, NOBODY),
    "logistics.outage": (INSIDE, NOBODY, NOBODY, NOBODY),
    "logistics.outofarea": (INSIDE, NOBODY, NOBODY, NOBODY),
    "logistics.confiscated": (INSIDE, NOBODY, NOBODY, NOBODY),
    "logistics.doubtful": (INSIDE, NOBODY, NOBODY, NOBODY),
    "logistics.complaint": (INSIDE, NOBODY, NOBODY, NOBODY),
    "logistics.refusedatdoor": (INSIDE, NOBODY, NOBODY, NOBODY),
    "logistics.returnedtosender": (INSIDE, NOBODY, NOBODY, NOBODY),
    "logistics.review": (INSIDE, NOBODY, NOBODY, NOBODY),
    "logistics.logisticscomplaint": (INSIDE, NOBODY, NOBODY, NOBODY),
    "logistics.signednotreceived": (INSIDE, NOBODY, NOBODY, NOBODY),
    "logistics.stalled": (INSIDE, NOBODY, NOBODY, NOBODY),
    "logistics.trackingaccount": (KEEPERS | {"auditor"}, KEEPERS, KEEPERS, NOBODY),
    "logistics.shippingcolumns": (INSIDE, NOBODY, NOBODY, NOBODY),
    "logistics.weight": (INSIDE, NOBODY, NOBODY, NOBODY),
    "logistics.unreachable": (INSIDE, NOBODY, NOBODY, NOBODY),
    "orders.apitoken": (KEEPERS | {"auditor", "superuser"}, KEEPERS | {"superuser"}, NOBODY, NOBODY),
    "orders.buyer": (INSIDE, NOBODY, NOBODY, NOBODY),
    "orders.heldrow": (INSIDE, NOBODY, NOBODY, NOBODY),
    "orders.importrun": (INSIDE, NOBODY, NOBODY, NOBODY),
    "orders.memo": (INSIDE, NOBODY, NOBODY, NOBODY),
    "orders.order": (INSIDE, NOBODY, NOBODY, NOBODY),
    "orders.platformrefund": (INSIDE, NOBODY, NOBODY, NOBODY),
    # A shop is added by who sees every shop: in this cast the superuser alone.
    "orders.shop": (INSIDE | {"superuser"}, {"superuser"}, {"admin", "superuser"}, NOBODY),
    "orders.user": (KEEPERS | {"auditor", "superuser"}, KEEPERS | {"superuser"}, KEEPERS | {"superuser"}, NOBODY),
    "refunds.approval": (INSIDE, NOBODY, NOBODY, NOBODY),
    "refunds.approvallimit": (INSIDE, KEEPERS, NOBODY, NOBODY),
    "refunds.delegation": (INSIDE, {"supervisor", "manager"}, NOBODY, NOBODY),
    "refunds.ending": (INSIDE, NOBODY, NOBODY, NOBODY),
    "refunds.goodsout": (INSIDE, NOBODY, NOBODY, NOBODY),
    "refunds.gift": (INSIDE, NOBODY, NOBODY, NOBODY),
    "refunds.invoice": (INSIDE, NOBODY, NOBODY, NOBODY),
    "refunds.outofstock": (INSIDE, NOBODY, NOBODY, NOBODY),
    "refunds.payout": (INSIDE, NOBODY, NOBODY, NOBODY),
    "refunds.transfer": (INSIDE, NOBODY, NOBODY, NOBODY),
    "refunds.courierclaim": (INSIDE, NOBODY, NOBODY, NOBODY),
    "refunds.recovery": (INSIDE, NOBODY, NOBODY, NOBODY),
    "refunds.statementcolumns": (INSIDE, NOBODY, NOBODY, NOBODY),
    "refunds.statementline": (INSIDE, NOBODY, NOBODY, NOBODY),
    "refunds.compensation": (INSIDE, NOBODY, NOBODY, NOBODY),
    "refunds.refund": (INSIDE, NOBODY, NOBODY, NOBODY),
    "refunds.reshipment": (INSIDE, NOBODY, NOBODY, NOBODY),
    "refunds.returngoods": (INSIDE, NOBODY, NOBODY, NOBODY),
    "refunds.exchange": (INSIDE, NOBODY, NOBODY, NOBODY),
    "refunds.troubleinuse": (INSIDE, NOBODY, NOBODY, NOBODY),
    "refunds.qualityfault": (INSIDE, NOBODY, NOBODY, NOBODY),
    "refunds.strayparcel": (INSIDE, NOBODY, NOBODY, NOBODY),
    "refunds.camebackafterrefund": (INSIDE, NOBODY, NOBODY, NOBODY),
    "refunds.request": (INSIDE, NOBODY, NOBODY, NOBODY),
    "refunds.sendback": (INSIDE, NOBODY, NOBODY, NOBODY),
}
# Addresses beside those of the tables; their own tests say what happens there.
OTHERS = {"index", "login", "logout", "password_change", "password_change_done", "autocomplete", "jsi18n", "app_list", "search", None}
OWN = {"open", "step", "deed", "ask", "password"}
USUAL = {"changelist", "add", "change", "delete", "history"}
# No shop: what everybody inside sees, whichever their shop.
COMMON = {
    "casework.heartbeat",
    "casework.holiday",
    "casework.seal",
    "logistics.courier",
    "refunds.approvallimit",
    "casework.policy",
    "casework.script",
    "casework.replyrule",
} | {f"logistics.{name}" for name in ("claimwindow", "norm", "region", "place", "detectionrule")}
# Those who ask for every page; what the others may is asked of the backend.
CALLERS = ["manager", "agent", "auditor", "outsider", "printclerk", "superuser"]
ROLE = {"outsider": "manager"}


@pytest.fixture
def rows(shop, agent, agent2, supervisor, supervisor2, finance, settings):
    """One row of each table, in the shop."""
    paid = a_refund(agent, approved_by=supervisor, paid_by=finance)
    unreachable = an_unreachable(agent, state="trying")
    for step in ("send_back", "reject"):
        advance(a_refund(agent2).pk, step, by=acts(supervisor), at=MONDAY, facts={"reason": "样例"})
    order = an_order(shop)
    settings.ALIPAY_APP_ID = settings.ALIPAY_KEYS = "configured"
    payee = {"channel": "alipay", "account": "13800138000", "name": "何大明"}
    advance(a_refund(agent, payee=payee, approved_by=supervisor).pk, "pay", by=acts(finance), at=MONDAY)
    run = ImportRun.objects.create(shop=shop, channel="page", state="done", at=MONDAY)
    file = ImportFile.objects.create(run=run, name="orders.csv")
    HeldRow.objects.create(shop=shop, run=run, file=file, line=2, code="unknown_status")
    Memo.objects.create(order=order, at=MONDAY, text="样例", source="import")
    PlatformRefund.objects.create(shop=shop, order=order, number="9001", status="样例")
    make_promise(unreachable.pk, what="样例", due_at="2026-12-01T10:00", by=acts(agent), at=MONDAY)
    make_link(unreachable.pk, kinds=["photo_box"], by=acts(agent), at=MONDAY)
    watch(unreachable.pk, by=acts(agent2), at=MONDAY)
    Evidence.objects.create(
        case=unreachable,
        kind="chat",
        path="x",
        mime="image/png",
        size=1,
        width=1,
        height=1,
        sha256="0",
        original_sha256="0",
        uploaded_at=MONDAY,
    )
    create_token(agent2, at=MONDAY)
    days = {"first_day": MONDAY.date(), "last_day": MONDAY.date()}
    delegate(by=acts(supervisor), at=MONDAY, shop_id=shop.pk, delegate_id=supervisor2.pk, **days)
    beat("sweep", MONDAY)
    # The states that moved leave their rows before the sealer takes them: elsewhere these are two transactions.
    connection.check_constraints()
    seal_journal()
    TrackingAccount.objects.create(shop=shop)
    a_finding = Finding.objects.create(parcel=unreachable.incident.parcel, kind="not_moving", since=MONDAY, norm_hours=48, found_at=MONDAY)
    NightlyRun.objects.create(shop=shop, at=MONDAY, started_at=MONDAY)
    lost = to_mend(agent)
    found = {"case": lost, "line": lost.order.lines.get(), "quantity": 1, "found_at": MONDAY}
    QualityFault.objects.create(**found)
    StrayParcel.objects.create(shop=shop, waybill="YT1234567890123", came_at=MONDAY, kept_by=agent)
    late = {"order": lost.order, "waybill": lost.order.waybills[0], "courier": Courier.objects.first()}
    CameBackAfterRefund.objects.create(shop=shop, refunded="1.00", at=MONDAY, **late)
    own_norm = Norm.objects.create(measure="not_moving", courier=Courier.objects.first(), hours=48)
    ShippingColumns.objects.create(shop=shop, columns={"waybill": "面单", "unit": "kg"})
    record_inquiry(unreachable.pk, facts={"whom": "courier", "way": "phone"}, by=acts(agent), at=MONDAY)
    weigh(unreachable.incident.parcel_id, source="warehouse", grams=1250, by=acts(agent), at=MONDAY)
    RefusedPush.objects.create(shop=shop, waybill="73000000009999", company="zhongtong", last_at=MONDAY)
    GoodsOut.objects.create(case=unreachable, kind="gift", what="样例", quantity=1)
    ClaimWindow.objects.create(courier=Courier.objects.first(), latest=30)
    StatementColumns.objects.create(shop=shop, courier=Courier.objects.first(), columns={"waybill": "面单"})
    cases = one_of_each(shop, agent)
    match_line(a_line(shop).pk, case=cases["courier_claim"].number, by=acts(finance), at=MONDAY)
    own = {KINDS[kind]._meta.label_lower: case.pk for kind, case in cases.items()} | {
        "logistics.unreachable": unreachable.pk,
        "logistics.finding": a_finding.pk,
        # The norm that holds for all is not deleted.
        "logistics.norm": own_norm.pk,
        "refunds.refund": paid.pk,
        "casework.case": paid.pk,
        "orders.user": agent2.pk,
        "orders.shop": shop.pk,
    }
    return {label: own.get(label) or first_of(model) for label, model in tables().items()}


def tables():
    return {model._meta.label_lower: model for model in admin.site._registry}


def first_of(model):
    return model._default_manager.values_list("pk", flat=True).first()


def expected(label, who):
    """Status of list, add, change and delete. Another shop's row is not there at all."""
    if who == "printclerk":
        return (403, 403, 403, 403)
    looks, adds, _changes, deletes = (ROLE.get(who, who) in roles for roles in TABLE[label])
    if who == "outsider" and label in FOR_ALL:
        # Lead of one shop among several: what holds for all is not theirs to set, only to read.
        return (200, 403, 200, 403)
    there = 404 if who == "outsider" and label not in COMMON else 200
    return (200 if looks else 403, 200 if adds else 403, there if looks else 403, there if deletes else 403)


def test_each_table_opens_for_the_roles_of_its_row(rows, client, request, monkeypatch):
    # The page that says no is one for all of them; tests/casework/test_page_frame.py draws it.
    monkeypatch.setattr("casework.views.errors.render", lambda _request, *_what, status: HttpResponse(status=status))
    for who in CALLERS:
        client.force_login(request.getfixturevalue(who))
        found = {label: tuple(status(client.get(address)) for address in addresses(label, pk)) for label, pk in rows.items()}
        assert found == {label: expected(label, who) for label in TABLE}, who
        # Who gets a page is settled before it is drawn; the first, who sees most, draws them all.
        monkeypatch.setattr("django.template.backends.django.Template.render", lambda *_template_and_context: SafeString())


def addresses(label, pk):
    """List, add, change and delete."""
    name = f"admin:{label.replace('.', '_')}"
    return [reverse(f"{name}_{what}", args=args) for what, args in (("changelist", []), ("add", []), ("change", [pk]), ("delete", [pk]))]


@pytest.mark.parametrize("who", sorted(INSIDE | {"printclerk", "warehouse"}))
def test_rights_are_those_of_the_roles(who, request):
    person = request.getfixturevalue(who)
    rights = person.get_all_permissions()
    for label, row in TABLE.items():
        app, model = label.split(".")
        found = tuple(f"{app}.{what}_{model}" in rights for what in ("view", "add", "change", "delete"))
        assert found == tuple(who in roles or (label == "orders.shop" and who == "admin" and roles is row[1]) for roles in row), label


def status(response):
    """Going on to the page of the kind, or choosing a policy first, is being let in."""
    return 200 if response.status_code == 302 and response.url.startswith("/admin/") else response.status_code


def test_strangers_are_sent_to_the_one_login(rows, client):
    for label, pk in rows.items():
        for what, args in (("changelist", []), ("change", [pk])):
            response = client.get(reverse(f"admin:{label.replace('.', '_')}_{what}", args=args))
            assert (response.status_code, response.url.split("?")[0]) == (302, "/admin/login/"), label
    assert client.get("/admin/login/?next=/admin/casework/case/").url == "/login/?next=/admin/casework/case/"


def test_every_address_of_the_admin_is_known_here():
    patterns = next(each for each in get_resolver().url_patterns if getattr(each, "namespace", "") == "admin").url_patterns
    names = set()
    for each in patterns:
        inner = getattr(each, "url_patterns", None)
        names |= {pattern.name for pattern in inner} if inner else {each.name}
    known = {f"{label.replace('.', '_')}_{what}" for label in TABLE for what in USUAL | OWN}
    assert names - known - OTHERS == set()
    assert set(tables()) == set(TABLE)


def test_what_django_offers_past_our_querysets_is_not_there(client, manager):
    client.force_login(manager)
    assert client.get("/admin/r/1/1/").status_code == 404
    assert client.get("/admin/search/?s=order").status_code == 404
    assert client.get("/admin/auth/group/").status_code == 404
    with pytest.raises(NoReverseMatch):
        reverse("admin:auth_group_changelist")


@pytest.mark.fault("Z9")
def test_a_role_that_was_taken_counts_from_the_next_request_on(client, manager, agent):
    client.force_login(manager)
    assert client.get("/admin/casework/case/").status_code == 200
    manager.memberships.all().delete()
    assert client.get("/admin/casework/case/").status_code == 403
    assert manager.get_all_permissions() == set()


def test_groups_and_single_permissions_give_nothing(client, warehouse):
    from django.contrib.auth.models import Permission

    warehouse.user_permissions.set(Permission.objects.all())
    warehouse.is_staff = True
    warehouse.save()
    client.force_login(warehouse)
    assert warehouse.get_all_permissions() == set()
    assert client.get("/admin/").status_code == 403
