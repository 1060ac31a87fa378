"""Evidence: a picture on a case, stored privately under a name that nobody guesses."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import pathlib
import secrets
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from casework.actions.deeds import about_case, choice, locked_for_work, refuse_others
from casework.actions.door import door
from casework.actions.moves import follow
from casework.actions.sweep import fire_case
from casework.models import Evidence, EvidenceKind
from casework.pictures import SUFFIX, Picture, read_picture
from orders.access import Actor
from orders.clock import wall_clock
from orders.errors import Malformed, Refused
from orders.roles import STAFF


def add_evidence(case_id: int, *, upload: Any, kind: Any, by: Actor, at: dt.datetime | None = None) -> Evidence:
    """Check, re-encode, hash and store a picture. `upload` is a file with read(). The kind says which step follows,
    in the same transaction. What ran out before `at` fires first.

    Raises Malformed for no or a bad picture, NotFound, NotAllowed, Refused `case_closed` or `too_many_pictures`.
    A refused picture leaves no bytes on the disk.
    """
    now = at or wall_clock()
    kind = choice(kind, EvidenceKind, "kind")
    if upload is None or not hasattr(upload, "read"):
        raise Malformed(_("Choose a picture."), code="file_required", field="file")
    # Who may not add a picture does not make us look at it either.
    with door(by, now):
        refuse_others(case_id, by, STAFF)
    fire_case(case_id, by=by, at=now)
    upload.seek(0)
    picture = read_picture(upload)
    upload.seek(0)
    original = hashlib.file_digest(upload, "sha256").hexdigest()
    name = f"{now:%Y%m}/{secrets.token_hex(16)}.{SUFFIX[picture.mime]}"
    try:
        _store(picture, name)
        return _keep(case_id, kind, name, picture, original, by, now)
    except BaseException:
        # Whatever went wrong, a picture without a row leaves no bytes behind.
        (pathlib.Path(settings.MEDIA_ROOT) / name).unlink(missing_ok=True)
        raise


def _keep(case_id: int, kind: str, name: str, picture: Picture, original: str, by: Actor, now: dt.datetime) -> Evidence:
    with door(by, now):
        case, situation = locked_for_work(case_id, by, now, STAFF)
        if len(situation.evidence) >= situation.policy("evidence_photos"):
            raise about_case(Refused(_("The case has as many pictures as it may have."), code="too_many_pictures"), case)
        evidence = Evidence.objects.create(
            case=case,
            kind=kind,
            path=name,
            mime=picture.mime,
            size=len(picture.data),
            width=picture.width,
            height=picture.height,
            sha256=hashlib.sha256(picture.data).hexdigest(),
            original_sha256=original,
            taken_at=picture.taken_at,
            uploaded_at=now,
            uploaded_by_id=by.user_id,
        )
        situation.evidence.append(evidence)
        step = case.step_after_evidence(kind, situation)
        follow(case, step, "evidence", situation, facts={}, own={"evidence": evidence.pk, "kind": kind, "sha256": evidence.sha256})
    return evidence


def _store(picture: Picture, name: str) -> None:
    """Write the bytes under a name that nobody guesses."""
    path = pathlib.Path(settings.MEDIA_ROOT) / name
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(picture.data)


def evidence_path(evidence: Evidence) -> pathlib.Path:
    """Where the picture lies on the disk."""
    return pathlib.Path(settings.MEDIA_ROOT) / evidence.path
