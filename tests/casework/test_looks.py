"""How a picture looks, in 64 bits: the same after compression, another for another picture, nothing for a plain one."""

import io
import random

import pytest
from PIL import Image, ImageDraw, ImageEnhance, ImageOps

from casework.photos.looks import ALIKE, BITS, look_of, parts_of
from casework.photos.pictures import read_picture


def scene(seed=1, size=(900, 700)):
    """A drawn photo: soft ground, boxes and lines, different for each seed."""
    rng = random.Random(seed)
    coarse = Image.new("L", (9, 7))
    coarse.putdata([rng.randrange(256) for _ in range(63)])
    ground = coarse.resize(size, Image.Resampling.BICUBIC).convert("RGB")
    draw = ImageDraw.Draw(ground)
    for _ in range(14):
        x, y = rng.randrange(size[0] - 200), rng.randrange(size[1] - 200)
        shade = rng.randrange(256)
        draw.rectangle([x, y, x + rng.randrange(60, 300), y + rng.randrange(60, 300)], fill=(shade, shade, rng.randrange(256)))
    return ground


def distance(one, other):
    return ((one ^ other) & (2**BITS - 1)).bit_count()


def again(image, format="JPEG", **options):
    out = io.BytesIO()
    image.save(out, format, **options)
    return Image.open(io.BytesIO(out.getvalue()))


@pytest.mark.parametrize("seed", range(8))
def test_what_a_chat_app_does_to_a_photo_leaves_its_look(seed):
    photo = scene(seed)
    look = look_of(photo)
    for changed in (
        again(photo, quality=40),
        again(photo.resize((450, 350)), quality=60),
        again(photo, "WEBP", quality=50),
        again(ImageEnhance.Brightness(photo).enhance(1.05), quality=70),
    ):
        assert distance(look, look_of(changed)) <= ALIKE


def test_different_photos_look_different():
    looks = [look_of(scene(seed)) for seed in range(30)]
    assert min(distance(one, other) for number, one in enumerate(looks) for other in looks[:number]) > ALIKE


def test_a_mirrored_photo_is_another_one():
    photo = scene(3)
    assert distance(look_of(photo), look_of(ImageOps.mirror(photo))) > ALIKE


@pytest.mark.parametrize("colour", ["white", "black", "red"])
def test_a_plain_picture_looks_like_nothing(colour):
    assert look_of(Image.new("RGB", (40, 30), colour)) is None
    assert parts_of(None) is None


@pytest.mark.parametrize("look", [-(2**63), 2**63 - 1, 0x0123456789ABCDEF, -1])
def test_two_looks_of_at_most_three_bits_apart_share_a_part(look):
    assert len(set(parts_of(look))) == 4
    for bits in ((0, 1, 2), (0, 17, 34), (5, 6, 63), (60, 61, 62)):
        other = look
        for bit in bits:
            other ^= 1 << bit
        other = (other + 2**63) % 2**64 - 2**63
        assert distance(look, other) == 3
        assert set(parts_of(look)) & set(parts_of(other))


def test_the_look_is_that_of_the_upright_picture():
    photo = scene(5)
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    photo.rotate(90, expand=True).save(out, "JPEG", exif=exif, quality=90)
    assert distance(read_picture(io.BytesIO(out.getvalue())).look, look_of(photo)) <= ALIKE
