"""Intake over the API: what a text means, several cases at once, and notes without a case (L0.1, L0.5)."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from casework.actions.note_order import note_order
from casework.actions.open_all import open_all
from casework.actions.open_case import kind_by_hand
from casework.api.bodies import LookBody, NoteBody, SeveralBody
from casework.api.intake_rows import LookRow, OrderNoteRow, SeveralRow
from casework.api.once import once
from casework.intake.look import look
from casework.intake.rows import counts_of, lines_of, preview
from casework.models import Case, Journal
from casework.notes import notes_of
from casework.registry import KINDS, SUBJECTS
from orders.access import Actor
from orders.api.views import DeskList, DeskView
from orders.errors import NotAllowed, NotFound
from orders.models import Order


def refuse_who_opens_nothing(by: Actor) -> None:
    """Raise NotAllowed unless the actor opens some kind of case by hand."""
    if not any(by.has_role(frozenset(kind.OPENED_BY)) for name, kind in KINDS.items() if name in SUBJECTS):
        raise NotAllowed


def sees_its_cases(by: Actor, address: dict[str, Any], answer: Any) -> bool:
    """Whether the caller still sees every case that a kept answer names."""
    ids = {row["case"] for row in answer.get("rows", ()) if row["case"] is not None}
    return Case.objects.for_actor(by).filter(pk__in=ids).count() == len(ids)


def sees_its_order(by: Actor, address: dict[str, Any], answer: Any) -> bool:
    """Whether the caller still sees the order of a kept note."""
    return Order.objects.for_actor(by).filter(pk=address["order_id"]).exists()


class Intake(DeskView):
    """What a pasted text means."""

    @extend_schema(request=LookBody, responses={200: LookRow})
    def post(self, request: Request) -> Response:
        """What of the text is known, what not and why, and the order or parcel that it is about with the kinds of case in their likely order.

        While several may be meant there are `options` and no kinds: send the text again with the `key` of one as `pick`. Changes nothing.
        """
        refuse_who_opens_nothing(self.actor)
        given = self.read(LookBody)
        return Response(LookRow(look(given["text"], by=self.actor, now=self.at, pick=given.get("pick") or "")).data)


class SeveralCases(DeskView):
    """Several cases of a kind at once."""

    @extend_schema(request=SeveralBody, responses={200: SeveralRow})
    @once(sees=sees_its_cases)
    def post(self, request: Request) -> Response:
        """Open a case for each line of `text` that means an order or parcel without an open one, and say of each line what became of it.

        With `dry_run` nothing is opened: the rows say what would happen. Sent again it opens nothing twice.
        """
        refuse_who_opens_nothing(self.actor)
        given = self.read(SeveralBody)
        lines = lines_of(given["text"])
        if given.get("dry_run"):
            rows = preview(kind_by_hand(given["kind"]), lines, by=self.actor)
        else:
            rows = open_all(given["kind"], lines, note=given.get("note", ""), by=self.actor, at=self.at)
        return Response(SeveralRow({"rows": rows, "counts": counts_of(rows)}).data)


class OrderNotes(DeskList):
    """Notes on an order without a case."""

    queryset = Journal.objects.none()
    serializer_class = OrderNoteRow
    cursor_fields = ("-at", "-pk")

    def get_queryset(self) -> Any:
        """The notes on the order. Raises NotFound outside the caller's shops."""
        orders = Order.objects.for_actor(self.actor).filter(pk=self.kwargs["order_id"])
        if not orders.exists():
            raise NotFound(field="order")
        return notes_of(orders)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The notes on the order, newest first."""
        return super().get(request, *args, **kwargs)

    @extend_schema(request=NoteBody, responses={201: OrderNoteRow})
    @once(sees=sees_its_order)
    def post(self, request: Request, order_id: int) -> Response:
        """Keep a note on the order: what was settled at once and needs no case. Sent again with its key it stands once."""
        row = note_order(order_id, note=self.read(NoteBody)["note"], by=self.actor, at=self.at)
        return Response(OrderNoteRow(row).data, status=status.HTTP_201_CREATED)
