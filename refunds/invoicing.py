"""What an invoice needs (I1.1), read strictly, kept sealed and shown masked. Identity numbers are not collected."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.errors import Malformed, Text
from orders.masks import STARS, mask_name, mask_phone
from orders.redact import IDENTITY, redact
from orders.vault import seal, unseal


class InvoiceType(models.TextChoices):
    """Which invoice the customer wants."""

    PERSONAL = "personal", _("Personal")
    COMPANY = "company", _("Company, ordinary")
    SPECIAL = "special", _("VAT special")


# Names of the fields as staff say them, in their order on the form.
LABELS: Mapping[str, Any] = {
    "title": _("Invoice title"),
    "tax_number": _("Tax number"),
    "address": _("Registered address"),
    "phone": _("Registered phone"),
    "bank": _("Bank"),
    "account": _("Account number"),
}
NEEDED: Mapping[str, Sequence[str]] = {
    InvoiceType.PERSONAL: ("title",),
    InvoiceType.COMPANY: ("title", "tax_number"),
    InvoiceType.SPECIAL: tuple(LABELS),
}
LONGEST = {"title": 100, "tax_number": 40, "address": 200, "phone": 40, "bank": 100, "account": 60}

# GB 11643: region, date of birth, number, check digit.
AN_IDENTITY = re.compile(r"[1-9]\d{5}(?:18|19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]", re.ASCII)
IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
# GB 32100: no I, O, S, V, Z.
CODE_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
A_CODE = 18
AN_OLD_NUMBER = 15
A_TAX_NUMBER = re.compile(r"[0-9A-Z]{15,20}", re.ASCII)
AN_ACCOUNT = re.compile(r"[0-9]{6,32}", re.ASCII)
A_PHONE = re.compile(r"[0-9+()#*转 -]{5,40}")
LEAST_OF_A_PHONE = 7
SEPARATORS = re.compile(r"[\s.\-_·/]+")

WARNINGS: Mapping[str, Any] = {
    "check_digit": _("The tax number's check digit does not fit; compare it with the customer's licence."),
    "unusual_length": _("A tax number has 18 characters, an old one 15; compare it with the customer's licence."),
}


def folded(text: str) -> str:
    """A text in half-width characters, without blanks around it."""
    return unicodedata.normalize("NFKC", text).strip()


def closed_up(text: str) -> str:
    """A number without what people part its groups with."""
    return SEPARATORS.sub("", folded(text)).upper()


def code_is_valid(code: str) -> bool:
    """Whether the check character of a unified social credit code fits (GB 32100)."""
    if len(code) != A_CODE or any(each not in CODE_CHARACTERS for each in code):
        return False
    total = sum(CODE_CHARACTERS.index(each) * pow(3, place, 31) for place, each in enumerate(code[:-1]))
    return CODE_CHARACTERS[-total % 31] == code[-1]


def is_identity(number: str) -> bool:
    """Whether an 18-character number is a person's identity number and no credit code. Where its own check digit fits it is one."""
    if not AN_IDENTITY.fullmatch(number):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, IDENTITY_WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == number[-1] or not code_is_valid(number)


def refuse_identity(text: str, field: str) -> None:
    """Raise Malformed `identity_number` where the text holds an identity number, whatever parts its groups."""
    held = IDENTITY in redact(folded(text)) if field != "tax_number" else False
    if held or is_identity(closed_up(text)):
        said = _("This is an identity number. It is not needed for an invoice and is not collected; leave it out.")
        raise Malformed(said, code="identity_number", field=field)


def read_value(name: str, value: str) -> str:
    """A field's value as it is kept. Raises Malformed naming the field."""
    refuse_identity(value, name)
    if name == "tax_number":
        return _number(closed_up(value), A_TAX_NUMBER, name, _("A tax number has 15 to 20 letters and digits."))
    if name == "account":
        return _number(closed_up(value), AN_ACCOUNT, name, _("An account number has 6 to 32 digits."))
    if name == "phone":
        plain = _number(folded(value), A_PHONE, name, _("This is no phone number."))
        return _number(plain, re.compile(rf"(?:\D*\d){{{LEAST_OF_A_PHONE},}}\D*"), name, _("This is no phone number."))
    return folded(value)


def _number(text: str, form: re.Pattern[str], field: str, said: Text) -> str:
    if not form.fullmatch(text):
        raise Malformed(said, code="bad_value", field=field)
    return text


def missing_of(kind: str, data: Mapping[str, str]) -> list[str]:
    """The names of the fields that such an invoice needs and that are empty (I1.1)."""
    return [name for name in NEEDED[kind] if not data.get(name)]


def warnings_of(data: Mapping[str, str]) -> list[str]:
    """What should be looked at again; nothing is refused for it."""
    number = data.get("tax_number", "")
    if len(number) == A_CODE:
        return [] if code_is_valid(number) else ["check_digit"]
    return [] if len(number) in (0, AN_OLD_NUMBER) else ["unusual_length"]


def seal_data(data: Mapping[str, str]) -> bytes:
    """The fields as they lie in the database."""
    return seal(json.dumps(dict(data), ensure_ascii=False, sort_keys=True))


def open_data(sealed: bytes | memoryview | None) -> dict[str, str]:
    """The fields in clear. Only for what is journalled, and for taking over what stays."""
    found: dict[str, str] = json.loads(unseal(sealed) or "{}")
    return found


def masked(kind: str, data: Mapping[str, str]) -> dict[str, str]:
    """The fields as they are shown without a reveal (S5.1): companies and banks are no persons."""
    masks: dict[str, Any] = {
        "title": mask_name if kind == InvoiceType.PERSONAL else str,
        "tax_number": lambda text: f"{text[:4]}{STARS}{text[-4:]}",
        "address": lambda text: f"{text[:6]}**",
        "phone": lambda text: mask_phone(text) if len(text) > 8 else f"{STARS}{text[-2:]}",
        "account": lambda text: f"{STARS}{text[-4:]}",
    }
    return {name: masks.get(name, str)(data[name]) for name in LABELS if data.get(name)}


def words_of(names: Sequence[str]) -> str:
    """Fields in words, in the language of the moment."""
    return str(_(", ")).join(str(LABELS[name]) for name in names)


def rows_of(values: Mapping[str, str], missing: Sequence[str]) -> list[tuple[Text, str, bool]]:
    """Label, value and whether it is missing, of each field that is there or wanted."""
    return [(label, values.get(name, ""), name in missing) for name, label in LABELS.items() if values.get(name) or name in missing]


# What the order's invoice wish (发票抬头) holds beside title and number.
NO_TITLE = re.compile(r"发票抬头|抬头|单位名称|名称|纳税人识别号|统一社会信用代码|税号|个人|公司[:：]|企业[:：]|\[[^\]]*\]|[:：,，;；|/]+")
OF_A_COMPANY = re.compile(r"公司|厂|店|中心|集团|事务所|学校|医院|大学|学院|合作社|协会|委员会|银行|工作室|经营部|局")


def wished(wish: str) -> dict[str, str]:
    """What the order's invoice wish says, as the beginning of a request; {} where it says nothing."""
    text = folded(wish)
    if not text:
        return {}
    number = next((each for each in re.findall(r"[0-9A-Za-z]{15,20}", text, re.ASCII) if not is_identity(each.upper())), "")
    title = " ".join(NO_TITLE.sub(" ", text.replace(number, " ") if number else text).split())
    is_company = bool(number) or bool(OF_A_COMPANY.search(title))
    kind = InvoiceType.COMPANY if is_company else InvoiceType.PERSONAL
    return {"type": kind.value, "title": title[: LONGEST["title"]]} | ({"tax_number": number.upper()} if number else {})
