"""What logistics begins with: couriers (L12.1), regions and norms (L3.4), and what the provider's codes mean."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import connections, transaction

from logistics.border import BEYOND
from logistics.waiting import MOVED_ON

# code, name, names in files, patterns of waybills (FORMATS 4.1: a warning, never a refusal)
COURIERS = [
    ("youzhengguonei", "邮政", ["邮政", "邮政快递包裹", "中国邮政", "邮政小包", "EMS经济快递"], [r"9[5-9]\d{11}"]),
    ("ems", "EMS", ["EMS", "邮政EMS", "中国邮政EMS"], [r"[A-Z]{2}\d{9}[A-Z]{2}", r"(?:1[0-2]|5[0-2]|95|9[7-9])\d{11}"]),
    ("yuantong", "圆通", ["圆通", "圆通速递", "圆通快递"], [r"YT\d{13}", r"[A-Za-z0-9]{2}\d{10,13}", r"\d{18}"]),
    ("shentong", "申通", ["申通", "申通快递", "申通E物流"], [r"77\d{13}", r"\d{12,13}"]),
    ("zhongtong", "中通", ["中通", "中通快递", "中通速递"], [r"7\d{13}", r"\d{12}"]),
    ("shunfeng", "顺丰", ["顺丰", "顺丰速运", "顺丰快递"], [r"SF\d{13}", r"\d{12}"]),
    ("tiantian", "天天", ["天天", "天天快递"], [r"TT(?:66|88|99|56|57)\d{11}"]),
    ("yunda", "韵达", ["韵达", "韵达快递", "韵达快运", "韵达速递"], [r"\d{13}", r"\d{15}"]),
    ("jtexpress", "极兔", ["极兔", "极兔速递", "极兔快递"], [r"JT\d{12,13}"]),
    ("jd", "京东", ["京东", "京东快递", "京东物流"], [r"JD[A-Z0-9]{2}\d{11,13}"]),
    ("debangkuaidi", "德邦", ["德邦", "德邦快递", "德邦物流"], [r"DPK\d{11,}", r"\d{8,10}"]),
    ("unknown", "未知快递", [], []),
]
# They tell a trace only to who knows the recipient's phone (FORMATS 3.1).
WANT_PHONE = {"shunfeng", "zhongtong"}

SIX_DAYS, DAY = 144, 24
# code, name, remote, hours on top of the normal delivery, provinces
REGIONS = [
    ("jiangzhehu", "江浙沪", False, 0, "江苏 浙江 上海"),
    ("east", "华东其他", False, 0, "安徽 福建 江西 山东"),
    ("north", "华北", False, 0, "北京 天津 河北 山西"),
    ("south", "华南", False, 0, "广东 海南"),
    ("central", "华中", False, 0, "河南 湖北 湖南"),
    ("southwest", "西南", False, 0, "重庆 四川 贵州 云南"),
    ("northeast", "东北", False, 0, "辽宁 吉林 黑龙江"),
    ("northwest", "西北", False, 0, "陕西"),
    ("remote", "偏远", True, SIX_DAYS, "新疆 内蒙古 甘肃 西藏 广西 青海 宁夏"),
    ("overseas", "港澳台", True, SIX_DAYS, " ".join(BEYOND)),
]
# measure, courier, region, hours. Delivery is 4 days after dispatch; SF 2 days after pick-up (L3.4).
NORMS = [
    ("no_record", "", "", 72),
    ("not_picked_up", "", "", 48),
    ("not_moving", "", "", 48),
    ("not_moving", "", "remote", 96),
    ("not_moving", "", "overseas", 96),
    ("delivering", "", "", 24),
    ("at_station", "", "", 48),
    ("returning", "", "", 7 * DAY),
    ("delivery", "", "", 4 * DAY),
    ("delivery", "shunfeng", "", 2 * DAY),
]
# Who may have signed instead of the customer; the family of the house may, and is left out.
OTHERS_SIGN = "门卫|保安|邻居|物业|前台|同事|朋友|收发室|传达室|他人"
# provider, code, text pattern, outcome, name. What opens a case is kept as a fact as well; a kind that there is not opens none.
RULES = [
    ("kuaidi100", "206", "", "case", "unreachable"),
    ("kuaidi100", "202", "", "case", "stalled"),
    ("kuaidi100", "208", "", "case", "stalled"),
    ("kuaidi100", "205", "", "finding", "at_station"),
    ("kuaidi100", "abort", "3天查询无记录", "case", "no_record"),
    ("kuaidi100", "abort", "60天无变化", "case", "stalled"),
    ("kuaidi100", "201", "", "fact", "not_signed_in_time"),
    ("kuaidi100", "201", "", "case", "stalled"),
    ("kuaidi100", "203", "", "fact", "refusal_raised"),
    ("kuaidi100", "203", "", "case", "refused_at_door"),
    ("kuaidi100", "14", "", "fact", "refused"),
    ("kuaidi100", "14", "", "case", "refused_at_door"),
    ("kuaidi100", "2", "", "case", "doubtful"),
    ("kuaidi100", "204", "", "case", "doubtful"),
    ("kuaidi100", "207", "", "fact", "out_of_area"),
    ("kuaidi100", "207", "", "case", "out_of_area"),
    ("kuaidi100", "209", "", "fact", "damaged"),
    ("kuaidi100", "209", "", "case", "damaged"),
    ("kuaidi100", "210", "", "fact", "waybill_cancelled"),
    ("kuaidi100", "210", "", "case", "no_record"),
    ("kuaidi100", "401", "", "fact", "waybill_cancelled"),
    ("kuaidi100", "401", "", "case", "no_record"),
    ("kuaidi100", "6", "", "fact", "returning"),
    ("kuaidi100", "6", "", "case", "returned_to_sender"),
    ("kuaidi100", "4", "", "fact", "returned"),
    ("kuaidi100", "4", "", "case", "returned_to_sender"),
    ("kuaidi100", "7", "", "fact", "handed_to_another_courier"),
    ("kuaidi100", "13", "", "fact", "customs_trouble"),
    ("kuaidi100", "303", "", "fact", "signed_by_other"),
    ("kuaidi100", "303", OTHERS_SIGN, "case", "signed_not_received"),
    ("kuaidi100", MOVED_ON, "", "case", "signed_not_received"),
]
# Parcels that stood here before there were regions.
SET_REGIONS = """
UPDATE logistics_parcel p SET region_id = f.region_id FROM (
    SELECT DISTINCT ON (l.parcel_id) l.parcel_id, logistics_region_of(o.province, o.city, o.district) AS region_id
    FROM logistics_parcel_orders l JOIN orders_order o ON o.id = l.order_id WHERE o.province <> '' ORDER BY l.parcel_id, o.paid_at NULLS LAST, o.id
) f WHERE f.parcel_id = p.id AND p.region_id IS NULL AND f.region_id IS NOT NULL
"""


def seed(sender: Any, using: str = "default", **_: Any) -> None:
    """Put in what is missing; what staff changed stays, and what they took away stays away."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        # What everybody begins with is nobody's change.
        cursor.execute("SELECT set_config('casework.door', 'on', true)")
        _seed_couriers(using)
        if _seed_regions(using):
            cursor.execute(SET_REGIONS)
        _seed_norms(using)
        _seed_rules(using)
        around = "make_interval(months => %s)"
        cursor.execute(
            f"SELECT logistics_ensure_partitions((now() - {around})::date, (now() + {around})::date)", [settings.MONTHS_AROUND] * 2
        )


def _seed_couriers(using: str) -> None:
    from logistics.models import Courier

    rows = [
        Courier(code=code, name=name, names=names, waybill_patterns=patterns, wants_phone=code in WANT_PHONE)
        for code, name, names, patterns in COURIERS
    ]
    Courier.objects.using(using).bulk_create(rows, ignore_conflicts=True)
    # Rows of an earlier release know no patterns yet.
    for row in rows:
        old = Courier.objects.using(using).filter(code=row.code, waybill_patterns=[])
        if row.waybill_patterns:
            old.update(waybill_patterns=row.waybill_patterns, wants_phone=row.wants_phone)


def _seed_regions(using: str) -> bool:
    """Regions and their places, when there are none yet; whether they are new. Staff may take a place out of its region for good."""
    from logistics.models import Place, Region

    if Region.objects.using(using).exists():
        return False
    for position, (code, name, remote, extra, provinces) in enumerate(REGIONS):
        region = Region.objects.using(using).create(code=code, name=name, is_remote=remote, extra_hours=extra, position=position)
        Place.objects.using(using).bulk_create([Place(region=region, province=province) for province in provinces.split()])
    return True


def _seed_norms(using: str) -> None:
    from logistics.models import Courier, Norm, Region

    couriers = dict(Courier.objects.using(using).values_list("code", "pk"))
    regions = dict(Region.objects.using(using).values_list("code", "pk"))
    rows = [
        Norm(measure=measure, courier_id=couriers.get(courier), region_id=regions.get(region), hours=hours)
        for measure, courier, region, hours in NORMS
        if (not courier or courier in couriers) and (not region or region in regions)
    ]
    if not Norm.objects.using(using).exists():
        Norm.objects.using(using).bulk_create(rows)


def _seed_rules(using: str) -> None:
    from logistics.models import DetectionRule

    rows = [
        DetectionRule(provider=provider, code=code, pattern=pattern, outcome=outcome, name=name)
        for provider, code, pattern, outcome, name in RULES
    ]
    DetectionRule.objects.using(using).bulk_create(rows, ignore_conflicts=True)
