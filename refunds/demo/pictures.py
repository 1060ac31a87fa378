"""Drawn evidence: a box, a box with a crack, a waybill. Good enough to see where pictures stand."""

from __future__ import annotations

import io
from random import Random

from PIL import Image, ImageDraw, ImageFont

SIZE = (1200, 900)
TABLE, BOX, EDGE, PAPER, INK = "#c9c2b6", "#b58a55", "#7d5a31", "#f7f5ef", "#222222"


def a_box(dice: Random, *, cracked: bool = False) -> io.BytesIO:
    """A parcel on a table, with a crack where it was hit."""
    picture, pen = _table()
    pen.polygon([(300, 300), (850, 260), (930, 650), (360, 720)], fill=BOX, outline=EDGE, width=6)
    pen.line([(575, 280), (645, 690)], fill="#d9c39a", width=38)
    if cracked:
        _crack(pen, dice)
    return _jpeg(picture)


def some_goods(dice: Random, *, cracked: bool = False) -> io.BytesIO:
    """What was in a parcel: no two look alike."""
    picture, pen = _table()
    for _ in range(7):
        left, top, width, height = (dice.randint(*bounds) for bounds in ((60, 800), (60, 560), (150, 360), (120, 300)))
        fill = f"#{dice.randrange(40, 220):02x}{dice.randrange(40, 220):02x}{dice.randrange(40, 220):02x}"
        draw = dice.choice((pen.ellipse, pen.rectangle))
        draw((left, top, left + width, top + height), fill=fill, outline=INK, width=5)
    if cracked:
        _crack(pen, dice)
    return _jpeg(picture)


def _crack(pen: ImageDraw.ImageDraw, dice: Random) -> None:
    points = [(700, 300)]
    while points[-1][1] < 620:
        points.append((points[-1][0] + dice.randint(-45, 45), points[-1][1] + dice.randint(20, 50)))
    pen.line(points, fill=INK, width=9, joint="curve")


def a_waybill(waybill: str, weight: str) -> io.BytesIO:
    """A label with a readable number and weight."""
    picture, pen = _table()
    pen.rectangle([(250, 150), (950, 760)], fill=PAPER, outline=EDGE, width=4)
    for place, digit in enumerate(waybill.encode()):
        pen.rectangle([(300 + place * 36, 200), (300 + place * 36 + 6 + digit % 20, 330)], fill=INK)
    for row, text in enumerate((waybill, f"{weight} kg", "SAMPLE ONLY")):
        pen.text((310, 380 + row * 100), text, fill=INK, font=ImageFont.load_default(64))
    return _jpeg(picture)


def _table() -> tuple[Image.Image, ImageDraw.ImageDraw]:
    picture = Image.new("RGB", SIZE, TABLE)
    return picture, ImageDraw.Draw(picture)


def _jpeg(picture: Image.Image) -> io.BytesIO:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    out.seek(0)
    return out
