"""A process that does one deed of money and, told by FAULT, stops in the middle: python -m tests.money_worker NAME USER ID INSTANT."""

import datetime as dt
import os
import sys

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"


def ask(by, order_id, at):
    from orders.models import Order
    from refunds.actions.ask import ask_refund
    from tests.builders import a_wish

    payee = {"channel": "alipay", "account": "13800138000", "name": "何大明"}
    ask_refund(a_wish(Order.objects.get(pk=order_id), payee=payee), by=by, at=at)


def pay(by, case_id, at):
    from casework.actions.advance import advance

    advance(case_id, "pay", by=by, at=at)


def main(name, user, row, instant):
    django.setup()
    from orders.models import User
    from tests.cast import acts

    {"ask": ask, "pay": pay}[name](acts(User.objects.get(username=user)), int(row), dt.datetime.fromisoformat(instant))


if __name__ == "__main__":
    main(*sys.argv[1:])
