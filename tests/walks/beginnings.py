"""What begins: cases, remedies, money asked for, claims, an outage; many at a time as well."""

from hypothesis import strategies as st

from casework.models import Case
from casework.registry import KINDS, SUBJECTS
from logistics.models import Loss
from refunds.actions.ask import ask_refund
from refunds.actions.simulate import simulate_refund
from refunds.demo.facts import facts_for
from tests.builders import a_wish
from tests.cast import acts
from tests.walks.doors import Deed, small_deed
from tests.walks.ground import Ground, dice, few, kinds, yuan
from tests.walks.standing import must_agree

ASKED = {"reason": "damaged", "ground": "photo_checked", "payee": {"channel": "small_payment"}}
NEW = (
    "a_case_is_opened",
    "several_cases_are_opened",
    "somebody_asks_for_money",
    "many_are_approved_at_once",
    "couriers_owe_and_are_claimed_from",
    "an_outage_is_worked_together",
)

# Remedies that have a form: the address of the API, and what is wished of it.
ASKS = {
    "refund": ("refunds/", lambda order, lines, yuan: a_wish(order, yuan)),
    "compensation": ("compensations/", lambda order, lines, yuan: ASKED | {"amount": yuan}),
    "gift": ("gifts/", lambda order, lines, yuan: {"what": "杯垫", "pieces": 1, "worth": yuan}),
    "return_goods": ("returns/", lambda order, lines, yuan: {"lines": lines, "why": "damaged"}),
    "exchange": ("exchanges/", lambda order, lines, yuan: {"lines": lines, "why": "damaged"}),
    "reshipment": ("reshipments/", lambda order, lines, yuan: {"lines": lines, "reason": "丢件"}),
}


class Beginning(Ground):
    """What people begin."""

    def a_case_is_opened(self, data):
        kind = data.draw(kinds, "kind")
        body = {"kind": kind, "order": self.an_order(data).number}
        deed = Deed(page=("/cases/new/", body), admin=("/admin/casework/case/open/", body), api=("cases/", body))
        self.does(data, deed, self.somebody(data, KINDS[kind].OPENED_BY))

    def several_cases_are_opened(self, data):
        kind = data.draw(kinds, "kind")
        numbers = "\n".join(order.number for order in data.draw(st.lists(st.sampled_from(self.world.orders), min_size=1, max_size=4)))
        body = {"kind": kind, "text": numbers}
        deed = Deed(page=("/cases/new/several/", body | {"open": "1"}), api=("cases/several/", body))
        self.does(data, deed, self.somebody(data, KINDS[kind].OPENED_BY))

    def something_is_made_good(self, data):
        """A remedy, for a case that wants one or for any; of a form of its own or of another chapter."""
        wanting = [case.pk for case in Case.objects.open() if case.state in case.MENDS_IN]
        case = self.a_case(data, Case.objects.filter(pk__in=wanting) if wanting and not data.draw(few) else None)
        if case.order is None:
            return
        remedy = data.draw(st.sampled_from([*type(case).REMEDIES] or sorted(ASKS)), "remedy")
        by = self.somebody(data, {"agent"})
        if remedy in ASKS:
            address, wish = ASKS[remedy]
            lines = [{"line": line.pk, "quantity": 1} for line in case.order.lines.all() if data.draw(st.booleans())]
            self.does(data, Deed(api=(address, {"case": case.pk} | wish(case.order, lines, f"{data.draw(st.integers(1, 40))}.00"))), by)
        elif remedy in SUBJECTS:
            body = {"kind": remedy}
            page = (f"/cases/{case.pk}/below/{remedy}/", {})
            self.does(
                data, Deed(page=page, admin=small_deed(case, None, "below", None, body).admin, api=(f"cases/{case.pk}/below/", body)), by
            )

    def somebody_asks_for_money(self, data):
        """A look at what it would do, then the wish: what fits is not refused for want of money, and what does not is."""
        order, by = self.an_order(data), self.world.people[0]
        looked = self.a_wish(data, order)
        found = simulate_refund(looked, by=acts(by), at=self.now)
        lines = [{"line": part.line.pk, "amount": str(part.row.asked)} for part in found.parts if part.row.asked]

        wish = looked | {"lines": lines}
        code = self.tries(lambda: ask_refund(wish, by=acts(by), at=self.now))
        assert code != ("over_the_cap" if found.fits else ""), looked
        must_agree(order, self.world.auditor)

    def a_wish(self, data, order):
        """Of some lines pieces, of others an amount; postage; at times money beyond the order."""
        lines = []
        for line in order.lines.all():
            how = data.draw(st.sampled_from(["", "pieces", "amount"]), "how")
            if how:
                said = {"pieces": data.draw(st.integers(0, line.quantity))} if how == "pieces" else {"amount": data.draw(yuan)}
                lines.append({"line": line.pk} | said)
        beyond = {"beyond": {"kind": "freight", "amount": data.draw(yuan)}} if data.draw(few) else {}
        return a_wish(order, lines=lines, freight=data.draw(yuan) if data.draw(few) else "0.00", payee=ASKED["payee"]) | beyond

    def many_are_approved_at_once(self, data):
        rows = list(Case.objects.open().filter(kind__in=("refund", "compensation")).order_by("pk").values_list("pk", "version"))
        if rows:
            page = ("/approvals/many/", {"row": [f"{pk}-{version}" for pk, version in rows]})
            api = ("refunds/approve/", {"rows": [{"refund": pk, "version": version} for pk, version in rows]})
            self.does(data, Deed(page=page, api=api), self.somebody(data, {"supervisor", "manager"}))

    def couriers_owe_and_are_claimed_from(self, data):
        losses = list(Loss.objects.filter(ended_at=None).order_by("pk").values_list("pk", flat=True))
        if losses:
            self.does(data, Deed(api=("claims/", {"losses": losses})), self.somebody(data, {"agent", "supervisor"}))

    def an_outage_is_worked_together(self, data):
        """Made where cases stand for it, then answered or advanced as one."""
        outage = Case.objects.open().filter(kind="outage").first()
        by = self.somebody(data, {"agent", "supervisor"})
        if outage is None:
            body = {"shop": self.world.shop.code, "courier": "zhongtong", "city": "杭州市"}
            self.does(data, Deed(page=("/outages/", body), api=("outages/", body)), by)
            return
        rows = list(Case.objects.open().filter(parent=outage))
        kind = type(data.draw(st.sampled_from(rows), "like"))
        step = self.one_of(data, [each for each in kind.steps() if not each.hidden])
        chosen = [{"case": case.pk, "version": case.version} for case in rows if isinstance(case, kind)]
        facts = facts_for(step.facts, rows[0], self.now, data.draw(dice))
        told = {"text": "{buyer}，{courier}在{city}延误", "version": outage.version}
        deeds = [
            Deed(api=(f"outages/{outage.pk}/steps/", {"step": step.name, "rows": chosen, "facts": facts, "note": "一起处理"})),
            Deed(page=(f"/outages/{outage.pk}/", told | {"what": "tell"}), api=(f"outages/{outage.pk}/answers/", told)),
            Deed(api=(f"cases/{rows[0].pk}/leave-outage/", {"note": "这件不一样"})),
        ]
        self.does(data, data.draw(st.sampled_from(deeds)), by)
