"""Which stage a node tells of: by the provider's code, else by its name for it, else by the courier's text."""

from __future__ import annotations

import re

from logistics.models.parcel import SignedBy, Stage

# kuaidi100, basic and advanced codes (FORMATS 3.3). The same numbers mean other things elsewhere. "" = a remark: the parcel stays where it was.
KUAIDI100: dict[str, str] = {
    code: stage
    for stage, codes in {
        Stage.ORDERED: "101 102",
        Stage.PICKED_UP: "1 103",
        Stage.TRANSIT: "0 7 1001 1002 1003",
        Stage.DELIVERING: "5",
        Stage.STATION: "501",
        Stage.SIGNED: "3 301 302 303 304",
        Stage.RETURNING: "6",
        Stage.RETURNED: "4",
        Stage.VOIDED: "401 210",
        Stage.CUSTOMS: "8 10 11 12 13",
        Stage.PROBLEM: "2 14 203 204 206 207 209",
        Stage.UNKNOWN: "201 202 205 208",
    }.items()
    for code in codes.split()
}
CODES = {"kuaidi100": KUAIDI100}
# Its names for them: plain pushes may carry the name without the code.
_NAMED = (
    "1 揽收 101 已下单 102 待揽收 103 已揽收 0 在途 1001 到达派件城市 1002 干线 1003 转递 5 派件 501 投柜或驿站 3 签收 301 本人签收 302 派件异常后签收 "
    "303 代签 304 投柜或站签收 6 退回 4 退签 401 已销单 14 拒签 7 转投 2 疑难 201 超时未签收 202 超时未更新 203 拒收 204 派件异常 205 柜或驿站超时未取 "
    "206 无法联系 207 超区 208 滞留 209 破损 210 销单 8 清关 10 待清关 11 清关中 12 已清关 13 清关异常"
).split()
NAMES = dict(zip(_NAMED[1::2], _NAMED[::2], strict=True))
# Codes that tell of trouble, remarks included: what Parcel.problem may hold.
PROBLEMS = frozenset("2 13 14 201 202 203 204 205 206 207 208 209".split())
SIGNERS = {"301": SignedBy.SELF, "303": SignedBy.OTHER, "304": SignedBy.STATION}
# Stages after which a trace has nothing more to tell.
FINAL = frozenset({Stage.SIGNED, Stage.RETURNED, Stage.RETURNING, Stage.VOIDED})

# In this order: "not signed for" before "signed for", what failed before what was tried.
_TEXTS = [
    (re.compile(pattern), str(stage))
    for pattern, stage in [
        (r"(?:退件|退回件|退签|寄件人|发货人)[^,，。]{0,12}签收|^退签$", Stage.RETURNED),
        (r"退回|退件|退货途中|返回(?:寄件|发货)|^退", Stage.RETURNING),
        (r"拒收|拒签|拒绝签收|无人接听|无法(?:联系|派送|投递)|联系不上|未妥投|超区|超出派送范围|破损", Stage.PROBLEM),
        (r"(?:派送|投递|派件|签收)(?:不成功|失败|异常(?!后))", Stage.PROBLEM),
        (r"撤销|销单|作废|取消(?:寄件|发货|订单)", Stage.VOIDED),
        (r"(?:未|待|将|等待|尽快|请)[^,，。]{0,4}签收", Stage.TRANSIT),
        (r"签收人|已[^,，。]{0,14}签收|签收成功|本人签收|代签|^签收$|妥投|凭取货码签收", Stage.SIGNED),
        (r"驿站|快递柜|丰巢|自提|代收点|暂存|待取件|及时取件|投柜", Stage.STATION),
        (r"派件|派送|投递|安排配送|配送中", Stage.DELIVERING),
        (r"清关|海关|报关", Stage.CUSTOMS),
        (r"(?:待|等待|通知|安排)[^,，。]{0,8}(?:揽|取件|收件)|已?下单|订单已创建|打单", Stage.ORDERED),
        (r"揽收|揽件|已收件|已收取|已取件|收件成功", Stage.PICKED_UP),
    ]
]
_STATION_SIGNS = re.compile(r"驿站|柜|自提|代收点|取货码|取件码|超市|便利店|妈妈驿站|服务站")
_OTHER_SIGNS = re.compile(r"代签|代收|门卫|保安|邻居|家人|同事|前台|物业|收发室|传达室|亲友|朋友|他人|父|母|妻|夫")


def read_stage(provider: str, code: str, name: str, text: str) -> tuple[str, str]:
    """Stage and signer of a node; ("", "") for a remark. `name` is the provider's word for the code. Unknown codes are read by their words."""
    stage = CODES.get(provider, {}).get(code) if code else None
    if stage is None:
        code = NAMES.get(name, "")
        stage = KUAIDI100.get(code) if code else _by_words(name) or _by_words(text) or str(Stage.TRANSIT)
    return str(stage), _signer(code, text or name) if stage == Stage.SIGNED else ""


def says_nothing(code: str, name: str, text: str) -> bool:
    """Whether neither code nor words tell where the parcel is, so that the state of the whole trace has to."""
    return not code and name not in NAMES and not _by_words(name) and not _by_words(text)


def _by_words(words: str) -> str:
    return next((stage for pattern, stage in _TEXTS if pattern.search(words)), "") if words else ""


def _signer(code: str, text: str) -> str:
    """Who signed: by code where it tells, else by the text; "" where neither does."""
    if code in SIGNERS:
        return str(SIGNERS[code])
    if "本人" in text:
        return str(SignedBy.SELF)
    if _STATION_SIGNS.search(text):
        return str(SignedBy.STATION)
    return str(SignedBy.OTHER) if _OTHER_SIGNS.search(text) else ""
