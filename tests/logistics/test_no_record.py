"""L4 No tracking record: the right number, the print clerk, the courier, the warehouse."""

import pytest

from tests.logistics.incidents import an_incident, last_entry, state_of, taken


def a_no_record(agent, **parcel):
    return an_incident("no_record", agent, finding="no_record", **parcel)


@pytest.mark.rule("L4.3")
def test_a_wrong_number_is_an_innocent_cause_and_ends_the_case(agent):
    case = a_no_record(agent)
    taken(case, "wrong_number_mended", agent, given="7300000000000")
    assert state_of(case) == "renumbered"
    assert last_entry(case).facts == {"given": "7300000000000"}
