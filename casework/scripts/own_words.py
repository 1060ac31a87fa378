"""The scripts that every shop begins with: each app adds those of its kinds when it is loaded (S4.1)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from casework.models import Script


@dataclass(frozen=True)
class Written:
    """A script as it is put into an empty table; what a shop has changed stays."""

    code: str
    title: str
    text: str
    kind: str = ""
    states: tuple[str, ...] = ()

    def row(self, at: dt.datetime) -> Script:
        """It as the first version for all shops."""
        return Script(code=self.code, number=1, changed_at=at, kind=self.kind, states=list(self.states), title=self.title, text=self.text)


WRITTEN: dict[str, Written] = {}


def write(kind: str, *rows: tuple[str, str, str, str]) -> None:
    """Add scripts of a kind: (name, states separated by blanks, title, text)."""
    for name, states, title, text in rows:
        code = f"{kind or 'any'}-{name}"
        WRITTEN[code] = Written(code, title, text, kind, tuple(states.split()))


write(
    "",
    ("hello", "", "开场问候", "亲，您好，我是{shop}的售后{handler}，您的订单{order}我已经看到了，请您说说遇到了什么情况，我来跟进。"),
    ("looking", "", "正在核实", "亲，您反映的情况我已经记下（售后单{case}），正在核实，24小时内一定给您答复，请您稍等。"),
    ("still-looking", "", "还在处理，先报个进度", "亲，让您久等了。您的售后单{case}还在处理中，一有结果我马上告诉您，谢谢您的耐心。"),
    (
        "confirm-address",
        "",
        "核对收件信息",
        "亲，为了尽快处理，麻烦您核对一下收件信息：{recipient}，{phone}，{address}。没有问题请回复“对的”，有变化请直接发给我。",
    ),
    ("photos", "", "请顾客拍照", "亲，麻烦您拍几张清楚的照片发给我：商品整体、有问题的地方、外箱和面单。收到后我马上为您核实。"),
    ("ask-wish", "", "问顾客想怎么处理", "亲，给您添麻烦了，非常抱歉。您希望怎样处理呢？您说说想法，我帮您申请最合适的办法。"),
    ("late-reply", "", "回复晚了致歉", "亲，抱歉让您久等了，刚才咨询的顾客比较多。您的问题我已经看到，现在就为您处理。"),
    ("angry", "", "安抚情绪", "亲，换作是我也会着急，这件事给您带来了麻烦，真的很抱歉。请您放心，我会一直跟到解决为止。"),
    ("to-lead", "", "已请主管处理", "亲，您的情况我已经请主管一起看，有了结果第一时间告诉您。您还有什么要补充的，随时发给我。"),
    ("thanks", "", "结束语", "亲，感谢您的理解和配合。之后有任何问题随时找我们，祝您生活愉快！"),
)
