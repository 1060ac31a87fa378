"""How a picture looks, as 64 bits that survive a chat app's compression (dHash), and how alike pictures are found.

Two pictures look the same when at most three bits differ. Of four parts of 16 bits then at least one is equal, so that
an index over the parts finds every candidate; only those are counted bit by bit. The bits of a part are scattered over
the picture: a part that lies in one flat corner would be the same in half of all photos, and the index would be of no use.
"""

from __future__ import annotations

from PIL import Image

WIDTH, HEIGHT = 9, 8
BITS, PARTS, PART = 64, 4, 16
# More bits may differ between pictures that look the same to nobody.
ALIKE = PARTS - 1
# A picture of one colour, or nearly so, looks like every other such picture: that says nothing.
LEAST_EDGES = 6


def look_of(image: Image.Image) -> int | None:
    """Whether it gets darker from left to right, in 8 x 8 places, as a signed 64-bit number; None for what has hardly any edges."""
    grey = image.convert("L").resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).tobytes()
    bits = [grey[row * WIDTH + column] > grey[row * WIDTH + column + 1] for row in range(HEIGHT) for column in range(WIDTH - 1)]
    if not LEAST_EDGES <= sum(bits) <= BITS - LEAST_EDGES:
        return None
    look = sum(1 << place for place, is_set in enumerate(bits) if is_set)
    return look - (1 << BITS) if look >= 1 << (BITS - 1) else look


def parts_of(look: int | None) -> list[int] | None:
    """The four parts that the index holds, each with its number so that parts of different places never meet."""
    if look is None:
        return None
    return [number << PART | _part(look, number) for number in range(PARTS)]


def _part(look: int, number: int) -> int:
    """Every fourth bit, from `number` on."""
    return sum((look >> (place * PARTS + number) & 1) << place for place in range(PART))
