"""Traces and pushes for the tests, as kuaidi100 writes them."""

import datetime as dt
import json

from logistics.carriers import kuaidi100
from tests.orders.lists import SAMPLES

SALT = "sample-kuaidi100-salt"
NUMBER = "75540678742639"
# As of which the sample pushes were made.
NOON = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
TEXTS = {
    "101": "商家正通知快递公司揽件",
    "103": "【深圳市】 【深圳南山样例网点】（19900001001） 的 样例揽收员 已揽收",
    "1002": "【深圳市】 快件离开 【深圳中心】 已发往 【南京市】",
    "1001": "【南京市】 快件已经到达 【南京市转运中心】",
    "5": "【南京市】 【样例网点】 的样例派件员（19900003001） 正在第1次派件, 请保持电话畅通",
    "202": "快件长时间没有物流更新，请联系快递公司核实",
    "206": "派送不成功，原因：电话无人接听",
    "303": "客户签收人: 门卫代签 已签收",
    "3": "您的快件已签收，签收人：本人",
    "6": "快件正在退回发货人的途中",
    "4": "退件已由寄件人签收",
}
WAY = [(0, "101"), (2, "103"), (10, "1002"), (30, "1001"), (33, "5")]


def row(hours, code, text="", **more):
    """A line of the list, so many hours after the 14th."""
    at = NOON - dt.timedelta(days=6, hours=4 - hours)
    return {
        "context": text or TEXTS[code],
        "time": f"{at:%Y-%m-%d %H:%M:%S}",
        "ftime": f"{at:%Y-%m-%d %H:%M:%S}",
        "statusCode": code,
    } | more


def push(*rows, nu=NUMBER, com="zhongtong", status="polling", state="0", message="", **more):
    """The text of a push; rows are (hours, code) or whole lines, oldest first."""
    data = [each if isinstance(each, dict) else row(*each) for each in rows][::-1]
    result = {"message": "ok", "state": state, "status": "200", "ischeck": "0", "com": com, "nu": nu, "data": data}
    told = {"status": status, "billstatus": "", "message": message, "autoCheck": "0", "comOld": "", "comNew": "", "lastResult": result}
    return json.dumps(told | more, ensure_ascii=False).encode()


def trace(*rows, **more):
    """The same, read."""
    return kuaidi100.read_push(push(*rows, **more))


def sample(name):
    """A sample push: its form, what it should lead to, its order."""
    path = next(SAMPLES.glob(f"kuaidi100_push*/{name}*.json"))
    return json.loads(path.read_text(encoding="utf-8"))


SAMPLE_NAMES = sorted(path.stem for path in SAMPLES.glob("kuaidi100_push*/*.json"))
