"""Taking people out of a courier's text: the courier's staff by name and phone, and who signed by name (FORMATS 6).

Who signed is a fact that we need as long as it names a role: 本人, 门卫, 邻居, 驿站 stay. Rather one word too many is masked than a
name shown; the original is sealed beside the text. Every pattern repeats a bounded number of times.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from logistics.carriers.surnames import SURNAME
from orders.redact import NAME, PHONE, redact

# Stands for NAME while the patterns work: no pattern takes it for a part of a name.
_MASKED = "\ue000"
_LETTER = r"[\u3400-\u9fffA-Za-z·*]"
_HAN = r"[\u3400-\u9fff·]"
_OPEN, _CLOSED = r"[【\[（(“\"]", r"】\]）)”\""
_STAFF = r"(?:取件|收件|揽收|揽件|揽投|揽派|派件|派送|投递|配送|送货|快递|业务|小件|外勤|操作)(?:员|人|小哥|师傅)|快递小哥|小哥|联系人|经手人|寄件人|发件人"
_PLACE = r"驿站|菜鸟|丰巢|快递柜|智能柜|自提柜|自提点|柜|超市|便利店|服务站|代收点|网点|公司|营业部|分部|中心|门店|店|部|站|速递|快递|速运|快运|物流|邮政"
_ROLE = (
    r"本人|门卫|保安|邻居|家人|家属|物业|前台|同事|收发室|传达室|亲友|朋友|父母|父亲|母亲|爱人|妻子|丈夫|他人|单位|代签收|代签|代收|草签|"
    r"已签收|签收|凭取货码|凭取件码|取货码|取件码|收件人|寄件人|发货人|客户|用户|家门口|门口|指定地点|自取"
)
# What stands in the place of a name and is none: things, places, requests.
_NO_NAME = re.compile(
    rf"快件|包裹|邮件|订单|货物|物品|您|如有|疑问|请|正在|已|途中|成功|(?:联系|电联|致电|拨打|电话|热线|客服|咨询|投诉|号码|方式|中)$|(?:{_PLACE})$|"
    rf"^(?:{_STAFF}|{_ROLE})$|商家|卖家"
)
_LEAD = re.compile(rf"^.{{0,20}}(?:{_STAFF}|的|由|给|到)(?=..)")

_LABELLED = re.compile(
    rf"(?P<before>(?:{_STAFF})(?: ?[:：是为] ?{_OPEN}? ?| ?{_OPEN} ?| ))(?P<name>{_LETTER}{{1,16}}?)"
    rf"(?=$|[^\u3400-\u9fffA-Za-z·*]|正在|已|将|为您|电话|手机|联系|派|送|签收|于|请)"
)
_SIGNER = re.compile(
    rf"(?P<before>(?:签收|代收|收货|收件)人(?: ?[:：是为在]{{1,2}})? ?{_OPEN})(?P<name>[^{_CLOSED}]{{1,24}})"
    rf"|(?P<before2>(?:签收|代收|收货|收件)人 ?[:：是为]{{1,2}} ?)(?P<name2>{_LETTER}{{1,16}})"
    rf"|(?P<before3>签收人 ?)(?P<name3>{_HAN}{{2,4}}?)(?=$|[,，。；; ]|已|签收|代)"
)
# At the end of what stands before a phone number.
_BEFORE_PHONE = re.compile(
    rf"(?P<before>)(?P<name>{_LETTER}{{1,24}})(?P<gap> ?(?:{_OPEN} ?|[,，]? ?)?(?:(?:联系)?电话|手机号?码?)? ?[:：]? ?)$"
)
_WINDOW = 40
_HANDED = re.compile(
    rf"(?P<before>(?:交给|派给|转交|(?<![自经])由) ?)(?P<name>{_HAN}{{2,6}}?)(?=$|[,，。 ]|正在|进行|负责|为您|派|签收|代收|代签|投递|送)"
)
_AT_WORK = re.compile(
    rf"(?P<before>(?:^|的|[】\]。，,;；:： ]) ?)(?P<name>{_HAN}{{2,6}}?)(?= ?(?:已|正在|为您|将)[^,，。]{{0,6}}(?:揽|收件|取件|派|投递|送))"
)
_TITLED = re.compile(rf"(?P<before>)(?!快递|派件|送货|取件)(?P<name>{_HAN}{{1,2}})(?=师傅|先生|女士|小姐|阿姨)")
# A surname says that a name stands where no colon or blank does: 快递小哥洪七公, 门卫张大爷, 本人签收(段誉).
_NICK = rf"(?:[老小阿]{SURNAME}|{SURNAME}(?!{_HAN}?(?:市|区|县|镇|村|路|街|{_PLACE})){_HAN}{{1,2}}?)"
_AFTER_NAME = rf"(?=$|[{_CLOSED}\[（(,，。；; 、]|正在|已|将|为您|电话|手机|联系|派|送|签收|代|取件|处|大爷|大妈|大叔|阿姨|师傅|先生|女士)"
_TITLE = r"大爷|大妈|大娘|大叔|大姐|大哥|叔叔|阿姨|奶奶|爷爷"
_NAMED = re.compile(
    rf"(?P<before>(?:{_STAFF}|门卫|保安|邻居|家人|家属|物业|前台|同事|收发室|传达室|亲友|朋友) ?)(?P<name>{_NICK}){_AFTER_NAME}"
    rf"|(?P<before2>(?:本人|签收|代收|代签) ?[:：]? ?{_OPEN} ?)(?P<name2>{_NICK})(?=[ {_CLOSED}])"
    rf"|(?P<before3>)(?P<name3>{SURNAME}{_HAN}??)(?={_TITLE})"
)
# Who signed, piece by piece: a place with its name, a role, or else a person.
_PIECE = re.compile(rf"{_ROLE}|{_HAN}{{0,6}}?(?:{_PLACE})|[^\u3400-\u9fffA-Za-z·*]+|{_LETTER}+?(?={_ROLE}|$|[^\u3400-\u9fffA-Za-z·*])")
_KEPT = re.compile(rf"{_ROLE}|.{{0,6}}(?:{_PLACE})|[^\u3400-\u9fffA-Za-z·*]+")


def mask_people(text: str, *, names: Iterable[str] = (), streets: Iterable[str] = ()) -> str:
    """The text with tokens in the place of phones, of the courier's staff, of signers, and of this order's own `names` and `streets`."""
    clean = redact(text, names=names, streets=streets).replace(NAME, _MASKED)
    clean = _SIGNER.sub(_who_signed, clean)
    clean = _LABELLED.sub(_without_name, clean)
    clean = _without_owners_of_phones(clean)
    clean = _NAMED.sub(_nameless, clean)
    for pattern in (_HANDED, _AT_WORK, _TITLED):
        clean = pattern.sub(_without_name, clean)
    return clean.replace(f"[{_MASKED}]", _MASKED).replace(_MASKED, NAME)


def _without_owners_of_phones(text: str) -> str:
    *before, last = text.split(PHONE)
    shorn = [part[:-_WINDOW] + _BEFORE_PHONE.sub(_without_name, part[-_WINDOW:]) for part in before]
    return PHONE.join([*shorn, last])


def _without_name(match: re.Match[str]) -> str:
    """The words that lead to the name, and a token for it, unless it is no name."""
    name = match["name"]
    lead = _LEAD.match(name)
    kept = lead.group() if lead else ""
    after = match.groupdict().get("gap", "")
    return match["before"] + (name if _NO_NAME.search(name[len(kept) :]) else kept + _MASKED) + after


def _nameless(match: re.Match[str]) -> str:
    before = match["before"] or match["before2"] or ""
    name = match["name"] or match["name2"] or match["name3"]
    return before + (name if _NO_NAME.search(name) else _MASKED)


def _who_signed(match: re.Match[str]) -> str:
    before = match["before"] or match["before2"] or match["before3"]
    who = match["name"] or match["name2"] or match["name3"]
    return before + _PIECE.sub(lambda piece: piece.group() if _KEPT.fullmatch(piece.group()) else _MASKED, who)
