"""A log line is one JSON object, with nobody's data in it."""

import json
import logging
import sys

import pytest

from config.logs import REQUEST_ID, JsonLine


def line(message, *arguments, error=None):
    record = logging.LogRecord("desk", logging.INFO, "file.py", 1, message, arguments, error)
    return JsonLine().format(record)


def test_a_line_break_in_a_message_stays_inside_its_line():
    written = line("path %s", '/a\r\n{"level": "forged"}')
    assert "\n" not in written
    assert "\r" not in written
    assert json.loads(written)["level"] == "INFO"


def test_a_line_names_the_request():
    token = REQUEST_ID.set("abc")
    assert json.loads(line("hello"))["request"] == "abc"
    REQUEST_ID.reset(token)
    assert "request" not in json.loads(line("hello"))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("call 13800000001 back", "call <phone> back"),
        ("mail to wang@example.com now", "mail to <mail> now"),
        ("order 2913800000001444411 held", "order 2913800000001444411 held"),
        ('duplicate key "x"\nDETAIL:  Key (nick)=(somebody) exists.', 'duplicate key "x"'),
    ],
)
def test_people_are_masked_and_order_numbers_are_not(text, kept):
    assert json.loads(line(text))["message"] == kept


def test_an_exception_names_places_but_no_people():
    try:
        raise ValueError("phone 13800000001")
    except ValueError:
        told = json.loads(line("failed", error=sys.exc_info()))["exception"]
    assert told.startswith("ValueError: phone <phone> at test_log_lines.py:")
