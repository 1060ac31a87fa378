"""Drawn evidence: a box, a box with a crack, a waybill. Good enough to see where pictures stand, and no two look alike: that would be a signal."""

from __future__ import annotations

import io
from random import Random

from PIL import Image, ImageDraw, ImageFont

SIZE = (1200, 900)
BOX, EDGE, PAPER, INK = "#b58a55", "#7d5a31", "#f7f5ef", "#222222"
PATCH = 100


def a_box(dice: Random, *, cracked: bool = False) -> io.BytesIO:
    """A parcel on a table, with a crack where it was hit."""
    picture, pen = _table(dice)
    right, down = dice.randint(-160, 160), dice.randint(-120, 120)
    pen.polygon([(x + right, y + down) for x, y in ((300, 300), (850, 260), (930, 650), (360, 720))], fill=BOX, outline=EDGE, width=6)
    pen.line([(575 + right, 280 + down), (645 + right, 690 + down)], fill="#d9c39a", width=38)
    if cracked:
        _crack(pen, dice, right, down)
    return _jpeg(picture)


def some_goods(dice: Random, *, cracked: bool = False) -> io.BytesIO:
    """What was in a parcel: no two look alike."""
    picture, pen = _table(dice)
    for _ in range(7):
        left, top, width, height = (dice.randint(*bounds) for bounds in ((60, 800), (60, 560), (150, 360), (120, 300)))
        fill = f"#{dice.randrange(40, 220):02x}{dice.randrange(40, 220):02x}{dice.randrange(40, 220):02x}"
        draw = dice.choice((pen.ellipse, pen.rectangle))
        draw((left, top, left + width, top + height), fill=fill, outline=INK, width=5)
    if cracked:
        _crack(pen, dice)
    return _jpeg(picture)


def _crack(pen: ImageDraw.ImageDraw, dice: Random, right: int = 0, down: int = 0) -> None:
    points = [(700 + right, 300 + down)]
    while points[-1][1] < 620 + down:
        points.append((points[-1][0] + dice.randint(-45, 45), points[-1][1] + dice.randint(20, 50)))
    pen.line(points, fill=INK, width=9, joint="curve")


def a_waybill(waybill: str, weight: str) -> io.BytesIO:
    """A label with a readable number and weight."""
    picture, pen = _table(Random(waybill))
    pen.rectangle([(250, 150), (950, 760)], fill=PAPER, outline=EDGE, width=4)
    for place, digit in enumerate(waybill.encode()):
        pen.rectangle([(300 + place * 36, 200), (300 + place * 36 + 6 + digit % 20, 330)], fill=INK)
    for row, text in enumerate((waybill, f"{weight} kg", "SAMPLE ONLY")):
        pen.text((310, 380 + row * 100), text, fill=INK, font=ImageFont.load_default(64))
    return _jpeg(picture)


def _table(dice: Random) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    """With a cloth of patches that is another one each time."""
    picture = Image.new("RGB", SIZE)
    pen = ImageDraw.Draw(picture)
    for left in range(0, SIZE[0], PATCH):
        for top in range(0, SIZE[1], PATCH):
            light = dice.randint(120, 235)
            pen.rectangle([(left, top), (left + PATCH, top + PATCH)], fill=(light, light - 6, light - 18))
    return picture, pen


def _jpeg(picture: Image.Image) -> io.BytesIO:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    out.seek(0)
    return out
