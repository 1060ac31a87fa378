"""What staff type into the fields of steps, by the name of the field: plausible words for a case that nobody has told by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from random import Random
from types import MappingProxyType
from typing import Any

from django import forms
from django.utils import timezone

from casework.facts import Facts, InstantField
from casework.models import Case
from logistics.addresses.new_address import NewAddress
from logistics.goods.items import ItemsField
from logistics.task_kinds import WaybillField
from refunds.goods.findings import FoundField
from refunds.money import YuanField

HOUR = dt.timedelta(hours=1)
SAID = ("客服说件在网点，今天派送", "网点答应查监控后回复", "派件员说已放在门口", "分拨中心爆仓，明天发出")
WORDS: dict[str, tuple[str, ...]] = {
    "agreed": ("顾客同意，改送门卫", "已和顾客说好，周末前收到"),
    "analysis": ("交接时没有写明要求", "高峰期漏看了备注"),
    "answer": ("顾客晚上在家", "件在网点，今晚派送"),
    "arrived": ("只收到主件，赠品没有", "两件里少了一件"),
    "box": ("30×20×15", "40×30×20"),
    "code": ("A01", "A02"),
    "department": ("仓库", "打单", "客服", "快递"),
    "finding": ("已核对聊天记录和出库记录，情况属实", "查过监控和称重记录，与顾客说的一致"),
    "happened": ("显示派送两天了还没收到", "快递说放驿站，驿站没有"),
    "how": ("顾客已转到店铺账户", "从退款里扣除"),
    "measure": ("备注由两人核对后再打单", "交班时逐单写明未完事项"),
    "offer": ("样例同款另一颜色", "样例升级款"),
    "promise": ("今晚派送", "明天上午回电"),
    "reason": ("已核对聊天记录和照片，情况属实", "与仓库记录不符，请再核实", "顾客长期不回复"),
    "remark": ("外包装完好，吊牌在", "有明显使用痕迹"),
    "said": SAID,
    "sent_with": ("随新订单一起发出",),
    "shows": ("样例商品一件", "两件，含赠品"),
    "signer": ("门卫", "邻居"),
    "told": ("件在网点，今晚派送，请保持电话畅通", "还在查，明天中午前再回复您"),
    "told_where": ("内盒夹层", "底部白色泡沫里"),
    "wanted": ("尽快送到", "换成原木色"),
    "what": ("样例杯垫",),
    "why": ("平台认定商家举证充分", "平台支持买家部分诉求"),
    "why_skipped": ("顾客已自行找到包裹",),
}
NEW_ADDRESS = {
    "name": "样例收件人",
    "phone": "13800000000",
    "province": "浙江省",
    "city": "杭州市",
    "district": "滨江区",
    "street": "样例路1号",
}
ANYTHING = ("已核实", "已记录，继续跟进")
HAPPENED = ("paid_at", "asked_at", "deal_closed_at")
# A waybill that no list knows yet needs its courier.
TOGETHER = ("courier",)
# What one field says decides what another has to be.
HABITS: dict[str, Callable[[Random], str]] = {
    "courier": lambda dice: "yuantong",
    "platform_number": lambda dice: f"2611{dice.randrange(10**14):014d}",
    "number": lambda dice: f"{dice.randrange(10**20):020d}",
}


def facts_for(
    form: type[Facts], case: Case, at: dt.datetime, dice: Random, meant: Mapping[str, str] = MappingProxyType({})
) -> dict[str, Any]:
    """Values for every field that is required, and for most of the others. `meant` says what is chosen where it is among the choices."""
    if form is NewAddress:
        return dict(NEW_ADDRESS)
    wanted = {name: each for name, each in form.base_fields.items() if each.required or name in TOGETHER or dice.random() < 0.6}
    found = {name: _value(name, each, case, at, dice) for name, each in wanted.items()}
    if found.get("found") and "found" in meant:
        found["found"] = [{"line": each["line"], meant["found"]: 1} for each in found["found"]]
    if not found.get("promise"):
        # Until when, without what, is no promise.
        found.pop("promised_until", None)
    chosen = {name: value for name, value in meant.items() if value in dict(getattr(form.base_fields.get(name), "choices", ()))}
    return {name: value for name, value in (found | chosen).items() if value is not None}


def _value(name: str, field: forms.Field, case: Case, at: dt.datetime, dice: Random) -> Any:
    if name in HABITS and not isinstance(field, forms.IntegerField):
        return HABITS[name](dice)
    for kind, value in BY_FIELD.items():
        if isinstance(field, kind):
            return value(name, field, case, at, dice)
    return None


def _chosen(name: str, field: Any, case: Case, at: dt.datetime, dice: Random) -> str:
    return str(dice.choice([value for value, _label in field.choices if value]))


def _instant(name: str, field: Any, case: Case, at: dt.datetime, dice: Random) -> str:
    """What is promised lies ahead; what happened has happened just now, but a review was written before anybody noted it."""
    received = case.order.finished_at if case.order else None
    if name == "posted_at":
        return max(at - HOUR, received or at - HOUR).isoformat()
    return (at if name in HAPPENED else at + dice.randint(20, 60) * HOUR).isoformat()


def _pieces(name: str, field: Any, case: Case, at: dt.datetime, dice: Random) -> list[dict[str, int]] | None:
    line = case.order.lines.order_by("pk").first() if case.order else None
    return [{"line": line.pk, "quantity": 1}] if line else None


def _found(name: str, field: Any, case: Case, at: dt.datetime, dice: Random) -> list[dict[str, int]] | None:
    pieces = _pieces(name, field, case, at, dice) or []
    return [{"line": each["line"], dice.choice(("good", "worn")): each["quantity"]} for each in pieces] or None


# The narrower field stands before the wider.
BY_FIELD: dict[type[forms.Field], Any] = {
    ItemsField: _pieces,
    FoundField: _found,
    YuanField: lambda name, field, case, at, dice: f"{dice.randint(5, 15)}.00",
    InstantField: _instant,
    WaybillField: lambda name, field, case, at, dice: f"YT{dice.randrange(10**13):013d}",
    forms.DateField: lambda name, field, case, at, dice: timezone.localdate(at).isoformat(),
    forms.BooleanField: lambda name, field, case, at, dice: True,
    forms.IntegerField: lambda name, field, case, at, dice: dice.randint(900, 1500),
    forms.ChoiceField: _chosen,
    forms.CharField: lambda name, field, case, at, dice: dice.choice(WORDS.get(name, ANYTHING)),
}
