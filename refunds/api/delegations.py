"""GET and POST /api/v1/delegations/, DELETE of one: who stands in for whom."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from casework.api.once import once
from orders.access import Actor
from orders.api.bodies import Body, Text
from orders.api.openapi import SESSION_ONLY
from orders.api.views import DeskList, DeskView
from orders.errors import Malformed, NotFound
from orders.models import Shop
from orders.people import people_of
from refunds.actions.delegate import NOBODY, delegate, end_delegation
from refunds.delegations import DelegationState, delegations_of
from refunds.models import Delegation


class DelegationBody(Body):
    """Days of shop time, both included. Without `approver` it is the caller who is away."""

    shop = Text(max_length=64, help_text="The shop's code.")
    delegate = Text(max_length=150, help_text="User name of who stands in.")
    approver = Text(max_length=150, required=False, allow_null=True, help_text="User name of who is away.")
    first_day = serializers.DateField()
    last_day = serializers.DateField()


class DelegationRow(serializers.Serializer[Any]):
    """Power that is lent, and how it stands today."""

    id = serializers.IntegerField()
    shop = serializers.CharField(source="shop.code")
    approver = serializers.CharField(source="approver.username")
    delegate = serializers.CharField(source="delegate.username")
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    standing = serializers.ChoiceField(choices=DelegationState.choices)
    given_by = serializers.CharField(source="given_by.username")
    given_at = serializers.DateTimeField()
    revoked_by = serializers.CharField(source="revoked_by.username", default=None, allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)


def _sees_it(by: Actor, address: dict[str, Any], answer: Any) -> bool:
    return Delegation.objects.for_actor(by).filter(pk=answer["id"]).exists()


class Delegations(DeskList):
    """Delegations of the caller's shops."""

    queryset = Delegation.objects.none()
    serializer_class = DelegationRow

    def get_queryset(self) -> QuerySet[Delegation]:
        """With how each stands today."""
        return delegations_of(self.actor, self.at)

    @extend_schema(auth=SESSION_ONLY, request=DelegationBody, responses={201: DelegationRow})
    @once(sees=_sees_it)
    def post(self, request: Request) -> Response:
        """Lend the power to approve. A manager may lend a supervisor's; a token never does. 422 says what stands against it."""
        given = self.read(DelegationBody)
        shop = Shop.objects.for_actor(self.actor).filter(code=given["shop"]).first()
        if shop is None:
            raise NotFound(field="shop")
        row = delegate(
            by=self.actor,
            at=self.at,
            shop_id=shop.pk,
            approver_id=_person(given.get("approver"), "approver", shop),
            delegate_id=_person(given["delegate"], "delegate", shop) or 0,
            first_day=given["first_day"],
            last_day=given["last_day"],
        )
        return Response(self._row(row.pk), status=status.HTTP_201_CREATED)

    def _row(self, pk: int) -> dict[str, Any]:
        return dict(DelegationRow(self.get_queryset().get(pk=pk)).data)


class OneDelegation(DeskView):
    """A delegation."""

    @extend_schema(auth=SESSION_ONLY, responses=DelegationRow)
    @once(sees=_sees_it)
    def delete(self, request: Request, delegation_id: int) -> Response:
        """Take it back at once and answer how it stands. What was approved by it stays approved."""
        end_delegation(delegation_id, by=self.actor, at=self.at)
        return Response(DelegationRow(delegations_of(self.actor, self.at).get(pk=delegation_id)).data)


def _person(name: str | None, field: str, shop: Shop) -> int | None:
    if name is None:
        return None
    found = people_of([shop.pk]).filter(username=name).values_list("pk", flat=True).first()
    if found is None:
        raise Malformed(NOBODY, code="bad_person", field=field)
    return found
