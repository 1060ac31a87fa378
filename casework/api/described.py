"""The API's description, read for people: chapters of operations, fields by their places, an example of each body and of each call."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from drf_spectacular.generators import SchemaGenerator

from orders.api.bodies import WITH
from orders.errors import Text

Shape = dict[str, Any]

KINDS: dict[str, Text] = {
    "string": _("string"),
    "integer": _("whole number"),
    "boolean": _("true or false"),
    "object": _("object"),
    "decimal": _("amount as text"),
    "date": _("day, YYYY-MM-DD"),
    "date-time": _("time, ISO 8601"),
    "binary": _("file"),
    "uri": _("web address"),
}
SAMPLES: dict[str, object] = {
    "decimal": "12.30",
    "date": "2026-11-27",
    "date-time": "2026-11-27T09:30:00+08:00",
    "uri": "https://…",
    "binary": "@photo.jpg",
}
# What an example says in a field of this name; all others say what the type allows.
NAMED: dict[str, object] = {
    "kind": "unreachable",
    "order": "5118000000000012345",
    "pieces": 1,
    "quantity": 1,
    "until": "2026-11-28T09:00:00+08:00",
    "waybill": "73000000001234",
}
YUAN = "12.30"
# Who calls: a program, or a browser's session, which a page of the desk over https sends its own address with.
TOKEN = ('-H "Authorization: Token $TOKEN"',)
COOKIES = f"{settings.SESSION_COOKIE_NAME}=$SESSION; {settings.CSRF_COOKIE_NAME}=$CSRF"
SESSION = (f'-b "{COOKIES}"', '-H "X-CSRFToken: $CSRF"', '-H "Referer: $DESK/"')
KEY = "5118000000000012345-first"


@dataclass(frozen=True)
class Field:
    """A parameter, or a part of a body at `place`, such as `lines[].amount`: the way refusals name it, without numbers."""

    place: str
    kind: Text
    is_list: bool
    is_needed: bool
    may_be_null: bool
    text: str
    choices: tuple[str, ...]


@dataclass(frozen=True)
class Body:
    """What is sent or answered: its fields, and an example that they allow. `shape` is its name in the schema, or of each of a list."""

    shape: str
    is_list: bool
    media: str
    fields: tuple[Field, ...]
    example: str

    @property
    def anchor(self) -> str:
        """Where its fields stand on its page; a list and one of it are two."""
        return f"shape-{self.shape}{'-list' if self.is_list else ''}"


@dataclass(frozen=True)
class Operation:
    """What one method does at one address. `answers` has the good ones, None where nothing comes back."""

    name: str
    method: str
    path: str
    paragraphs: tuple[str, ...]
    parameters: tuple[Field, ...]
    body: Body | None
    answers: dict[str, Body | None]
    refusals: tuple[str, ...]
    takes_tokens: bool

    @property
    def takes_keys(self) -> bool:
        """Whether an Idempotency-Key may come with it."""
        return any(each.place == "Idempotency-Key" for each in self.parameters)

    @property
    def call(self) -> str:
        """The call for curl, a header a line; the address's places are variables of the shell."""
        address = re.sub(r"{(\w+)}", lambda found: f"${found[1].upper()}", self.path)
        method = "" if self.method == "GET" else f"-X {self.method} "
        lines = [f'curl {method}"$DESK{address}"', *(TOKEN if self.takes_tokens else SESSION)]
        if self.takes_keys:
            lines.append(f'-H "Idempotency-Key: {KEY}"')
        return " \\\n    ".join((*lines, *self._sent()))

    def _sent(self) -> Iterator[str]:
        if self.body and self.body.media == "application/json":
            yield from ('-H "Content-Type: application/json"', f"-d '{self.body.example}'")
        elif self.body:
            yield from (f'-F "{each}={value}"' for each, value in json.loads(self.body.example).items())


@dataclass(frozen=True)
class Described:
    """The whole API: operations by chapter, and what each status of a refusal means."""

    chapters: dict[str, tuple[Operation, ...]]
    refusals: dict[str, str]


@cache
def described() -> Described:
    """Read once: addresses and shapes do not change while the desk runs. The words of the source, English."""
    with override("en"):
        schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    parts: Shape = schema["components"]["schemas"]
    chapters: dict[str, tuple[Operation, ...]] = {}
    refusals: dict[str, str] = {}
    for path, methods in schema["paths"].items():
        for method, each in methods.items():
            chapter = each["tags"][0]
            chapters[chapter] = (*chapters.get(chapter, ()), _operation(method, path, each, parts))
            refusals |= {status: answer["description"] for status, answer in each["responses"].items() if _refuses(status)}
    return Described(chapters, dict(sorted(refusals.items())))


def _refuses(status: str) -> bool:
    return int(status) >= HTTPStatus.BAD_REQUEST


def _operation(method: str, path: str, told: Shape, parts: Shape) -> Operation:
    asked = told.get("requestBody", {}).get("content", {})
    answers = {status: answer.get("content", {}) for status, answer in told["responses"].items() if not _refuses(status)}
    return Operation(
        name=told["operationId"],
        method=method.upper(),
        path=path,
        paragraphs=tuple(" ".join(each.split()) for each in told["description"].split("\n\n")),
        parameters=tuple(
            _field(each["name"], each["schema"], parts, is_needed=each.get("required", False), text=each.get("description", ""))
            for each in told.get("parameters", ())
        ),
        body=_first(asked, parts, is_sent=True),
        answers={status: _first(content, parts) for status, content in answers.items()},
        refusals=tuple(filter(_refuses, told["responses"])),
        takes_tokens=any("token" in way for way in told["security"]),
    )


def _first(content: Shape, parts: Shape, *, is_sent: bool = False) -> Body | None:
    return next((_body(media, each["schema"], parts, is_sent) for media, each in content.items()), None)


def _body(media: str, shape: Shape, parts: Shape, is_sent: bool) -> Body:
    """Raises KeyError for what has no name, and so no place on a page."""
    named = shape.get("items", shape)["$ref"].rpartition("/")[2]
    example = json.dumps(example_of(shape, parts, is_sent=is_sent), ensure_ascii=False, indent=2)
    return Body(named, "items" in shape, media, tuple(_fields(shape, parts, "")), example)


def _fields(shape: Shape, parts: Shape, before: str) -> Iterator[Field]:
    """Every field below `before`, outer before inner."""
    whole = resolved(shape, parts)
    if "items" in whole:
        yield from _fields(whole["items"], parts, f"{before}[]")
    for name, each in whole.get("properties", {}).items():
        place = f"{before}.{name}" if before else name
        yield _field(place, each, parts, is_needed=name in whole.get("required", ()))
        yield from _fields(each, parts, place)


def _field(place: str, shape: Shape, parts: Shape, *, is_needed: bool, text: str = "") -> Field:
    whole = resolved(shape, parts)
    one = resolved(whole["items"], parts) if "items" in whole else whole
    return Field(
        place=place,
        kind=KINDS.get(one.get("format", "")) or KINDS[one.get("type", "object")],
        is_list="items" in whole,
        is_needed=is_needed,
        may_be_null=whole.get("nullable", False),
        text=" ".join((text or shape.get("description", "")).split()),
        choices=tuple(map(str, one.get("enum", ()))),
    )


def resolved(shape: Shape, parts: Shape) -> Shape:
    """The shape itself where it is named elsewhere; choices of several are put together."""
    if "$ref" in shape:
        return resolved(parts[shape["$ref"].rsplit("/", 1)[1]], parts)
    several = shape.get("allOf") or shape.get("oneOf")
    if not several:
        return shape
    found = [resolved(each, parts) for each in several]
    choices = [value for each in found for value in each.get("enum", ()) if value not in {"", None}]
    return {**found[0], **({"enum": choices} if choices else {}), **{name: shape[name] for name in ("nullable",) if name in shape}}


def example_of(shape: Shape, parts: Shape, name: str = "", *, is_sent: bool = False) -> Any:
    """Something that the shape allows; of what is sent the smallest that works. Raises KeyError for a type that the API does not use yet."""
    whole = resolved(shape, parts)
    if "items" in whole:
        return [example_of(whole["items"], parts, name, is_sent=is_sent)]
    if "properties" in whole:
        some = {*whole.get("required", ()), *whole.get(WITH, ())} if is_sent else whole["properties"]
        return {each: example_of(inner, parts, each, is_sent=is_sent) for each, inner in whole["properties"].items() if each in some}
    if "enum" in whole:
        return NAMED[name] if NAMED.get(name) in whole["enum"] else whole["enum"][0]
    by_type = {"string": "…", "integer": whole.get("default", 17), "boolean": True, "object": {}}
    if isinstance(NAMED.get(name), {"string": str, "integer": int}.get(whole.get("type", ""), ())):
        return NAMED[name]
    if re.fullmatch(whole.get("pattern", "$"), YUAN):
        return YUAN
    return SAMPLES.get(whole.get("format", "")) or by_type[whole.get("type", "object")]
