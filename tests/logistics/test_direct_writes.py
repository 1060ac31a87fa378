"""What people keep, what a scale said and what a courier owes: written past the door it leaves one row, and what was said stays."""

import pytest
from django.db import ProgrammingError, transaction
from psycopg2.errors import InsufficientPrivilege

from casework.models import Journal
from logistics.actions.weigh import weigh
from logistics.models import Courier, DetectionRule, Loss, Norm, Place, Region, Weight
from tests.builders import an_unreachable
from tests.cast import MONDAY, acts

pytestmark = pytest.mark.fault("A3")


@pytest.fixture
def case(agent):
    return an_unreachable(agent)


@pytest.fixture
def weight(case, agent):
    return weigh(case.incident.parcel_id, source="warehouse", grams=1250, by=acts(agent), at=MONDAY)


@pytest.fixture
def loss(case):
    parcel = case.incident.parcel
    return Loss.objects.create(case=case, parcel=parcel, courier=parcel.courier, cause="lost", amount="10.00", rule="L3.2", at=MONDAY)


@pytest.mark.parametrize(
    ("table", "change"),
    [
        (Courier, {"inquiry": "95311"}),
        (Norm, {"hours": 60}),
        (Region, {"is_remote": False}),
        (Place, {"city": "杭州"}),
        (DetectionRule, {"active": False}),
    ],
)
def test_what_holds_for_every_shop_leaves_a_row_however_it_is_changed(db, table, change):
    kind, row = table._meta.model_name, table.objects.order_by("pk").last()
    (name, value) = next(iter(change.items()))
    assert not Journal.objects.filter(object_type=kind).exists(), "what everybody begins with is nobody's change"
    table.objects.filter(pk=row.pk).update(**change)
    entry = Journal.objects.get(object_type=kind)
    assert (entry.step, entry.object_id, entry.before, entry.after) == ("update", str(row.pk), {name: getattr(row, name)}, {name: value})
    assert entry.actor_name.startswith("database:")


def test_a_change_to_what_stands_already_leaves_none(db):
    Norm.objects.filter(measure="delivering").update(hours=24)
    assert not Journal.objects.filter(object_type="norm").exists()


@pytest.mark.parametrize("change", [{"grams": 1}, {"source": "courier"}, {"packed_by": "别人"}])
def test_what_a_scale_said_stays(weight, change):
    with pytest.raises(ProgrammingError) as refused, transaction.atomic():
        Weight.objects.filter(pk=weight.pk).update(**change)
    assert isinstance(refused.value.__cause__, InsufficientPrivilege)


@pytest.mark.parametrize("change", [{"amount": "9999.00"}, {"rule": "R1.1"}, {"cause": "missing"}])
def test_what_a_courier_owes_is_not_rewritten(loss, change):
    with pytest.raises(ProgrammingError) as refused, transaction.atomic():
        Loss.objects.filter(pk=loss.pk).update(**change)
    assert isinstance(refused.value.__cause__, InsufficientPrivilege)


@pytest.mark.parametrize("name", ["weight", "loss"])
def test_neither_is_deleted(name, request):
    row = request.getfixturevalue(name)
    with pytest.raises(ProgrammingError) as refused, transaction.atomic():
        type(row).objects.filter(pk=row.pk).delete()
    assert isinstance(refused.value.__cause__, InsufficientPrivilege)


def test_a_loss_that_somebody_ends_past_the_door_leaves_a_row(loss):
    assert Journal.objects.get(object_type="loss").step == "insert"
    Loss.objects.filter(pk=loss.pk).update(ended_at=MONDAY)
    entry = Journal.objects.filter(object_type="loss").latest("pk")
    assert (entry.step, set(entry.after)) == ("update", {"ended_at"})
    assert entry.case_id == loss.case_id


def test_a_weight_that_is_entered_through_the_door_is_told_once(weight):
    assert not Journal.objects.filter(object_type="weight").exists()
    assert Journal.objects.filter(object_type="parcel", step="weighed").count() == 1
