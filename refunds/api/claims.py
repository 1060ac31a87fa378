"""GET and POST /api/v1/claims/, and the lines of statements below it: what couriers owe, claimed and paid (L13)."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from casework.api.once import once
from casework.models import Case
from logistics.models import Loss
from orders.access import Actor
from orders.api.bodies import Body, Text, Whole, example_with
from orders.api.openapi import SESSION_ONLY
from orders.api.orders import yuan
from orders.api.views import DeskList, DeskView
from orders.errors import Malformed
from refunds.actions.open_claims import MOST, open_claims
from refunds.actions.reverse_claims import give_back
from refunds.actions.settle_line import match_line, open_line_again, settle_line
from refunds.api.bodies import amount
from refunds.books.register import may_read
from refunds.claims.lists import READERS, settled, unmatched
from refunds.claims.unclaimed import unclaimed
from refunds.models import Recovery, StatementLine

Row = serializers.Serializer[Any]


class LossRow(Row):
    """What a courier owes and nobody has claimed. `case` is the case that found it."""

    id = serializers.IntegerField()
    case = serializers.IntegerField(source="case_id")
    waybill = serializers.CharField(source="parcel.waybill")
    courier = serializers.CharField(source="courier.code")
    cause = serializers.ChoiceField(choices=Loss.Cause.choices)
    amount = yuan()
    at = serializers.DateTimeField()


class StatementLineRow(Row):
    """A line of a courier's statement. `claim` is the id of the claim that it pays."""

    id = serializers.IntegerField()
    shop = serializers.CharField(source="shop.code")
    waybill = serializers.CharField()
    courier = serializers.CharField(source="courier.code", default=None, allow_null=True)
    amount = yuan()
    paid_on = serializers.DateField(allow_null=True)
    reference = serializers.CharField(allow_blank=True)
    note = serializers.CharField(allow_blank=True)
    claim = serializers.IntegerField(source="recovery.case_id", default=None, allow_null=True)


class ClaimMadeRow(Row):
    """A claim that was opened."""

    id = serializers.IntegerField(source="pk")
    number = serializers.CharField()
    state = serializers.CharField()


class ClaimsMade(Row):
    """The claims that were opened, in the order of their numbers."""

    claims = ClaimMadeRow(many=True)


class LossesBody(Body):
    """Ids of losses, all of which become claims or none."""

    losses = serializers.ListField(child=Whole(), max_length=MOST)


class RecoveryRow(Row):
    """Money of a claim that moved. `received` is what the claim still holds of the courier's money."""

    id = serializers.IntegerField()
    case = serializers.IntegerField(source="case_id")
    direction = serializers.ChoiceField(choices=Recovery.Direction.choices)
    amount = yuan()
    received = yuan(source="case.claim.received")
    at = serializers.DateTimeField()
    note = serializers.CharField(allow_blank=True)


class GiveBackBody(Body):
    """What went back to the courier: all that it had paid, as it was shown, and how."""

    amount = amount()
    note = Text(max_length=500)


class WordBody(Body):
    """Why."""

    note = Text(max_length=500)


@example_with("note")
class StatementLineBody(Body):
    """Which claim the line pays, or what it is."""

    case = Text(required=False, allow_null=True, max_length=20, help_text="The number of the claim.")
    note = Text(required=False, allow_null=True, max_length=500, help_text="What it is, where it is no claim.")


def _sees_them(by: Actor, address: dict[str, Any], answer: Any) -> bool:
    ids = [each["id"] for each in answer["claims"]]
    return Case.objects.for_actor(by).filter(pk__in=ids).count() == len(ids)


def _sees_claim(by: Actor, address: dict[str, Any], answer: Any) -> bool:
    return Case.objects.for_actor(by).filter(pk=answer["case"]).exists()


def _sees_line(by: Actor, address: dict[str, Any], answer: Any) -> bool:
    return StatementLine.objects.for_actor(by).filter(pk=answer["id"]).exists()


class Claims(DeskList):
    """Losses without a claim."""

    queryset = Loss.objects.none()
    serializer_class = LossRow

    def get_queryset(self) -> QuerySet[Any]:
        """Of the shops whose claims the caller may read. Raises NotAllowed where there is none."""
        may_read(self.actor, READERS, at=self.at)
        return unclaimed(self.actor, READERS)

    @extend_schema(request=LossesBody, responses={201: ClaimsMade})
    @once(sees=_sees_them)
    def post(self, request: Request) -> Response:
        """Claim losses, all or none. 422 `already_claimed`, `more_than_price`, `no_loss`."""
        made = open_claims(self.read(LossesBody)["losses"], by=self.actor, at=self.at)
        rows = Case.objects.filter(pk__in=[each.pk for each in made]).order_by("pk")
        return Response(ClaimsMade({"claims": rows}).data, status=status.HTTP_201_CREATED)


class StatementLines(DeskList):
    """Lines of statements that pay no claim yet."""

    queryset = StatementLine.objects.none()
    serializer_class = StatementLineRow

    def get_queryset(self) -> QuerySet[Any]:
        """Of the shops whose claims the caller may read. Raises NotAllowed where there is none."""
        may_read(self.actor, READERS, at=self.at)
        return unmatched(self.actor)


class SettledLines(StatementLines):
    """Lines of which somebody said that they pay no claim of ours."""

    def get_queryset(self) -> QuerySet[Any]:
        """Of the same shops."""
        may_read(self.actor, READERS, at=self.at)
        return settled(self.actor)


class OneStatementLine(DeskView):
    """One line of a statement."""

    @extend_schema(auth=SESSION_ONLY, request=StatementLineBody, responses={200: StatementLineRow})
    @once(sees=_sees_line)
    def post(self, request: Request, line_id: int) -> Response:
        """Say which claim the line pays (`case`), or what it is (`note`). For finance and leads who are logged in."""
        given = self.read(StatementLineBody)
        if given.get("case") and given.get("note"):
            raise Malformed(_("Say which claim it pays, or what it is; not both."), code="bad_value", field="note")
        if given.get("case"):
            match_line(line_id, case=given["case"], by=self.actor, at=self.at)
        else:
            settle_line(line_id, note=given.get("note") or "", by=self.actor, at=self.at)
        return Response(StatementLineRow(StatementLine.objects.select_related("shop", "courier", "recovery").get(pk=line_id)).data)


class StatementLineAgain(DeskView):
    """A line that somebody has settled with a wrong word."""

    @extend_schema(auth=SESSION_ONLY, request=WordBody, responses={200: StatementLineRow})
    @once(sees=_sees_line)
    def post(self, request: Request, line_id: int) -> Response:
        """Let it wait again, so that it can pay its claim. For finance and leads who are logged in. 422 `line_not_settled`, `line_settled`."""
        open_line_again(line_id, note=self.read(WordBody)["note"], by=self.actor, at=self.at)
        return Response(StatementLineRow(StatementLine.objects.select_related("shop", "courier", "recovery").get(pk=line_id)).data)


class GiveBack(DeskView):
    """The courier's money for a loss that is none."""

    @extend_schema(auth=SESSION_ONLY, request=GiveBackBody, responses={201: RecoveryRow})
    @once(sees=_sees_claim)
    def post(self, request: Request, case_id: int) -> Response:
        """Record that finance gave it back, all that the claim holds. For finance who are logged in. 422 `nothing_to_give_back`, `other_amount`."""
        row = give_back(case_id, **self.read(GiveBackBody), by=self.actor, at=self.at)
        row.case.claim.refresh_from_db()
        return Response(RecoveryRow(row).data, status=status.HTTP_201_CREATED)
