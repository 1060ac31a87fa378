"""U1-U3, U7 Evidence: pictures by content, re-encoded to pixels and nothing else; what is refused leaves no bytes."""

import contextlib
import datetime as dt
import hashlib
import io
import os
import pathlib
import random
import resource
import struct
import threading
import time
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from PIL import Image, PngImagePlugin

from casework.actions.add_evidence import add_evidence, evidence_path
from casework.actions.verify import verify_invariants
from casework.models import Evidence, Policy
from casework.photos import pictures
from casework.photos.pictures import read_picture
from casework.reading import timeline
from orders.errors import DeskError, Malformed, NotAllowed, NotFound, Refused
from tests.builders import an_unreachable
from tests.cast import MONDAY, acts

SCRIPT = b"<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    """A directory of its own for the bytes."""
    settings.MEDIA_ROOT = tmp_path / "evidence"
    return settings.MEDIA_ROOT


def encoded(format, size=(40, 30), mode="RGB", **options):
    file = io.BytesIO()
    Image.new(mode, size, "red").save(file, format, **options)
    return file.getvalue()


def a_png():
    return io.BytesIO(encoded("PNG"))


def stored(root):
    return [path for path in pathlib.Path(root).rglob("*") if path.is_file()] if pathlib.Path(root).exists() else []


def refusal(data):
    with pytest.raises(Malformed) as refused:
        read_picture(io.BytesIO(data))
    assert (refused.value.status, refused.value.field) == (400, "file")
    return refused.value.code


def png_chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_header(width, height):
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))


def photo(*, orientation=1, taken="2026:11:22 13:14:15", size=(40, 30), offset=None):
    """A JPEG as a phone makes it: EXIF with orientation, time, maker's words and the place."""
    image = Image.new("RGB", size, "white")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "SecretMaker"
    exif[0x010E] = SCRIPT.decode()
    exif.get_ifd(0x8769)[0x9003] = taken
    if offset is not None:
        exif.get_ifd(0x8769)[0x9011] = offset
    exif.get_ifd(0x8825).update({1: "N", 2: (30.0, 16.0, 1.0), 3: "E", 4: (120.0, 9.0, 1.0)})
    file = io.BytesIO()
    image.save(file, "JPEG", exif=exif, comment=SCRIPT)
    return file.getvalue()


# What is taken -------------------------------------------------------------------------------------


@pytest.mark.rule("R1.1")
@pytest.mark.parametrize(("format", "mime"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")])
def test_a_picture_is_stored_privately_with_both_digests_and_one_entry(agent, media, format, mime):
    case = an_unreachable(agent)
    data = encoded(format)
    upload = SimpleUploadedFile("我的照片.jpg", data, content_type="image/whatever")
    row = add_evidence(case.pk, upload=upload, kind="chat", by=acts(agent), at=MONDAY)
    path = evidence_path(row)
    assert (row.mime, row.width, row.height, row.uploaded_by, row.uploaded_at) == (mime, 40, 30, agent, MONDAY)
    assert (row.original_sha256, row.sha256) == (hashlib.sha256(data).hexdigest(), hashlib.sha256(path.read_bytes()).hexdigest())
    assert (row.size, path.stat().st_mode & 0o777) == (len(path.read_bytes()), 0o600)
    assert row.path.startswith("202611/")
    assert len(path.stem) == 32
    assert "照片" not in str(path)
    assert timeline(case).last().facts == {"evidence": row.pk, "kind": "chat", "sha256": row.sha256}
    assert verify_invariants() == []


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_is_read(mode):
    file = io.BytesIO()
    Image.new(mode, (10, 10)).save(file, "PNG")
    found = read_picture(io.BytesIO(file.getvalue()))
    assert Image.open(io.BytesIO(found.data)).size == (10, 10)


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_every_kind_of_jpeg_is_read(mode):
    assert read_picture(io.BytesIO(encoded("JPEG", mode=mode) if mode != "L" else encoded_grey())).mime == "image/jpeg"


def encoded_grey():
    file = io.BytesIO()
    Image.new("L", (10, 10)).save(file, "JPEG")
    return file.getvalue()


def test_a_phones_photo_with_a_second_picture_behind_it_is_a_photo():
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(file, "MPO", save_all=True, append_images=[Image.new("RGB", (8, 8), "blue")])
    found = read_picture(io.BytesIO(file.getvalue()))
    assert (found.mime, found.width, found.height) == ("image/jpeg", 40, 30)
    assert getattr(Image.open(io.BytesIO(found.data)), "n_frames", 1) == 1


def test_a_large_photo_is_made_smaller_and_keeps_its_shape():
    found = read_picture(io.BytesIO(encoded("JPEG", size=(6000, 3000))))
    assert (found.width, found.height) == (4096, 2048)


@pytest.mark.parametrize(("orientation", "size"), [(1, (40, 30)), (3, (40, 30)), (6, (30, 40)), (8, (30, 40))])
@pytest.mark.fault("U2")
def test_the_photo_stands_upright_and_where_it_was_taken_is_gone(orientation, size):
    raw = photo(orientation=orientation)
    assert b"SecretMaker" in raw
    found = read_picture(io.BytesIO(raw))
    image = Image.open(io.BytesIO(found.data))
    assert image.size == (found.width, found.height) == size
    assert dict(image.getexif()) == {}
    for trace in (b"SecretMaker", b"Exif", b"GPS", SCRIPT, b"<script"):
        assert trace not in found.data
    red = {1: (2, 15), 3: (37, 15), 6: (15, 2), 8: (15, 37)}[orientation]
    assert image.getpixel(red)[1] < 60


def test_when_the_camera_says_it_was_taken_is_shop_time_and_nonsense_is_nothing():
    shop_time = dt.timezone(dt.timedelta(hours=8))
    assert read_picture(io.BytesIO(photo())).taken_at == dt.datetime(2026, 11, 22, 13, 14, 15, tzinfo=shop_time)
    for nonsense in ("0000:00:00 00:00:00", "yesterday", "", "2026:13:45 99:99:99", "0001:01:01 00:00:00", "9999:12:31 23:59:59"):
        assert read_picture(io.BytesIO(photo(taken=nonsense))).taken_at is None


@pytest.mark.parametrize(("offset", "hours"), [("+09:00", 9), ("-05:00", -5), ("+25:00", 8), ("soon", 8), ("", 8)])
def test_the_zone_that_the_camera_names_counts_and_without_one_that_of_the_shop(offset, hours):
    zone = dt.timezone(dt.timedelta(hours=hours))
    assert read_picture(io.BytesIO(photo(offset=offset))).taken_at == dt.datetime(2026, 11, 22, 13, 14, 15, tzinfo=zone)


# What is not ---------------------------------------------------------------------------------------

NO_PICTURES = {
    "empty": b"",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "html": b"<!doctype html><html><body><script>alert(1)</script></body></html>",
    "xhtml": b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>',
    "xml": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
    "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\nshowpage\n",
    "psd": b"8BPS\x00\x01" + b"\x00" * 40,
    "pdf": b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n",
    "zip": b"PK\x03\x04" + b"\x00" * 60,
    "exe": b"MZ" + b"\x00" * 60,
    "text": b"hello",
    "jpeg's first bytes": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x00" * 20,
    "png's first bytes": b"\x89PNG\r\n\x1a\n",
    "riff that is no webp": b"RIFF\x24\x00\x00\x00WAVEfmt " + b"\x00" * 40,
}


@pytest.mark.fault("U1")
@pytest.mark.parametrize("what", NO_PICTURES)
def test_what_is_no_picture_is_refused_by_its_content_whatever_it_is_called(what):
    assert refusal(NO_PICTURES[what]) == "picture_unreadable"


@pytest.mark.fault("U1")
@pytest.mark.parametrize("format", ["GIF", "BMP", "TIFF", "ICO", "PPM", "TGA", "EPS", "JPEG2000"])
def test_pictures_of_other_formats_are_refused(format):
    try:
        data = encoded(format)
    except OSError:
        pytest.skip("this Pillow does not write it")
    assert refusal(data) == "picture_unreadable"


@pytest.mark.fault("U2")
@pytest.mark.parametrize("brand", [b"heic", b"heix", b"hevc", b"mif1", b"avif"])
def test_heic_is_refused_with_a_sentence_of_its_own(brand):
    assert refusal(struct.pack(">I", 24) + b"ftyp" + brand + b"\x00" * 200) == "picture_heic"


@pytest.mark.fault("U2")
@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("tail", [SCRIPT, b"PK\x03\x04" + b"jar" * 50, NO_PICTURES["html"], b"\x00" * 10_000])
def test_what_hides_behind_the_end_of_a_picture_is_not_stored(format, tail):
    found = read_picture(io.BytesIO(encoded(format) + tail))
    assert tail[:20] not in found.data
    assert b"<script" not in found.data


@pytest.mark.fault("U2")
def test_words_and_profiles_inside_a_png_are_not_stored():
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", SCRIPT.decode(), zip=False)
    info.add_itxt("XML:com.adobe.xmp", SCRIPT.decode())
    raw = encoded("PNG", pnginfo=info, icc_profile=SCRIPT * 20)
    assert SCRIPT in raw
    found = read_picture(io.BytesIO(raw))
    for trace in (SCRIPT, b"tEXt", b"iTXt", b"iCCP", b"eXIf"):
        assert trace not in found.data


@pytest.mark.fault("U3")
@pytest.mark.parametrize(
    ("width", "height"), [(50_000, 50_000), (12_001, 10), (10, 12_001), (8_000, 8_000), (2**31 - 1, 2**31 - 1), (0, 0), (30_000, 3_000)]
)
def test_a_header_that_promises_too_much_is_refused_at_once(width, height):
    began = time.perf_counter()
    code = refusal(png_header(width, height) + png_chunk(b"IDAT", zlib.compress(b"\x00" * 100)) + png_chunk(b"IEND", b""))
    assert code in ("picture_too_many_pixels", "picture_unreadable")
    assert time.perf_counter() - began < 1


@pytest.mark.fault("U3")
@pytest.mark.parametrize(
    ("format", "mode", "size"), [("PNG", "RGBA", (7_000, 7_000)), ("WEBP", "RGB", (5_000, 4_000)), ("JPEG", "RGB", (7_100, 7_100))]
)
def test_more_pixels_than_the_format_may_have_are_refused(format, mode, size):
    assert refusal(encoded(format, size, mode)) == "picture_too_many_pixels"


def megabytes_to_read(data):
    """What reading the picture adds to a process at most, in MB."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        read_picture(io.BytesIO(data))
        os.write(writer, str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before).encode())
        os._exit(0)
    os.waitpid(child, 0)
    os.close(writer)
    with os.fdopen(reader) as said:
        return int(said.read()) / 1024


@pytest.mark.fault("U3")
@pytest.mark.parametrize(
    ("format", "mode", "size"),
    [("JPEG", "RGB", (8_000, 6_000)), ("JPEG", "RGB", (5_700, 4_300)), ("PNG", "RGBA", (5_000, 5_000)), ("WEBP", "RGBA", (3_600, 3_600))],
)
def test_the_largest_pictures_cost_little_memory(format, mode, size):
    assert megabytes_to_read(encoded(format, size, mode)) < 450


def test_a_phones_largest_photo_is_kept_large_enough_to_read():
    found = read_picture(io.BytesIO(photo(orientation=6, size=(8_000, 6_000))))
    assert (found.width, found.height) == (3_000, 4_000)


@pytest.mark.fault("U3")
def test_two_pictures_at_most_are_read_at_once(monkeypatch):
    busy, most = [], []
    reading = pictures._decode

    def decode(raw):
        busy.append(raw)
        most.append(len(busy))
        time.sleep(0.05)
        found = reading(raw)
        busy.pop()
        return found

    monkeypatch.setattr(pictures, "_decode", decode)
    threads = [threading.Thread(target=read_picture, args=(a_png(),)) for _ in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert (len(most), max(most)) == (6, 2)


@pytest.mark.fault("U3")
@pytest.mark.parametrize("format", ["PNG", "WEBP"])
def test_a_moving_picture_is_refused(format):
    frames = [Image.new("RGB", (10, 10), colour) for colour in ("red", "blue", "green")]
    file = io.BytesIO()
    frames[0].save(file, format, save_all=True, append_images=frames[1:], duration=50)
    assert refusal(file.getvalue()) == "picture_moves"


@pytest.mark.fault("U3")
def test_an_animation_of_ten_thousand_frames_is_refused_at_once():
    frame = b"\x21\xf9\x04\x04\x05\x00\x00\x00\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00"
    began = time.perf_counter()
    assert refusal(b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff" + frame * 10_000 + b";") == "picture_unreadable"
    assert time.perf_counter() - began < 1


@pytest.mark.fault("U3")
@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_a_picture_that_was_cut_off_is_refused(format, part):
    noise = Image.effect_noise((200, 200), 80).convert("RGB")
    file = io.BytesIO()
    noise.save(file, format)
    data = file.getvalue()
    assert refusal(data[: int(len(data) * part)]) == "picture_unreadable"


@pytest.mark.fault("U3")
def test_a_file_of_more_than_fifteen_megabytes_is_refused_unread():
    assert refusal(encoded("PNG") + b"\x00" * pictures.BYTES) == "picture_too_large"


@pytest.mark.fault("U3")
def test_a_decompression_bomb_within_a_chunk_is_refused():
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "x" * 50_000_000, zip=True)
    assert refusal(encoded("PNG", pnginfo=info)) == "picture_unreadable"


@pytest.mark.fault("U1", "U3")
@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_bytes_that_lie_are_refused_or_read_and_never_fall_over(format):
    rng = random.Random(format)
    original = photo() if format == "JPEG" else encoded(format, mode="RGBA" if format == "PNG" else "RGB")
    for _ in range(400):
        data = bytearray(original)
        for _ in range(rng.randrange(1, 8)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        with contextlib.suppress(DeskError):
            read_picture(io.BytesIO(bytes(data)))


# Doors ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("upload", [None, "x", b"x", {}])
def test_no_file_is_refused_by_name(agent, upload):
    with pytest.raises(Malformed) as refused:
        add_evidence(an_unreachable(agent).pk, upload=upload, kind="chat", by=acts(agent), at=MONDAY)
    assert (refused.value.code, refused.value.field) == ("file_required", "file")


@pytest.mark.parametrize("kind", ["", None, "selfie", 5])
def test_an_unknown_kind_is_refused_by_name(agent, kind):
    with pytest.raises(Malformed) as refused:
        add_evidence(an_unreachable(agent).pk, upload=a_png(), kind=kind, by=acts(agent), at=MONDAY)
    assert refused.value.field == "kind"


@pytest.mark.fault("U7")
def test_what_is_refused_leaves_no_bytes_on_the_disk(agent, auditor, outsider, media, monkeypatch):
    case, closed = an_unreachable(agent), an_unreachable(agent, state="delivered")
    attempts = [
        (case, acts(agent), io.BytesIO(b"no picture"), Malformed),
        (case, acts(auditor), a_png(), NotAllowed),
        (case, acts(outsider), a_png(), NotFound),
        (closed, acts(agent), a_png(), Refused),
    ]
    for about, by, upload, error in attempts:
        with pytest.raises(error):
            add_evidence(about.pk, upload=upload, kind="chat", by=by, at=MONDAY)
    assert stored(media) == []

    def full(self, *args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("casework.actions.add_evidence._keep", full)
    with pytest.raises(OSError, match="No space"):
        add_evidence(case.pk, upload=a_png(), kind="chat", by=acts(agent), at=MONDAY)
    assert stored(media) == []
    assert not Evidence.objects.exists()
    assert verify_invariants() == []


def test_a_picture_of_somebody_without_the_right_is_not_even_looked_at(agent, auditor, outsider, monkeypatch):
    case = an_unreachable(agent)
    monkeypatch.setattr("casework.actions.add_evidence.read_picture", lambda upload: pytest.fail("was read"))
    for by, error in ((auditor, NotAllowed), (outsider, NotFound)):
        with pytest.raises(error):
            add_evidence(case.pk, upload=a_png(), kind="chat", by=acts(by), at=MONDAY)
    assert timeline(case).last().facts["code"] == "not_allowed"


@pytest.mark.fault("U7")
@pytest.mark.django_db(transaction=True)
def test_at_the_last_place_one_of_many_uploads_at_once_gets_it(agent, shop, media):
    Policy.objects.create(name="evidence_photos", shop=shop, value=3, valid_from=MONDAY - dt.timedelta(days=1))
    case = an_unreachable(agent)
    for _ in range(2):
        add_evidence(case.pk, upload=a_png(), kind="chat", by=acts(agent), at=MONDAY)
    codes, start = [], threading.Barrier(8)

    def work():
        start.wait()
        try:
            add_evidence(case.pk, upload=a_png(), kind="chat", by=acts(agent), at=MONDAY)
            codes.append("taken")
        except Refused as refused:
            codes.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(codes) == ["taken"] + ["too_many_pictures"] * 7
    assert (Evidence.objects.count(), len(stored(media))) == (3, 3)
