"""What is done with a case: steps, contacts, pictures, tasks, and who works on it. Rules are the actions' business."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from casework.actions.add_evidence import add_evidence
from casework.actions.advance import advance
from casework.actions.answer_task import answer_task
from casework.actions.assign import give_case, take_case, take_next
from casework.actions.deeds import finish_task, record_contact
from casework.actions.open_below import open_below
from casework.actions.reopen import reopen
from casework.actions.see_news import see_news
from casework.actions.step_back import step_back
from casework.api.bodies import AnswerBody, BackBody, BelowBody, ContactBody, EvidenceBody, NothingBody, OwnerBody, ReopenBody, StepBody
from casework.api.once import once
from casework.api.rows import CaseDetail, ContactRow, PictureRow, TaskRow
from casework.api.shown import show_case, with_twins
from orders.api.views import DeskView
from orders.errors import NotAllowed, NotFound
from orders.models import User
from orders.roles import AGENTS


class DeedView(DeskView):
    """A view that does something with a case and may answer how the case stands then."""

    def as_it_stands(self, case_id: int) -> Response:
        """The case, freshly read."""
        return Response(show_case(case_id, by=self.actor, at=self.at))


class TakeStep(DeedView):
    """A step of a case."""

    @extend_schema(request=StepBody, responses=CaseDetail)
    @once()
    def post(self, request: Request, case_id: int, step: str) -> Response:
        """Take the step and answer how the case stands. 409 `stale` when `version` is not the case's; 422 with every reason."""
        given = self.read(StepBody)
        advance(
            case_id,
            step,
            by=self.actor,
            at=self.at,
            version=given["version"],
            note=given.get("note", ""),
            facts=given.get("facts"),
        )
        return self.as_it_stands(case_id)


class StepBack(DeedView):
    """The last step of a case, taken back."""

    @extend_schema(request=BackBody, responses=CaseDetail)
    @once()
    def post(self, request: Request, case_id: int) -> Response:
        """Take the last step back, as who took it within `undo_within` or as a lead. 422 with every reason, such as what happened outside since."""
        given = self.read(BackBody)
        step_back(case_id, by=self.actor, at=self.at, version=given["version"], note=given.get("note", ""))
        return self.as_it_stands(case_id)


class Below(DeedView):
    """The case of another chapter, opened for a case."""

    @extend_schema(request=BelowBody, responses={201: CaseDetail})
    @once()
    def post(self, request: Request, case_id: int) -> Response:
        """Open it on the order of this case; one that is open there and stands alone becomes the case below. Answers that case."""
        given = self.read(BelowBody)
        child = open_below(case_id, kind=given["kind"], waybill=given.get("waybill") or "", by=self.actor, at=self.at)
        return Response(show_case(child.pk, by=self.actor, at=self.at), status=status.HTTP_201_CREATED)


class Reopen(DeedView):
    """A closed case, opened again."""

    @extend_schema(request=ReopenBody, responses=CaseDetail)
    @once()
    def post(self, request: Request, case_id: int) -> Response:
        """Open it again in the state that it was closed from; `note` says why. 422 when it stays closed, or another one is open."""
        given = self.read(ReopenBody)
        reopen(case_id, note=given["note"], by=self.actor, at=self.at, version=given["version"])
        return self.as_it_stands(case_id)


class Contacts(DeedView):
    """Attempts to reach the customer."""

    @extend_schema(request=ContactBody, responses={201: ContactRow})
    def post(self, request: Request, case_id: int) -> Response:
        """Record an attempt (L6.1); a step of the case may follow from it."""
        attempt = record_contact(case_id, by=self.actor, at=self.at, **self.read(ContactBody))
        return Response(ContactRow(attempt).data, status=status.HTTP_201_CREATED)


class Pictures(DeedView):
    """Evidence of a case."""

    parser_classes = [MultiPartParser]

    @extend_schema(request={"multipart/form-data": EvidenceBody}, responses={201: PictureRow})
    def post(self, request: Request, case_id: int) -> Response:
        """Add a picture. It is checked by content and stored anew, without anything but its pixels."""
        given = self.read(EvidenceBody)
        picture = add_evidence(case_id, upload=given["file"], kind=given["kind"], by=self.actor, at=self.at)
        return Response(PictureRow(with_twins([picture], self.actor, picture.case.evidence.all())[0]).data, status=status.HTTP_201_CREATED)


class TaskDone(DeedView):
    """A task of a case."""

    @extend_schema(request=None, responses=TaskRow)
    def post(self, request: Request, case_id: int, task_id: int) -> Response:
        """Mark it as done there (S7.1). Marking it twice changes nothing."""
        self.read(NothingBody)
        return Response(TaskRow(finish_task(case_id, task_id, by=self.actor, at=self.at)).data)


class TaskAnswered(DeedView):
    """A question of a case."""

    @extend_schema(request=AnswerBody, responses=TaskRow)
    @once()
    def post(self, request: Request, case_id: int, task_id: int) -> Response:
        """Answer it, as one of the role that is asked; the case goes on from the answer. The same answer again changes nothing."""
        given = self.read(AnswerBody)
        task = answer_task(case_id, task_id, answer=given["answer"], facts=given.get("facts"), by=self.actor, at=self.at)
        return Response(TaskRow(task).data)


class Seen(DeedView):
    """The news of a case."""

    @extend_schema(request=None, responses=CaseDetail)
    def post(self, request: Request, case_id: int) -> Response:
        """Take the news off: they were seen by the owner, or by anybody where nobody owns the case."""
        self.read(NothingBody)
        see_news(case_id, by=self.actor, at=self.at)
        return self.as_it_stands(case_id)


class Take(DeedView):
    """The case becomes the caller's."""

    @extend_schema(request=None, responses=CaseDetail)
    def post(self, request: Request, case_id: int) -> Response:
        """Take a case that nobody owns; a lead also takes over."""
        self.read(NothingBody)
        take_case(case_id, by=self.actor, at=self.at)
        return self.as_it_stands(case_id)


class TakeNext(DeedView):
    """The next case for the caller."""

    @extend_schema(request=None, responses=CaseDetail)
    def post(self, request: Request) -> Response:
        """Take the free case that runs out first. 404 `nothing_waits` when there is none."""
        self.read(NothingBody)
        if not self.actor.has_role(AGENTS):
            raise NotAllowed
        case = take_next(by=self.actor, at=self.at)
        if case is None:
            raise NotFound(code="nothing_waits")
        return self.as_it_stands(case.pk)


class Give(DeedView):
    """The case becomes a colleague's."""

    @extend_schema(request=OwnerBody, responses=CaseDetail)
    def post(self, request: Request, case_id: int) -> Response:
        """Give the case to a colleague who works in its shop, or with null back into its queue."""
        give_case(case_id, _colleague(self.read(OwnerBody)["owner"]), by=self.actor, at=self.at)
        return self.as_it_stands(case_id)


def _colleague(name: Any) -> int | None:
    if name is None:
        return None
    found = User.objects.filter(username=name).values_list("pk", flat=True).first()
    # Nobody of that name: the action says so after it has looked at the caller's rights.
    return found if found is not None else 0
