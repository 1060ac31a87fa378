"""What the parameters of the API mean, by name: one name means the same wherever it is taken."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

MEANINGS: dict[str, Any] = {
    "case_id": _("The case's id, not its number."),
    "category": _("Whose turn it is."),
    "cause": _("What a complaint is about; none while that is not settled."),
    "code": _("The script's code."),
    "courier": _("The courier's code."),
    "cursor": _("Where the page begins: taken from the address in next, never made up."),
    "delegation_id": _("The stand-in's id."),
    "department": _("The department that a complaint was handed to."),
    "due_from": _("The next deadline on this day or later, as YYYY-MM-DD in shop time."),
    "due_to": _("The next deadline on this day or earlier, as YYYY-MM-DD in shop time."),
    "kind": _("The kind's code."),
    "limit": _("How many rows a page has."),
    "line_id": _("The id of the statement's line."),
    "link_id": _("The id of the customer's link."),
    "mine": _("true: what the caller may answer; false: all others."),
    "number": _("The order's number on the platform, whole."),
    "open": _("true: not closed yet; false: closed. Left out: both."),
    "opened_from": _("Opened on this day or later, as YYYY-MM-DD in shop time."),
    "opened_to": _("Opened on this day or earlier, as YYYY-MM-DD in shop time."),
    "order": _("The order's number on the platform, whole."),
    "order_id": _("The order's id, not its number."),
    "owner": _("The owner's user name."),
    "parcel_id": _("The parcel's id, not its waybill."),
    "promise_id": _("The promise's id."),
    "shop": _("The shop's code."),
    "stage": _("How far the parcel is."),
    "state": _("The state, as the rows say it; of cases KIND.STATE."),
    "step": _("The step's name, as steps of the case say it."),
    "task_id": _("The task's id."),
    "unread": _("true: not read yet; false: read."),
    "waits": _("With whom it lies: agents, leads, finance, warehouse, or child for another case."),
    "waybill": _("The waybill, whole."),
}


def say_what_parameters_mean(result: dict[str, Any], **_about: Any) -> dict[str, Any]:
    """Give each parameter of the schema that says nothing of itself its meaning. Called by drf-spectacular."""
    for operations in result["paths"].values():
        for operation in operations.values():
            for each in operation.get("parameters", []):
                if not each.get("description") and each["name"] in MEANINGS:
                    each["description"] = str(MEANINGS[each["name"]])
    return result
