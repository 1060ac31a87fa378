"""The form for a delegation, for page and admin alike. Rules are the action's business."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.access import Actor
from orders.models import Shop, User
from orders.roles import Role
from refunds.actions.delegate import delegate
from refunds.delegations import leads_of, shops_to_lend_in
from refunds.models import Delegation


class PersonField(forms.ModelChoiceField):
    """People by the name that colleagues see."""

    def label_from_instance(self, obj: Any) -> str:
        """The name."""
        return str(obj.shown_name)


class DelegationForm(forms.Form):
    """Who is away, who stands in, where, and for which days."""

    shop = forms.ModelChoiceField(Shop.objects.none(), label=_("Shop"), empty_label=None)
    approver = PersonField(User.objects.none(), label=_("Away"))
    delegate = PersonField(User.objects.none(), label=_("Stands in"))
    first_day = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}))
    last_day = forms.DateField(label=_("To, this day included"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, by: Actor, data: Any = None, *, today: dt.date) -> None:
        first = {"approver": by.person_id, "first_day": today.isoformat(), "last_day": today.isoformat()}
        super().__init__(data, initial=first)
        shops = shops_to_lend_in(by)
        managed = shops.filter(pk__in=[each.pk for each in shops if by.role_in(each.pk) == Role.MANAGER])
        away = User.objects.filter(Q(pk=by.person_id) | Q(pk__in=leads_of(managed, Role.SUPERVISOR).order_by().values("pk"))).order_by(
            "username"
        )
        for name, rows in {"shop": shops, "approver": away, "delegate": leads_of(shops).exclude(pk=by.person_id)}.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]  # a field of choices

    def save(self, by: Actor, now: dt.datetime) -> Delegation:
        """Set it. Raises what the action raises."""
        given = self.cleaned_data
        return delegate(
            by=by,
            at=now,
            shop_id=given["shop"].pk,
            approver_id=given["approver"].pk,
            delegate_id=given["delegate"].pk,
            first_day=given["first_day"],
            last_day=given["last_day"],
        )
