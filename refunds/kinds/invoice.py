"""I1 An invoice (发票): recorded, checked for completeness, issued by finance, told to the customer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.calendars import SHOP_TIME
from casework.facts import Facts
from casework.models import Case
from casework.situation import Situation
from casework.workflow import Category, Clock, Queue, States, guard, step
from orders.errors import Malformed
from orders.models.order import OrderStatus
from orders.persons import redact_for_order
from orders.roles import AGENTS, CLOCK, LEADS, Role
from refunds.invoicing import (
    LABELS,
    LONGEST,
    NEEDED,
    InvoiceType,
    masked,
    missing_of,
    open_data,
    read_value,
    seal_data,
    warnings_of,
    words_of,
)
from refunds.messages import invoice_message
from refunds.models.invoice import LONGEST_WANTED, InvoiceFacts

# Nobody paid, or the money went back.
NOT_INVOICED = (OrderStatus.WAIT_PAY, OrderStatus.CLOSED)
ISSUERS = frozenset({Role.FINANCE, Role.MANAGER})


class State(States):
    """From the customer's wish to the invoice in their hands."""

    REQUESTED = "requested", Category.OPEN, _("Invoice asked for; to be checked")
    INCOMPLETE = "incomplete", Category.CUSTOMER, _("Data are missing; asked of the customer")
    TO_ISSUE = "to_issue", Category.OPEN, Queue.FINANCE, _("Complete; finance issues it")
    ISSUED = "issued", Category.OPEN, _("Issued; tell the customer")
    TOLD = "told", Category.DONE, _("Issued and told")
    WITHDRAWN = "withdrawn", Category.DONE, _("No invoice wanted")


class InvoiceData(Facts):
    """What the invoice shall say. An empty field leaves what is there."""

    MASKED = tuple(LABELS)
    type = forms.ChoiceField(label=_("Which invoice"), choices=InvoiceType.choices)
    title = forms.CharField(label=LABELS["title"], max_length=LONGEST["title"], required=False, help_text=_("A name, or a company."))
    tax_number = forms.CharField(label=LABELS["tax_number"], max_length=LONGEST["tax_number"], required=False)
    address = forms.CharField(label=LABELS["address"], max_length=LONGEST["address"], required=False)
    phone = forms.CharField(label=LABELS["phone"], max_length=LONGEST["phone"], required=False)
    bank = forms.CharField(label=LABELS["bank"], max_length=LONGEST["bank"], required=False)
    account = forms.CharField(label=LABELS["account"], max_length=LONGEST["account"], required=False)


class Wanted(Facts):
    """What finance asks for before it issues."""

    wanted = forms.CharField(label=_("What is wrong or missing"), max_length=LONGEST_WANTED, widget=forms.Textarea(attrs={"rows": 2}))


class Issued(Facts):
    """What finance issued."""

    number = forms.CharField(label=_("Invoice number"), max_length=40)
    issued_on = forms.DateField(label=_("Issued on"), widget=forms.DateInput(attrs={"type": "date"}))

    def clean_number(self) -> str:
        """Digits only: 8 of a paper invoice, 20 of a digital one, or code and number together."""
        plain = "".join(str(self.cleaned_data["number"]).replace("-", " ").split())
        if not (plain.isascii() and plain.isdigit() and 8 <= len(plain) <= 20):
            raise forms.ValidationError(_("An invoice number has 8 to 20 digits."), code="invalid")
        return plain


def read_data(given: dict[str, Any], before: dict[str, str]) -> dict[str, str]:
    """The fields of that type: what is given, else what was there. Raises Malformed naming the field, for identity numbers too."""
    fresh = {name: read_value(name, given[name]) for name in LABELS if given.get(name)}
    return {name: value for name, value in (before | fresh).items() if name in NEEDED[given["type"]] and value}


def columns_of(kind: str, data: dict[str, str]) -> dict[str, Any]:
    """The columns of the facts that hold the data."""
    found = {"data_enc": seal_data(data), "shown": masked(kind, data)}
    return found | {"type": kind, "missing": missing_of(kind, data), "warnings": warnings_of(data)}


class Invoice(Case):
    """The clerk notes what the customer wants and gives; what is missing is named and asked for. Complete, finance issues it and notes
    number and date; then the customer is told. Data of persons and accounts lie sealed; identity numbers are refused."""

    KIND = "invoice"
    CHAPTER = "I1"
    STATES = State
    FIRST = State.REQUESTED
    FACTS = InvoiceFacts
    OPENED_BY = AGENTS
    EVIDENCE = ("chat", "other")
    HAS_CONTACTS = True
    CLOCKS = (
        Clock("check", _("Check the data"), (State.REQUESTED,), lasts="reply_within", rule="I1.1"),
        Clock(
            "customer_answers",
            _("Customer sends the data"),
            (State.INCOMPLETE,),
            lasts="invoice_data_within",
            then=("customer_is_silent",),
            rule="I1.1",
        ),
        Clock("issue", _("Issue the invoice"), (State.TO_ISSUE,), lasts="invoice_issued_within", rule="I1.1"),
        Clock("tell", _("Tell the customer"), (State.ISSUED,), lasts="reply_within", rule="I1.1"),
    )

    class Meta:
        proxy = True
        verbose_name = _("Invoice")
        verbose_name_plural = _("Invoices")

    def why_here(self, at: Situation) -> str:
        """What is missing, or what finance wants."""
        if self.facts.missing and self.state in (State.REQUESTED, State.INCOMPLETE):
            return str(_("Missing: {fields}")).format(fields=words_of(self.facts.missing))
        return str(_("Wanted: {reason}")).format(reason=self.facts.wanted) if self.facts.wanted else ""

    def facts_shown(self) -> dict[str, Any]:
        """The data behind masks, and what is missing."""
        facts = self.facts
        return {
            "type": facts.type,
            "data": facts.shown,
            "missing": facts.missing,
            "warnings": facts.warnings,
            "number": facts.number,
            "issued_on": facts.issued_on and facts.issued_on.isoformat(),
        }

    def contact_message(self, at: Situation) -> str:
        """What is still needed, or that it is issued."""
        return invoice_message(self.state, words_of(self.facts.missing), self.facts.number)

    # ------------------------------------------------------------------------------------------------

    @guard(_("Missing: {fields}."), rule="I1.1", says=lambda case, at: {"fields": words_of(case.facts.missing)})
    def is_complete(self: Invoice, at: Situation) -> bool:
        return not self.facts.missing

    @guard(_("Nothing is missing; finance can issue it."), rule="I1.1")
    def something_is_wanted(self: Invoice, at: Situation) -> bool:
        return bool(self.facts.missing or self.facts.wanted)

    @step(
        [State.REQUESTED, State.INCOMPLETE],
        State.TO_ISSUE,
        label=_("Complete: to finance"),
        rule="I1.1",
        by=AGENTS,
        when=[is_complete],
    )
    def hand_to_finance(self) -> None:
        """All that such an invoice needs is there."""
        self.facts.wanted = ""

    @step(
        State.REQUESTED,
        State.INCOMPLETE,
        label=_("Asked the customer for what is missing"),
        rule="I1.1",
        by=AGENTS,
        when=[something_is_wanted],
        hint=_("Copy the text for the customer first."),
    )
    def ask_the_customer(self) -> None:
        """The text names every field that is missing."""

    @step(
        [State.REQUESTED, State.INCOMPLETE],
        None,
        label=_("Note the data"),
        rule="I1.1",
        by=AGENTS,
        facts=InvoiceData,
        event=True,
        next_in=[State.INCOMPLETE],
        hint=_("An empty field leaves what is there. No identity numbers."),
    )
    def note_data(self, facts: dict[str, Any]) -> None:
        """Kept sealed; the journal says that it was noted, not what."""
        data = read_data(facts, open_data(self.facts.data_enc))
        for name, value in columns_of(facts["type"], data).items():
            setattr(self.facts, name, value)
        self.effects.note(missing=self.facts.missing)

    @step(State.INCOMPLETE, State.REQUESTED, label=_("Customer is silent"), rule="I1.1", by=CLOCK)
    def customer_is_silent(self) -> None:
        """Asked once more, or no invoice is wanted."""

    @step(
        State.TO_ISSUE,
        State.REQUESTED,
        label=_("Back to the clerk"),
        rule="I1.1",
        by=ISSUERS | LEADS,
        facts=Wanted,
        event=True,
    )
    def send_back(self, facts: dict[str, Any]) -> None:
        """Something is wrong or missing after all."""
        self.facts.wanted = redact_for_order(facts["wanted"], self.at.order if self.at else None)

    @step(State.TO_ISSUE, State.ISSUED, label=_("Issued"), rule="I1.1", by=ISSUERS, facts=Issued, when=[is_complete])
    def issued(self, facts: dict[str, Any]) -> None:
        """Number and date, by whoever issued it."""
        assert self.at is not None  # steps run with a situation
        if facts["issued_on"] > self.at.now.astimezone(SHOP_TIME).date():
            raise Malformed(_("This day has not come yet."), code="bad_value", field="issued_on")
        self.facts.number, self.facts.issued_on, self.facts.issued_by_id = facts["number"], facts["issued_on"], self.at.actor.person_id

    @step(State.ISSUED, State.TOLD, label=_("The customer was told"), rule="I1.1", by=AGENTS)
    def customer_told(self) -> None:
        """With the invoice's number."""

    @step(
        [State.REQUESTED, State.INCOMPLETE, State.TO_ISSUE],
        State.WITHDRAWN,
        label=_("No invoice wanted"),
        rule="I1.1",
        by=AGENTS,
        needs_note=True,
        event=True,
    )
    def withdraw(self) -> None:
        """The customer does without."""
