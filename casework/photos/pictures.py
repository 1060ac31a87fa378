"""Pictures from outside: recognised by content, bounded, re-encoded so that nothing but pixels is kept (U1-U3)."""

from __future__ import annotations

import datetime as dt
import io
import struct
import threading
from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext_lazy as _
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from casework.calendars import SHOP_TIME
from casework.photos.looks import look_of
from orders.clock import YEARS
from orders.errors import Malformed

BYTES = 15 * 1024 * 1024
# What phones make; of the other formats as much as costs no more: a WebP decoder keeps four copies, while a large JPEG is read at half its size.
PIXELS = {"JPEG": 50_000_000, "MPO": 50_000_000, "PNG": 25_000_000, "WEBP": 13_000_000}
READ_WHOLE = 25_000_000
SIDE = 12_000
# So many pictures are decoded at a time in one process; others wait.
AT_ONCE = threading.BoundedSemaphore(2)
# What is stored fits a screen and still shows a waybill's print.
STORED_SIDE = 4096
FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "MPO": "image/jpeg"}
READ_AS = ("JPEG", "PNG", "WEBP")
SUFFIX = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}
HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif")
# What a decoder raises over bytes that lie: of Pillow, of its plugins' struct and arithmetic, and warnings where they are errors.
UNREADABLE = (
    UnidentifiedImageError, Image.DecompressionBombError, Warning,
    OSError, SyntaxError, ValueError, EOFError, struct.error, ArithmeticError, LookupError, TypeError, AttributeError,
)  # fmt: skip


@dataclass(frozen=True)
class Picture:
    """A clean picture: bytes, type, size in pixels, and when the camera says it was taken."""

    data: bytes
    mime: str
    width: int
    height: int
    taken_at: dt.datetime | None
    look: int | None


def read_picture(upload: IO[bytes]) -> Picture:
    """Read an uploaded picture. Raises Malformed with a code for what is wrong; decodes nothing before its size is known."""
    raw = upload.read(BYTES + 1)
    if len(raw) > BYTES:
        raise _bad("picture_too_large", _("A picture has at most 15 MB."))
    if raw[4:8] == b"ftyp" and raw[8:12] in HEIC_BRANDS:
        raise _bad("picture_heic", _("This is a HEIC picture; please send it as JPEG."))
    try:
        with AT_ONCE:
            return _decode(raw)
    except UNREADABLE as error:
        raise _bad("picture_unreadable", _("This is not a readable JPEG, PNG or WebP picture.")) from error


def _decode(raw: bytes) -> Picture:
    with Image.open(io.BytesIO(raw), formats=READ_AS) as image:
        if image.width > SIDE or image.height > SIDE or image.width * image.height > PIXELS[image.format or ""]:
            raise _bad("picture_too_many_pixels", _("This picture has too many pixels."))
        # A phone's MPO is a JPEG with a second picture (depth, brightness) behind it; the first is the photo.
        if getattr(image, "n_frames", 1) > 1 and image.format != "MPO":
            raise _bad("picture_moves", _("Moving pictures are not taken."))
        mime = FORMATS[image.format or ""]
        taken = _taken_at(image)
        if image.width * image.height > READ_WHOLE:
            # Nothing but for JPEG, which is decoded at half its width and height, with a quarter of the memory.
            image.draft(None, (image.width // 2, image.height // 2))
        image.thumbnail((STORED_SIDE, STORED_SIDE))
        ImageOps.exif_transpose(image, in_place=True)
        bare = _only_pixels(image, mime)
    return Picture(_encode(bare, mime), mime, bare.width, bare.height, taken, look_of(bare))


def _only_pixels(image: Image.Image, mime: str) -> Image.Image:
    """A copy without EXIF, comments, profile, or anything behind the end."""
    bare = image.convert("RGBA" if mime != "image/jpeg" and image.has_transparency_data else "RGB")
    bare.info = {}
    return bare


def _encode(bare: Image.Image, mime: str) -> bytes:
    out = io.BytesIO()
    if mime == "image/jpeg":
        bare.save(out, "JPEG", quality=88)
    elif mime == "image/png":
        bare.save(out, "PNG")
    else:
        bare.save(out, "WEBP", quality=88)
    return out.getvalue()


def _taken_at(image: Image.Image) -> dt.datetime | None:
    """EXIF's time; None when the camera says none or nonsense, as years that no order has seen.

    EXIF's time has no zone. Phones say it beside (OffsetTimeOriginal); without it the camera is taken to show shop time.
    """
    exif = image.getexif()
    more = exif.get_ifd(ExifTags.IFD.Exif)
    text = more.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime)
    try:
        taken = dt.datetime.strptime(str(text)[:19], "%Y:%m:%d %H:%M:%S").replace(tzinfo=SHOP_TIME)
    except ValueError:
        return None
    return taken.replace(tzinfo=_zone(more.get(ExifTags.Base.OffsetTimeOriginal))) if taken.year in YEARS else None


def _zone(offset: object) -> dt.tzinfo:
    """The zone that the camera names ("+08:00"), or that of the shop."""
    try:
        return dt.datetime.strptime(str(offset)[:6], "%z").tzinfo or SHOP_TIME
    except ValueError:
        return SHOP_TIME


def _bad(code: str, text: object) -> Malformed:
    return Malformed(text, code=code, field="file")  # type: ignore[arg-type]  # lazy text
