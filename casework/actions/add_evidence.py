"""Evidence: a picture on a case, stored privately under a name that nobody guesses."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import pathlib
import secrets
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from casework.actions.deeds import about_case, choice, locked_for_work, refuse_others
from casework.actions.door import door
from casework.actions.moves import follow
from casework.actions.sweep import fire_case
from casework.actions.tell_owner import tell_owner
from casework.models import Evidence, EvidenceKind, UploadLink
from casework.photos.looks import parts_of
from casework.photos.pictures import SUFFIX, Picture, read_picture
from orders.access import Actor
from orders.clock import wall_clock
from orders.errors import Malformed, Refused
from orders.roles import STAFF


def add_evidence(
    case_id: int, *, upload: Any, kind: Any, by: Actor, at: dt.datetime | None = None, link: UploadLink | None = None
) -> Evidence:
    """Check, re-encode, hash and store a picture. `upload` is a file with read(). The kind says which step follows,
    in the same transaction. What ran out before `at` fires first.

    Raises Malformed for no or a bad picture, NotFound, NotAllowed, Refused `case_closed`, `too_many_pictures`, and of a
    customer's `link` `link_ended`. A refused picture leaves no bytes on the disk, and the same one by the same link is stored once.
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
    seen = {"original_sha256": sha256_of(upload), **_columns(picture, now)}
    fresh = Evidence(case_id=case_id, kind=kind, uploaded_at=now, uploaded_by_id=by.user_id, link=link, **seen)
    return _keep_with_bytes(fresh, picture, by, now)


def sha256_of(upload: Any) -> str:
    """The hash of the bytes as they were sent."""
    upload.seek(0)
    return hashlib.file_digest(upload, "sha256").hexdigest()


def _columns(picture: Picture, now: dt.datetime) -> dict[str, Any]:
    """What the row keeps of a clean picture, and the path of its bytes, which nobody guesses."""
    return {
        "path": f"{now:%Y%m}/{secrets.token_hex(16)}.{SUFFIX[picture.mime]}",
        "mime": picture.mime,
        "size": len(picture.data),
        "width": picture.width,
        "height": picture.height,
        "sha256": hashlib.sha256(picture.data).hexdigest(),
        "look": picture.look,
        "look_parts": parts_of(picture.look),
        "taken_at": picture.taken_at,
    }


def _keep_with_bytes(fresh: Evidence, picture: Picture, by: Actor, now: dt.datetime) -> Evidence:
    """Store bytes and row. Whatever goes wrong, a picture without a row leaves no bytes behind."""
    kept = None
    try:
        _store(picture, evidence_path(fresh))
        kept = _keep(fresh, by, now)
        return kept
    finally:
        if kept is not fresh:
            evidence_path(fresh).unlink(missing_ok=True)


def _keep(evidence: Evidence, by: Actor, now: dt.datetime) -> Evidence:
    """Write the row and what follows from it, or give back the row that the same link brought before."""
    with door(by, now):
        case, situation = locked_for_work(evidence.case_id, by, now, STAFF)
        if evidence.link_id is not None:
            _refuse_ended(evidence.link_id, now)
            known = [each for each in situation.evidence if _is_sent_again(evidence, each)]
            if known:
                return known[0]
        most = situation.policy("evidence_photos" if evidence.link is None else "link_photos")
        if not has_place(
            evidence.link, evidence.kind, [each.kind for each in situation.evidence if each.link_id == evidence.link_id], most
        ):
            raise about_case(too_many_pictures(), case)
        evidence.save(force_insert=True)
        situation.evidence.append(evidence)
        step = case.step_after_evidence(evidence.kind, situation)
        own = {"evidence": evidence.pk, "kind": evidence.kind, "sha256": evidence.sha256}
        follow(case, step, "evidence", situation, facts={}, own=own)
        if by.is_customer:
            tell_owner(case, "photos", at=now)
    return evidence


def has_place(link: UploadLink | None, kind: str, came: Sequence[str], most: int) -> bool:
    """Whether one more picture of the kind may come where those of `came` are. Our places and those of each link are counted apart,
    so a customer never takes ours; of a link's places one is kept for each kind that it still asks for.
    """
    if link is None:
        return len(came) < most
    wanting = set(link.kinds) - set(came)
    return kind in wanting or len(came) + len(wanting) < most


def too_many_pictures() -> Refused:
    """The refusal of a picture for which there is no place."""
    return Refused(_("There are as many pictures as there may be."), code="too_many_pictures")


def _is_sent_again(this: Evidence, other: Evidence) -> bool:
    """Whether the same bytes came by the same link before; two at the same moment are one as well."""
    return (this.link_id, this.kind, this.original_sha256) == (other.link_id, other.kind, other.original_sha256)


def _refuse_ended(link_id: int, now: dt.datetime) -> None:
    """Raise Refused `link_ended` when the link was revoked while the picture came. Under the lock of its case, which a revocation takes too."""
    if not UploadLink.objects.filter(pk=link_id, revoked_at=None, expires_at__gt=now).exists():
        raise Refused(code="link_ended")


def _store(picture: Picture, path: pathlib.Path) -> None:
    """Write the bytes where no file is yet."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(picture.data)


def evidence_path(evidence: Evidence) -> pathlib.Path:
    """Where the picture lies on the disk."""
    return pathlib.Path(settings.MEDIA_ROOT) / evidence.path
