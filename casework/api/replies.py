"""Replies over the API: scripts filled from a case, a text checked, versions read; promises put on record and ended."""

from __future__ import annotations

from collections.abc import Collection

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from casework.actions.promise import end_promise, make_promise, take_promise_back
from casework.api.once import once
from casework.api.rows import Row, name_of
from casework.models import Case, Promise, Script, Severity, Standing
from casework.replies.checking import Draft, check, rules_of
from casework.replies.promises import find_promises
from casework.scripts.library import scripts_for
from casework.scripts.told import told_of
from orders.api.bodies import Body, Text, Truth
from orders.api.views import DeskView
from orders.errors import NotAllowed, NotFound
from orders.models import Shop
from orders.roles import AGENTS


class MissingRow(Row):
    """A variable that the case does not know, and where it is entered."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # as in other rows
    enter = serializers.CharField()


class ReplyFindingRow(Row):
    """What a rule found: `block` must not go out so."""

    code = serializers.CharField()
    severity = serializers.ChoiceField(choices=Severity.choices)
    message = serializers.CharField()
    better = serializers.CharField()
    words = serializers.CharField()
    rule = serializers.CharField()


class ScriptRow(Row):
    """A script for a case. `text` may go out when `may_copy` is true; personal data stand behind masks and are shown on the page only."""

    code = serializers.CharField(source="script.code")
    version = serializers.IntegerField(source="script.number")
    kind = serializers.CharField(source="script.kind")
    title = serializers.CharField(source="script.title")
    fits = serializers.BooleanField()
    text = serializers.CharField(source="filled.text")
    may_copy = serializers.BooleanField(source="filled.may_copy")
    masked = serializers.BooleanField(source="filled.is_masked")
    missing = MissingRow(many=True, source="filled.missing")


class PromiseWordRow(Row):
    """Words of a text that promise a time. `sure` where they do so for certain."""

    words = serializers.CharField()
    due_at = serializers.DateTimeField()
    sure = serializers.BooleanField(source="is_sure")


class CheckedRow(Row):
    """What was found in a text."""

    findings = ReplyFindingRow(many=True)
    promises = PromiseWordRow(many=True)


class VersionRow(Row):
    """A version of a script; `shop` is null for the wording of all shops."""

    number = serializers.IntegerField()
    shop = name_of("shop.code")
    standing = serializers.ChoiceField(choices=Standing.choices)
    kind = serializers.CharField()
    states = serializers.ListField(child=serializers.CharField())
    title = serializers.CharField()
    text = serializers.CharField()
    changed_at = serializers.DateTimeField()
    changed_by = name_of("changed_by.username")


class PromiseRow(Row):
    """A promise to the customer."""

    id = serializers.IntegerField()
    what = serializers.CharField()
    due_at = serializers.DateTimeField()
    made_at = serializers.DateTimeField()
    made_by = name_of("made_by.username")
    status = serializers.ChoiceField(choices=Promise.Status.choices)
    ended_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField()


class CheckBody(Body):
    """A text for the customer, and the code of the script that it was made of."""

    text = Text(max_length=2000)
    script = Text(required=False, max_length=60)


class PromiseBody(Body):
    """What was promised, and until when."""

    what = Text(max_length=500)
    due_at = serializers.DateTimeField()


class EndBody(Body):
    """Whether it was kept; else why it is off."""

    kept = Truth()
    reason = Text(required=False, max_length=300)


class Scripts(DeskView):
    """The scripts of a case."""

    def parameters(self) -> Collection[str]:
        """The words of a search."""
        return ("q",)

    @extend_schema(
        parameters=[OpenApiParameter("q", str, description="Words that all stand in title, text or kind.")], responses=ScriptRow(many=True)
    )
    def get(self, request: Request, case_id: int) -> Response:
        """Those that fit its kind and state, or that have the words of `q`, filled from its facts."""
        told = told_of(case_id, by=self.actor, now=self.at)
        return Response(ScriptRow(scripts_for(told, request.query_params.get("q", "")[:60]), many=True).data)


class ReplyCheck(DeskView):
    """A text for the customer of a case."""

    @extend_schema(request=CheckBody, responses=CheckedRow)
    def post(self, request: Request, case_id: int) -> Response:
        """What the rules for replies find in it, and the times that it promises. Nothing is kept."""
        given = self.read(CheckBody)
        told = told_of(case_id, by=self.actor, now=self.at)
        text: str = given["text"]
        draft = Draft(text, told.case, script=given.get("script") or "", kept_as=told.case.redacted(text, told.at))
        found = {"findings": check(draft, rules_of(told.case.shop_id)), "promises": find_promises(text, told.at)}
        return Response(CheckedRow(found).data)


class ScriptVersions(DeskView):
    """The versions of a script."""

    def parameters(self) -> Collection[str]:
        """Whose."""
        return ("shop",)

    @extend_schema(
        parameters=[OpenApiParameter("shop", str, description="The shop's code; without it the wording of all shops.")],
        responses=VersionRow(many=True),
    )
    def get(self, request: Request, code: str) -> Response:
        """Newest first."""
        if not self.actor.has_role(AGENTS):
            raise NotAllowed
        shop_code = request.query_params.get("shop")
        shop = Shop.objects.for_actor(self.actor).filter(code=shop_code).first() if shop_code else None
        rows = list(Script.objects.of(code, shop.pk if shop else None)) if shop or not shop_code else []
        if not rows:
            raise NotFound
        return Response(VersionRow(rows, many=True).data)


class Promises(DeskView):
    """Promises to the customer of a case."""

    @extend_schema(responses=PromiseRow(many=True))
    def get(self, request: Request, case_id: int) -> Response:
        """All of them, the first to be kept first."""
        if not Case.objects.for_actor(self.actor).filter(pk=case_id).exists():
            raise NotFound
        return Response(PromiseRow(Promise.objects.filter(case=case_id).select_related("made_by"), many=True).data)

    @extend_schema(request=PromiseBody, responses={201: PromiseRow})
    @once()
    def post(self, request: Request, case_id: int) -> Response:
        """Put one on record (S1.4); its time becomes a deadline of the case."""
        given = self.read(PromiseBody)
        made = make_promise(case_id, what=given["what"], due_at=given["due_at"], by=self.actor, at=self.at)
        return Response(PromiseRow(made).data, status=status.HTTP_201_CREATED)


class PromiseEnd(DeskView):
    """The end of a promise."""

    @extend_schema(request=EndBody, responses=PromiseRow)
    def post(self, request: Request, case_id: int, promise_id: int) -> Response:
        """It was kept, or it is off and why. Saying the same again changes nothing; 422 `promise_ended` for the other."""
        given = self.read(EndBody)
        ended = end_promise(case_id, promise_id, is_kept=given["kept"], reason=given.get("reason") or "", by=self.actor, at=self.at)
        return Response(PromiseRow(ended).data)


class PromiseBack(DeskView):
    """The end of a promise that was a slip."""

    @extend_schema(request=None, responses=PromiseRow)
    def post(self, request: Request, case_id: int, promise_id: int) -> Response:
        """It stands again. Within `undo_within` by who ended it, by a lead later (422 `undo_over`, 403 `not_taker`)."""
        return Response(PromiseRow(take_promise_back(case_id, promise_id, by=self.actor, at=self.at)).data)
