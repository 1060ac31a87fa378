"""Log records as one JSON object a line: no line break can be smuggled in, and people's data are masked."""

from __future__ import annotations

import json
import logging
import re
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")

# A mobile number that is not part of a longer number (order numbers have 15 to 19 digits), and e-mail addresses.
PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
# Whoever has a customer's link may use it: its token stands in no log.
LINK = re.compile(r"(?<!\w)/e/[^/\s]+")
# PostgreSQL repeats the refused values on the lines after the first.
DETAIL = re.compile(r"\s*\b(DETAIL|HINT|CONTEXT|QUERY):.*", re.DOTALL)


def masked(text: str) -> str:
    """Text fit for a log: without phone numbers, e-mail addresses, customers' links and the values a database error quotes."""
    return LINK.sub("/e/<link>", MAIL.sub("<mail>", PHONE.sub("<phone>", DETAIL.sub("", text))))


class JsonLine(logging.Formatter):
    """time, level, logger, message; the request's id and the exception where there are any."""

    def format(self, record: logging.LogRecord) -> str:
        """One line of JSON, whatever the message holds."""
        row = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": masked(record.getMessage()),
        }
        if request_id := REQUEST_ID.get():
            row["request"] = request_id
        row.update(getattr(record, "facts", {}))
        if record.exc_info and record.exc_info[1]:
            row["exception"] = _told(record.exc_info[1])
        return json.dumps(row, ensure_ascii=False, default=str)


def _told(error: BaseException) -> str:
    """Where it went wrong and why. Frames name places in the code, never values."""
    frames = traceback.extract_tb(error.__traceback__)
    places = " < ".join(f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in reversed(frames[-12:]))
    return f"{type(error).__name__}: {masked(str(error))} at {places}"
