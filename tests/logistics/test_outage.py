"""L3.3 A courier's outage: offered, put together by a person, worked and answered together, and over with its last case."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from casework.actions.assign import take_case
from casework.actions.bulk import lock_many
from casework.actions.reopen import reopen
from casework.actions.set_policy import set_policy
from casework.actions.verify import verify_invariants
from casework.models import Case, Journal
from casework.wording import readable
from logistics.actions.open_outage import leave_outage, open_outage
from logistics.actions.work_together import Chosen, step_together, tell_together
from logistics.models import Courier, Outage, Parcel
from logistics.outages import suspects, together
from orders.errors import Malformed, NotAllowed, NotFound, Refused, Stale, StepRefused
from tests.builders import an_order
from tests.cast import MONDAY, acts
from tests.logistics.incidents import an_incident, fresh, hours, numbers, taken
from tests.logistics.nodes import node, tell


@pytest.fixture(autouse=True)
def three_are_many(manager, shop):
    set_policy("outage", 3, shop_id=shop.pk, by=acts(manager), at=MONDAY - hours(1))


def in_trouble(agent, number=3, kind="stalled", city="杭州市", **parcel):
    shop = agent.memberships.get().shop
    orders = [an_order(shop, city=city, waybill=f"7411111111{next(numbers):04d}") for _ in range(number)]
    return [an_incident(kind, agent, order=order, **{"picked_up": MONDAY - hours(40), **parcel}) for order in orders]


def an_outage(agent, **trouble):
    in_trouble(agent, **trouble)
    return open_outage(agent.memberships.get().shop, courier="zhongtong", city="杭州市", by=acts(agent), at=MONDAY + hours(1))


def children(outage):
    return list(Case.objects.filter(parent=outage).order_by("pk"))


def all_of(outage):
    return [Chosen(each.pk, each.version) for each in children(outage)]


@pytest.mark.rule("L3.3")
def test_so_many_of_one_courier_and_city_in_a_day_are_offered_and_nothing_is_made(agent, shop):
    in_trouble(agent, 2)
    in_trouble(agent, 2, city="宁波市")
    in_trouble(agent, 2, courier=Courier.objects.get(code="yunda"))
    assert suspects(shop, MONDAY + hours(1)) == []
    in_trouble(agent, 1, kind="doubtful")
    [found] = suspects(shop, MONDAY + hours(1))
    assert (found.courier.code, found.city, found.parcels, found.outage) == ("zhongtong", "杭州市", 3, None)
    assert suspects(shop, MONDAY + hours(24)) == [], "a day later they are no sudden trouble"
    assert not Outage.objects.exists()


@pytest.mark.rule("L3.3")
def test_they_are_put_under_one_case_in_as_many_statements_however_many(agent, shop, django_assert_max_num_queries):
    in_trouble(agent, 3)
    in_trouble(agent, 6, city="宁波市")
    for city, number in (("杭州市", 3), ("宁波市", 6)):
        with django_assert_max_num_queries(34):
            outage = open_outage(shop, courier="zhongtong", city=city, by=acts(agent), at=MONDAY + hours(1))
        assert len(children(outage)) == number
    assert (outage.state, outage.subject_label, outage.owner) == ("to_tell", "中通 宁波市", agent)
    assert Journal.objects.filter(step="joined_outage", actor=None).count() == 9
    assert verify_invariants() == []


@pytest.mark.rule("L3.3")
def test_too_few_another_shop_and_packers_make_none(agent, warehouse, other_shop, outsider, shop):
    in_trouble(agent, 2)
    with pytest.raises(Refused) as refused:
        open_outage(shop, courier="zhongtong", city="杭州市", by=acts(agent), at=MONDAY)
    assert refused.value.code == "no_outage"
    in_trouble(agent, 1)
    with pytest.raises(NotAllowed):
        open_outage(shop, courier="zhongtong", city="杭州市", by=acts(warehouse), at=MONDAY)
    with pytest.raises(NotFound):
        open_outage(shop, courier="zhongtong", city="杭州市", by=acts(outsider), at=MONDAY)
    with pytest.raises(Malformed):
        open_outage(shop, courier="nobody", city="杭州市", by=acts(agent), at=MONDAY)
    assert not Outage.objects.exists()


@pytest.mark.rule("L3.3")
def test_parcels_are_counted_and_not_their_cases(agent, shop):
    for case in in_trouble(agent, 2):
        an_incident("doubtful", agent, order=case.order)
    assert suspects(shop, MONDAY + hours(1)) == []
    with pytest.raises(Refused) as refused:
        open_outage(shop, courier="zhongtong", city="杭州市", by=acts(agent), at=MONDAY + hours(1))
    assert refused.value.code == "no_outage"


@pytest.mark.rule("L3.3")
def test_nothing_joins_an_outage_that_ended_at_that_moment(agent, shop, monkeypatch):
    outage = an_outage(agent)
    (late,) = in_trouble(agent, 1)

    def meanwhile(table):
        for case in children(outage):
            leave_outage(case.pk, note="各自处理", by=acts(agent), at=MONDAY + hours(1))
        lock_many(table)

    monkeypatch.setattr("logistics.actions.open_outage.lock_many", meanwhile)
    with pytest.raises(Refused) as refused:
        open_outage(shop, courier="zhongtong", city="杭州市", by=acts(agent), at=MONDAY + hours(1))
    assert (refused.value.code, fresh(late).parent) == ("no_outage", None)


@pytest.mark.rule("L3.3")
def test_later_ones_join_the_open_outage(agent, shop):
    outage = an_outage(agent)
    in_trouble(agent, 1)
    [found] = suspects(shop, MONDAY + hours(1))
    assert (found.outage, found.parcels) == (outage, 1)
    assert open_outage(shop, courier="zhongtong", city="杭州市", by=acts(agent), at=MONDAY + hours(1)) == outage
    assert len(children(outage)) == 4


@pytest.mark.rule("L3.3")
def test_one_step_goes_to_all_that_stand_alike_with_a_result_for_each(agent):
    outage = an_outage(agent)
    first, *_others = children(outage)
    taken(first, "courier_says_lost", agent, said="丢件") if first.state == "urged" else taken(first, "explained_and_urged", agent)
    chosen = all_of(outage)
    results = step_together(outage.pk, "explained_and_urged", chosen, facts={"said": "明天恢复"}, by=acts(agent), at=MONDAY + hours(2))
    assert [each.error and each.error.reasons[0].code for each in results] == ["wrong_state", None, None]
    assert {each.state for each in children(outage)} == {"urged"}
    again = step_together(outage.pk, "explained_and_urged", chosen, facts={}, by=acts(agent), at=MONDAY + hours(2))
    assert [type(each.error) for each in again] == [StepRefused, Stale, Stale], "sent twice it is done once"
    [group] = together(outage, acts(agent), MONDAY + hours(2))
    assert (group.state, len(group.cases)) == ("urged", 3)


@pytest.mark.rule("L3.3")
def test_what_is_none_of_the_outage_is_not_there(agent):
    outage = an_outage(agent)
    [other] = in_trouble(agent, 1, city="宁波市")
    [result] = step_together(outage.pk, "explained_and_urged", [Chosen(other.pk, other.version)], facts={}, by=acts(agent), at=MONDAY)
    assert (type(result.error), fresh(other).state) == (NotFound, "to_check")
    with pytest.raises(Malformed):
        step_together(outage.pk, "explained_and_urged", [], facts={}, by=acts(agent), at=MONDAY)


@pytest.mark.rule("L0.2")
def test_one_text_answers_all_customers_with_each_ones_facts(agent):
    outage = an_outage(agent)
    text = "{buyer} 您好，{courier}在{city}停运，您的{product}（{waybill}，订单{order}）稍有延误。"
    results = tell_together(outage.pk, text, version=outage.version, by=acts(agent), at=MONDAY + hours(1))
    for case, each in zip(children(outage), results, strict=True):
        parcel = Parcel.objects.get(incidents__case=case)
        assert each.said == (
            f"{case.order.buyer.nick} 您好，中通在杭州市停运，您的样例商品1（{parcel.waybill}，订单{case.order.number}）稍有延误。"
        )
        assert Journal.objects.get(case=case, step="told_together").actor == agent
    assert fresh(outage).state == "followed"
    entry = Journal.objects.get(case=outage, step="told_all")
    with translation.override("zh-hans"):
        shown = dict(readable(Outage, entry.step, entry.facts))["统一答复"]
    assert shown.startswith("〔买家〕 您好，〔快递〕在〔市〕停运，您的〔商品〕")
    assert "〔运单号〕，订单〔订单编号〕" in shown
    with pytest.raises(Stale):
        tell_together(outage.pk, text, version=outage.version, by=acts(agent), at=MONDAY + hours(1))


@pytest.mark.rule("L0.2")
@pytest.mark.parametrize("text", ["您好{phone}", "{", "{buyer.password}", "{0}", "{buyer:>99999999}", "{buyer!r}"])
def test_a_place_that_there_is_not_says_nothing_to_anybody(agent, text):
    outage = an_outage(agent)
    with pytest.raises(Malformed) as refused:
        tell_together(outage.pk, text, version=outage.version, by=acts(agent), at=MONDAY + hours(1))
    assert (refused.value.field, fresh(outage).state) == ("text", "to_tell")
    assert not Journal.objects.filter(step="told_together").exists()


@pytest.mark.rule("L3.3")
def test_what_differs_leaves_with_a_reason_and_the_last_that_closes_ends_the_outage(agent):
    outage = an_outage(agent)
    leaves, *stay = children(outage)
    with pytest.raises(Malformed):
        leave_outage(leaves.pk, note=" ", by=acts(agent), at=MONDAY + hours(2))
    leave_outage(leaves.pk, note="地址写错，另行处理", by=acts(agent), at=MONDAY + hours(2))
    assert (fresh(leaves).parent, fresh(leaves).is_open, fresh(outage).state) == (None, True, "to_tell")
    assert suspects(outage.shop, MONDAY + hours(2)) == [], "what has left is not asked back"
    for case in stay:
        assert fresh(outage).is_open
        tell(Parcel.objects.get(incidents__case=case), node(MONDAY + hours(30), "signed", "301"))
    assert (fresh(outage).state, {fresh(case).state for case in stay}) == ("over", {"delivered"})
    assert verify_invariants() == []


@pytest.mark.rule("L3.3")
def test_the_last_that_leaves_ends_it_too(agent):
    outage = an_outage(agent)
    for case in children(outage):
        assert fresh(outage).is_open
        leave_outage(case.pk, note="各自处理", by=acts(agent), at=MONDAY + hours(2))
    assert fresh(outage).state == "over"
    with pytest.raises(Refused):
        leave_outage(case.pk, note="再来一次", by=acts(agent), at=MONDAY + hours(2))
    with pytest.raises(StepRefused) as refused:
        reopen(outage.pk, note="又堵了", by=acts(agent), at=MONDAY + hours(3))
    assert [each.code for each in refused.value.reasons] == ["stays_closed"], "nothing would end it"


@pytest.mark.fault("Z1")
def test_the_pages_are_the_shops_own(client, agent, outsider, warehouse):
    outage = an_outage(agent)
    take_case(outage.pk, by=acts(agent), at=MONDAY + hours(1)) if outage.owner is None else None
    client.force_login(outsider)
    assert client.get(reverse("outage", args=[outage.pk])).status_code == 404
    client.force_login(warehouse)
    assert client.post(reverse("outage", args=[outage.pk]), {"what": "tell", "version": outage.version, "text": "您好"}).status_code == 403
    client.force_login(agent)
    assert client.post(reverse("outage", args=[outage.pk]), {"what": "step", "step": "no_such"}).status_code == 400
    page = client.get(reverse("outage", args=[outage.pk]), {"kind": "stalled", "state": "to_check", "step": "explained_and_urged"})
    assert page.content.decode().count('name="row"') == 3


@pytest.mark.rule("L3.3")
def test_a_case_that_is_opened_again_once_the_outage_is_over_goes_on_alone(agent):
    outage = an_outage(agent)
    for case in children(outage):
        taken(case, "customer_has_it", agent, at=MONDAY + hours(3))
    assert fresh(outage).state == "over"
    reopen(case.pk, note="顾客说没收到", by=acts(agent), at=MONDAY + hours(4))
    assert (fresh(outage).state, fresh(case).is_open, fresh(case).parent) == ("over", True, None)
    assert verify_invariants() == []


@pytest.mark.rule("L3.3")
def test_while_the_outage_is_open_it_goes_on_there(agent):
    outage = an_outage(agent)
    case, *_others = children(outage)
    taken(case, "customer_has_it", agent, at=MONDAY + hours(3))
    reopen(case.pk, note="顾客说没收到", by=acts(agent), at=MONDAY + hours(4))
    assert (fresh(case).is_open, fresh(case).parent) == (True, fresh(outage))


@pytest.mark.rule("L3.3")
def test_what_lies_here_or_goes_on_is_no_trouble_of_the_courier(agent, shop):
    cases = in_trouble(agent, 3, kind="no_record")
    Case.objects.filter(pk=cases[0].pk).update(state="to_ship")
    assert suspects(shop, MONDAY + hours(1)) == []
    in_trouble(agent, 1, kind="no_record")
    outage = open_outage(shop, courier="zhongtong", city="杭州市", by=acts(agent), at=MONDAY + hours(1))
    assert fresh(cases[0]).parent_id is None
    assert len(children(outage)) == 3


@pytest.mark.rule("S4.2")
def test_an_answer_to_all_that_must_not_go_out_says_nothing_to_anybody(agent):
    outage = an_outage(agent)
    with pytest.raises(Refused) as refused:
        tell_together(outage.pk, "{buyer} 您好，给您退5元。", version=outage.version, by=acts(agent), at=MONDAY + hours(1))
    assert (refused.value.code, refused.value.field, [each.code for each in refused.value.reasons]) == ("reply_blocked", "text", ["money"])
    assert (fresh(outage).state, Journal.objects.filter(step="told_together").exists()) == ("to_tell", False)


@pytest.mark.rule("L0.2")
def test_customers_are_answered_in_batches_of_as_many_statements_each(agent, monkeypatch, django_assert_max_num_queries):
    outage = an_outage(agent, number=5)
    free = children(outage)[0]
    Case.objects.filter(pk=free.pk).update(owner=None)
    monkeypatch.setattr("logistics.actions.work_together.MOST", 3)
    with CaptureQueriesContext(connection) as first:
        results = tell_together(outage.pk, "您好{buyer}", version=outage.version, by=acts(agent), at=MONDAY + hours(1))
    assert len(results) == Journal.objects.filter(step="told_together").count() == 5
    assert fresh(free).owner_id == agent.pk
    monkeypatch.setattr("logistics.actions.work_together.MOST", 5)
    with django_assert_max_num_queries(len(first) - 1):
        tell_together(outage.pk, "您好{buyer}", version=fresh(outage).version, by=acts(agent), at=MONDAY + hours(2))
