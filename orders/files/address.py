"""Addresses as the exports write them, parted into province, city, district and street (FORMATS 1.1)."""

from __future__ import annotations

import re
from typing import NamedTuple

from orders.files.cells import clean

PROVINCES = """北京 天津 上海 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 四川 贵州 云南 陕西 甘肃 青海
内蒙古 广西 西藏 宁夏 新疆 香港 澳门 台湾 海外""".split()
_DISTRICTS = ("区", "县", "市", "旗", "镇", "乡", "街道", "岛", "域")
_NO_PLACE = re.compile(r"[\d*号栋室弄座]|(?<=.)路")
_POSTCODE = re.compile(r"[(（]\d{6}[)）]$")
_PHONE = re.compile(r"^(?:\+?86-?)?[1*][\d*]{10}(?:-\d{3,5})?$")
# One text without blanks; bounded, so that no input makes it slow.
_JOINED = re.compile(
    r"^(?P<province>[^省市区]{2,8}?(?:省|自治区|特别行政区)|(?:北京|天津|上海|重庆)市?)"
    r"(?P<city>[^市盟]{1,14}?(?:市|自治州|地区|盟))(?P<district>[^区县市旗]{1,12}?(?:区|县|市|旗))(?P<street>.*)$",
    re.DOTALL,
)

_MUNICIPALITY = re.compile(
    r"^(?P<province>北京|天津|上海|重庆)市?(?:市辖区|(?P=province)市)?(?P<district>[^区县]{1,8}?(?:区|县))(?P<street>.*)$", re.DOTALL
)


class Address(NamedTuple):
    """Parts that are not certain stay empty, and everything is in `street`. Name and phone: only where the cell holds them."""

    province: str = ""
    city: str = ""
    district: str = ""
    street: str = ""
    name: str = ""
    phone: str = ""


def parse_address(raw: str) -> Address:
    """The parts of an address cell; parted by blanks, by commas, or not at all."""
    value = _POSTCODE.sub("", clean(raw)).strip()
    if not value:
        return Address()
    parts = value.replace("，", ",").split(",", 2)
    if len(parts) == 3 and _PHONE.match("".join(parts[1].split())):
        return parse_address(parts[2])._replace(name=parts[0].strip(), phone="".join(parts[1].split()))
    for pieces in (value.split(None, 3), value.replace("，", ",").split(",")):
        # A comma within the first piece parts the others as well; blanks are then the street's.
        if len(pieces) >= 3 and _is_province(pieces[0]) and "," not in pieces[0].replace("，", ","):
            return _of_pieces([piece.strip() for piece in pieces])
    if found := _MUNICIPALITY.match(value):
        return _of_pieces([found["province"], f"{found['province']}市", found["district"], found["street"].strip()])
    if (found := _JOINED.match(value)) and _is_province(found["province"]):
        return _of_pieces([found["province"], found["city"], found["district"], found["street"].strip()])
    return Address(street=value)


def _of_pieces(pieces: list[str]) -> Address:
    """Province, city, district, street. Only what is surely a place is kept apart: those parts are stored in clear."""
    province, *rest = pieces
    city = rest.pop(0) if _is_place(rest[0]) else ""
    district = rest.pop(0) if city and rest and _is_place(rest[0]) and rest[0].endswith(_DISTRICTS) else ""
    return Address(province, city, district, " ".join(rest))


def _is_place(text: str) -> bool:
    """No digits, no stars, no street or building."""
    return len(text) <= 20 and not _NO_PLACE.search(text)


def _is_province(text: str) -> bool:
    return any(text.startswith(name) for name in PROVINCES) and len(text) <= 12
