"""Every step of every kind is refused to other shops, to other roles and out of its place, and then nothing has changed."""

import pytest

from casework.actions.advance import advance
from casework.models import Case
from casework.registry import KINDS
from casework.workflow import steps_of
from orders.errors import DeskError, NotFound, StepRefused
from orders.roles import Role
from tests.cast import MONDAY, acts
from tests.each_kind import one_of_each

PEOPLE = {
    Role.AGENT: "agent",
    Role.PRINT_CLERK: "printclerk",
    Role.WAREHOUSE: "warehouse",
    Role.SUPERVISOR: "supervisor",
    Role.MANAGER: "manager",
    Role.FINANCE: "finance",
    Role.AUDITOR: "auditor",
}
# Opened by the programme: tests/refunds/test_platform_dispute.py and test_shipped_after_refund.py ask for theirs.
NOT_BY_PEOPLE = {"platform_dispute", "shipped_after_refund"}


@pytest.fixture
def each(shop, agent):
    return one_of_each(shop, agent)


def test_each_kind_is_looked_at(each):
    assert set(each) == set(KINDS) - NOT_BY_PEOPLE


@pytest.mark.rule("S5.1")
def test_no_step_is_there_for_another_shop_or_open_to_another_role_or_state(each, outsider, request):
    people = {role: acts(request.getfixturevalue(name)) for role, name in PEOPLE.items()}
    before = {pk: (state, version) for pk, state, version in Case.objects.values_list("pk", "state", "version")}
    taken = []
    for kind, case in each.items():
        for step in steps_of(type(case)):
            others = next((person for role, person in people.items() if role not in step.by), None)
            own = next((person for role, person in people.items() if role in step.by), None)
            for who, person in (("another shop", acts(outsider)), ("another role", others), ("own role", own)):
                if person is None or (who == "own role" and case.state in step.source):
                    continue
                try:
                    advance(case.pk, step.name, by=person, at=MONDAY)
                except NotFound:
                    refused = who == "another shop" or step.hidden
                except StepRefused:
                    refused = who == "own role"
                except DeskError as error:
                    refused = who == "another role" and error.status == 403
                else:
                    refused = False
                if not refused:
                    taken.append((kind, step.name, who))
    assert taken == []
    assert {pk: (state, version) for pk, state, version in Case.objects.values_list("pk", "state", "version")} == before
