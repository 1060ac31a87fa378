"""The couriers to start with (L12.1). Phones are left empty."""

from __future__ import annotations

from typing import Any

COURIERS = [
    ("youzhengguonei", "邮政", ["邮政", "邮政快递包裹", "中国邮政", "邮政小包", "EMS经济快递"]),
    ("ems", "EMS", ["EMS", "邮政EMS", "中国邮政EMS"]),
    ("yuantong", "圆通", ["圆通", "圆通速递", "圆通快递"]),
    ("shentong", "申通", ["申通", "申通快递", "申通E物流"]),
    ("zhongtong", "中通", ["中通", "中通快递", "中通速递"]),
    ("shunfeng", "顺丰", ["顺丰", "顺丰速运", "顺丰快递"]),
    ("tiantian", "天天", ["天天", "天天快递"]),
    ("yunda", "韵达", ["韵达", "韵达快递", "韵达快运", "韵达速递"]),
    ("jtexpress", "极兔", ["极兔", "极兔速递", "极兔快递"]),
    ("unknown", "未知快递", []),
]


def seed(sender: Any, **_: Any) -> None:
    """Put in the couriers that are missing; what staff changed stays."""
    from logistics.models import Courier

    Courier.objects.bulk_create([Courier(code=code, name=name, names=names) for code, name, names in COURIERS], ignore_conflicts=True)
