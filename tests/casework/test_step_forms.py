"""What the forms of steps and answers begin with: nothing that nobody said."""

import pytest
from django import forms

from casework.admin.step_form import ContactForm, OpenForm, step_form
from casework.models import Journal
from casework.registry import KINDS, TASK_KINDS
from tests.casework.test_page_verbs import send
from tests.logistics.signed import NOWHERE, RIGHT, a_signed

# What is usual and decides nothing, or says that nobody has asked yet.
BEGIN_WITH = {"postage": "prepaid", **dict.fromkeys(NOWHERE, "not_asked")}


def every_form():
    steps = {each.facts for kind in KINDS.values() for each in kind.steps()}
    return sorted(steps | {each.facts for kind in TASK_KINDS.values() for each in kind.answers}, key=lambda each: each.__name__)


def begins_with(form):
    """Field -> what a browser sends of each choice that nobody touched."""
    boxes = [each for each in form if type(each.field) is forms.ChoiceField and len(list(each.field.choices)) > 1]
    return {each.name: str(each.initial or next(iter(each.field.choices))[0]) for each in boxes}


@pytest.mark.django_db
def test_a_choice_begins_empty_unless_it_says_with_what():
    begun = [(facts.__name__, name, value) for facts in every_form() for name, value in begins_with(facts()).items() if value]
    told = {name for _form, name, _value in begun}
    assert begun == [(form, name, BEGIN_WITH.get(name)) for form, name, _value in begun]
    assert told == set(BEGIN_WITH)


def test_so_do_the_forms_of_the_back_office():
    checked = next(each for each in KINDS["signed_not_received"].steps() if each.name == "address_checked")
    drawn = begins_with(step_form(checked, version=1))
    assert (drawn["address"], drawn["lives_at"], drawn["neighbour"]) == ("", "", "not_asked")
    assert set(begins_with(ContactForm()).values()) == {""}
    assert begins_with(OpenForm([("a", "A"), ("b", "B")])) == {"kind": ""}


def test_the_api_lists_no_empty_choice():
    listed = {each["name"]: each for each in next(f for f in every_form() if f.__name__ == "AddressChecked").described()}
    assert [each["value"] for each in listed["address"]["choices"]] == ["right", "wrong"]


@pytest.mark.rule("L1.1")
def test_what_nobody_chose_is_asked_for_and_the_rest_stays(desk, agent):
    case = a_signed(agent)
    browser = desk(agent)
    page = browser.get(f"/cases/{case.pk}/")
    assert page.content.decode().count('<option value="not_asked" selected>') == len(NOWHERE)
    answer = send(browser, case, "steps/address_checked", page, **(RIGHT | {"address": "", "lives_at": ""}), note="客户说门卫没有")
    assert answer.status_code == 400
    body = answer.content.decode()
    assert all(f'id="address_checked_{name}_error"' in body for name in ("address", "lives_at"))
    assert '<option value="none_such" selected>' in body
    assert "客户说门卫没有" in body
    case.refresh_from_db()
    assert case.state == "to_check"
    assert not Journal.objects.filter(case=case, step="address_checked").exists()
