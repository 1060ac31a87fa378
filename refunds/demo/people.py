"""Invented people: numbers that belong to nobody, addresses that lead nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
GIVEN = "甲乙丙丁戊己庚辛壬癸东南西北春夏秋冬山水云石"
PHONES = ("1990000", "1980000", "1660000")
STREETS = ("样例路", "测试大道", "示范街", "虚构巷", "模拟北路", "样本新村")
# Province, city, district, post code.
PLACES = (
    ("广东省", "深圳市", "南山区", "518057"),
    ("浙江省", "杭州市", "西湖区", "310012"),
    ("江苏省", "南京市", "建邺区", "210019"),
    ("上海", "上海市", "浦东新区", "200120"),
    ("北京", "北京市", "朝阳区", "100020"),
    ("湖北省", "武汉市", "洪山区", "430070"),
    ("河南省", "郑州市", "金水区", "450003"),
    ("山东省", "青岛市", "市南区", "266071"),
    ("福建省", "泉州市", "晋江市", "362200"),
    ("新疆维吾尔自治区", "乌鲁木齐市", "天山区", "830002"),
    ("西藏自治区", "拉萨市", "城关区", "850000"),
)


@dataclass(frozen=True)
class Person:
    """A buyer and where the parcel goes."""

    nick: str
    name: str
    phone: str
    address: str

    @property
    def city(self) -> str:
        """Where the parcel goes."""
        return self.address.split()[1]


def digits(dice: Random, length: int) -> str:
    """A number of that many digits."""
    return "".join(dice.choice("0123456789") for _ in range(length))


def a_person(dice: Random) -> Person:
    """Somebody who does not exist."""
    name = dice.choice(SURNAMES) + "".join(dice.choice(GIVEN) for _ in range(dice.choice((1, 2, 2))))
    province, city, district, code = dice.choice(PLACES)
    street = f"{dice.choice(STREETS)}{dice.randint(1, 300)}号{dice.randint(1, 30)}栋{dice.randint(101, 2904)}室"
    return Person(f"tb{digits(dice, 9)}", name, dice.choice(PHONES) + digits(dice, 4), f"{province} {city} {district} {street}({code})")
