"""What comes from outside: pushes of couriers, lists of the platform, photos of customers."""

import datetime as dt

from django.test import Client
from hypothesis import strategies as st

from casework.actions.ask_photos import make_link
from casework.actions.take_photo import take_photo
from logistics.carriers.kuaidi100 import sign_of
from logistics.models import Parcel
from orders.access import Actor
from orders.models import PlatformRefund
from refunds.actions.follow_disputes import follow_disputes
from refunds.actions.follow_platform import follow_platform
from tests.builders import a_platform_refund
from tests.callers import a_picture
from tests.cast import MONDAY, acts
from tests.logistics.traces import SALT, push, row
from tests.walks.ground import Ground, few, numbers

CODES = ("101", "103", "1001", "1002", "5", "501", "202", "205", "204", "206", "207", "208", "3", "303", "6", "4")
LIST = Actor.system("import")
OUTSIDE = ("a_courier_tells", "the_platforms_list_comes", "the_customer_sends_a_photo")


def a_push(parcel, *codes, at, ago=0):
    """What the provider sends of a parcel, nodes of so many minutes ago."""
    then = (at - dt.timedelta(minutes=ago)).astimezone(MONDAY.tzinfo)
    time = f"{then:%Y-%m-%d %H:%M:%S}"
    nodes = [row(0, code, f"【杭州市】 {code} {ago}", time=time, ftime=time) for code in codes]
    ended = {"status": "abort", "message": "60天无变化时"} if codes == ("202",) else {}
    param = push(*([] if ended else nodes), nu=parcel.waybill, com=parcel.courier.code, **ended)
    form = {"param": param.decode(), "sign": sign_of(param, SALT)}
    answer = Client().post("/webhooks/kuaidi100/demo/", form, headers={"X-Test-Now": at.isoformat()})
    assert answer.status_code == 200, answer.content


class Outside(Ground):
    """What nobody at the desk does."""

    def a_courier_tells(self, data):
        """A push: nodes in order or not, told anew, or the end of watching."""
        parcel = data.draw(st.sampled_from(list(Parcel.objects.exclude(courier=None).select_related("courier").order_by("pk"))), "parcel")
        codes = data.draw(st.lists(st.sampled_from(CODES), min_size=1, max_size=3), "codes")
        ago = data.draw(st.sampled_from([0, 60, 3000]), "ago")
        for _ in range(1 + data.draw(few)):
            a_push(parcel, *codes, at=self.now, ago=ago)

    def the_platforms_list_comes(self, data):
        """Somebody has asked for money there; what was asked before is paid or taken back; the platform may step in."""
        before = PlatformRefund.objects.filter(is_open=True).order_by("pk").first()
        if before is None:
            said = {"number": f"2199{next(numbers):014d}", "intervention": "客服已经介入" if data.draw(few) else ""}
            ends = {"requested_at": self.now, "deadline_at": self.now + dt.timedelta(hours=48)}
            a_platform_refund(self.an_order(data), "5.00", **said, **ends)
        else:
            paid = data.draw(st.booleans(), "paid")
            PlatformRefund.objects.filter(pk=before.pk).update(is_open=False, is_paid=paid, status="退款成功" if paid else "退款关闭")
        follow_platform(self.world.shop.pk, by=LIST, at=self.now)
        follow_disputes(self.world.shop.pk, by=LIST, at=self.now)

    def the_customer_sends_a_photo(self, data):
        case, by = self.a_case(data), self.somebody(data, {"agent"})
        later = data.draw(st.sampled_from([0, 20_000]), "later")

        def sends():
            _link, token = make_link(case.pk, kinds=["photo_goods"], by=acts(by), at=self.now)
            take_photo(token, upload=a_picture(), kind="photo_goods", at=self.now + dt.timedelta(minutes=later))

        self.tries(sends)
