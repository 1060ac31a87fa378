"""`--now ISO`, the same on every command that looks at the clock."""

from __future__ import annotations

import argparse
import datetime as dt

from orders.clock import parse_instant, wall_clock
from orders.errors import Malformed


def add_now(parser: argparse.ArgumentParser) -> None:
    """Give a command the option --now: an instant in ISO 8601, the wall clock by default."""
    parser.add_argument("--now", type=_instant, default=None, help="act as of this instant (ISO 8601)")


def _instant(text: str) -> dt.datetime:
    try:
        return parse_instant(text)
    except Malformed as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def now_from(options: dict[str, object]) -> dt.datetime:
    """The instant that was given, else the wall clock."""
    given = options.get("now")
    return given if isinstance(given, dt.datetime) else wall_clock()
