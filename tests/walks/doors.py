"""The doors of the desk: what somebody does by page, admin or API. Each says whether it was refused; an accident of ours fails the walk."""

from dataclasses import dataclass
from functools import partial
from itertools import count

from django.contrib import admin
from django.contrib.messages import ERROR, get_messages
from django.urls import reverse

from casework.models import Case
from logistics.goods.items import ItemsField
from refunds.goods.findings import CONDITIONS, FoundField
from tests.callers import program
from tests.page import browser_of


@dataclass(frozen=True)
class Deed:
    """Where each door has it, and what is sent there: (address, body). A door that lacks it is left out."""

    page: tuple | None = None
    admin: tuple | None = None
    api: tuple | None = None

    @property
    def doors(self):
        return [name for name in ("page", "admin", "api") if getattr(self, name)]


class Doors:
    """A browser and a program for each person, kept for all walks: logging in is not what is tried here."""

    def __init__(self, people):
        self.browsers = {user.pk: browser_of(user) for user in people}
        self.programs = {user.pk: program(user) for user in people}
        self.keys = count(1)

    def refused(self, deed, door, user, now):
        """Do it through that door; why it was refused, "" when it was done."""
        address, body = getattr(deed, door)
        headers = {"X-Test-Now": now.isoformat()}
        if door == "api":
            answer = self.programs[user.pk].post(address, body, **headers, **{"Idempotency-Key": f"walk-{next(self.keys)}"})
            return answer.json()["code"] if answer.status_code >= 400 else ""
        browser = self.browsers[user.pk]
        answer = browser.post(address, body, headers=headers)
        assert answer.status_code < 500, (address, answer.content[-2000:])
        # The admin says no by a message on the page that it goes on to.
        told = [str(each) for each in _messages(answer) if each.level == ERROR]
        browser.cookies.pop("messages", None)
        return str(answer.status_code) if answer.status_code >= 400 else " ".join(told)


def _messages(answer):
    return get_messages(answer.wsgi_request)._queued_messages


def of_admin(case, what, *args):
    """A page of the case in the admin, of its own kind where that has one."""
    model = type(case) if type(case) in admin.site._registry else Case
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{what}", args=[case.pk, *args])


def a_step(case, name, version, facts, form, note="说明"):
    """A step of the case. What is an object of many fields has a page of its own."""
    sent = {"version": version, "note": note} | typed(facts, form, case)
    api = (f"cases/{case.pk}/steps/{name}/", {"version": version, "note": note, "facts": facts})
    if "request" in facts:
        return Deed(api=api)
    return Deed(page=(f"/cases/{case.pk}/steps/{name}/", sent), admin=(of_admin(case, "step", name), sent), api=api)


def an_answer(task, answer, facts, form):
    sent = {"answer": answer} | typed(facts, form, task.case)
    return Deed(
        page=(f"/todo/{task.pk}/", sent),
        admin=(of_admin(task.case, "deed", "answer"), sent | {"task": task.pk}),
        api=(f"cases/{task.case_id}/tasks/{task.pk}/answer/", {"answer": answer, "facts": facts}),
    )


def small_deed(case, page, admin_name, api, body):
    """What page, admin and API take alike."""
    return Deed(
        page=page and (f"/cases/{case.pk}/{page}/", body),
        admin=admin_name and (of_admin(case, "deed", admin_name), body),
        api=api and (f"cases/{case.pk}/{api}/", {name: value for name, value in body.items() if name != "task"}),
    )


def typed(facts, form, case):
    """Facts as they are typed into the fields of a page."""
    return {name: _typed(form.base_fields.get(name), value, case) for name, value in facts.items() if value is not False}


def _typed(field, value, case):
    places = partial(_places, case)
    if isinstance(field, ItemsField):
        return ", ".join(f"{places()[each['line']]}×{each['quantity']}" for each in value)
    if isinstance(field, FoundField):
        return ", ".join(f"{places()[each['line']]}: {'/'.join(str(each.get(name, 0)) for name in CONDITIONS)}" for each in value)
    return "on" if value is True else value


def _places(case):
    return dict(case.order.lines.values_list("pk", "position"))
