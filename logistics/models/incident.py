"""What only logistics knows about a case: its parcel, its clocks' facts, what was found, who is at fault, who pays and by which rule."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from logistics.freight import Fault, Party
from logistics.models.norm import FindingKind
from logistics.models.parcel import Parcel


class Whereabouts(models.TextChoices):
    """What the warehouse answers when it is asked whether a parcel left us (L4.2)."""

    LEFT = "left", _("It left us")
    STILL_HERE = "still_here", _("It is still here")
    NOT_FOUND = "not_found", _("It cannot be found")


class Packing(models.TextChoices):
    """What the warehouse says of how a parcel was packed, gifts included (L5.2)."""

    COMPLETE = "complete", _("Packed completely")
    INCOMPLETE = "incomplete", _("Not packed")
    CANNOT_SAY = "cannot_say", _("Cannot say")


class Slip(models.TextChoices):
    """What became of the base slip (L5.5)."""

    SKIPPED = "skipped", _("Not needed: the customer's photo shows it all")
    FOUND = "found", _("It was found")
    NOT_FOUND = "not_found", _("It was not found")


class AddressIs(models.TextChoices):
    """The address on the order, as the customer says it (L1.4, L1.5)."""

    RIGHT = "right", _("Right")
    WRONG = "wrong", _("Written wrongly by the customer")


class DoubtCause(models.TextChoices):
    """Why a parcel is stuck at a hub or its destination (L2.1)."""

    WAYBILL_LOST = "waybill_lost", _("Waybill lost")
    WAYBILL_DAMAGED = "waybill_damaged", _("Waybill damaged")
    PHONE_WRONG = "phone_wrong", _("Phone wrong")
    ADDRESS_WRONG = "address_wrong", _("Address wrong or incomplete")
    REFUSED = "refused", _("Recipient refuses")
    OTHER = "other", _("Other")


class Extent(models.TextChoices):
    """How bad a damage is: it decides what is offered (L7.1 to L7.4)."""

    SLIGHT = "slight", _("Slight")
    USABLE = "usable", _("Severe, usable again")
    UNUSABLE = "unusable", _("Severe, not usable again")


class Purpose(models.TextChoices):
    """What a courier is asked to do with a parcel that is on its way (L9.6)."""

    REDIRECT = "redirect", _("Redirect it to the new address")
    BRING_BACK = "bring_back", _("Stop it and bring it back")


class SentBackFor(models.TextChoices):
    """Why a parcel comes back to us (L10.1)."""

    REFUSED = "refused", _("Refused by the customer")
    NOT_COLLECTED = "not_collected", _("Not collected")
    NOT_REACHED = "not_reached", _("Nobody could be reached")
    ADDRESS_WRONG = "address_wrong", _("Address written wrongly by the customer")
    RECALLED = "recalled", _("We called it back")
    COURIER = "courier", _("The courier's mistake")
    OTHER = "other", _("Other")


class Choice(models.TextChoices):
    """What is done with a parcel that came back, in the order in which it is offered (L10.1)."""

    RESEND = "resend", _("Sent again")
    REFUND = "refund", _("Refund")
    NEW_ORDER = "new_order", _("With a new order")


# The remedy that does what was chosen.
DONE_BY = {"reshipment": Choice.RESEND, "refund": Choice.REFUND}


class SeenAs(models.TextChoices):
    """What was seen at the door (L7.5)."""

    DAMAGED = "damaged", _("Damaged")
    WRONG = "wrong", _("Wrong goods")
    MISSING = "missing", _("Something is missing")


class CameBackAs(models.TextChoices):
    """What the warehouse finds in a parcel of ours that came back (R5.4)."""

    WHOLE = "whole", _("Complete and undamaged")
    DAMAGED = "damaged", _("Damaged")
    WRONG = "wrong", _("Wrong goods")
    MISSING = "missing", _("Something is missing")


class IncidentFacts(models.Model):
    """Facts of an incident, one row a case. The payer of freight stands with the rule that decided it, and so does the fault.
    `rules` are all rules that spoke (logistics/fault.py), also where a lead has decided otherwise since.

    `finding` to `norm_hours` are what the nightly job saw when it opened the case or looked at it last. `items` are the
    missing, wrong or damaged pieces: [{"line": id, "quantity": number}].
    """

    case = models.OneToOneField("casework.Case", models.CASCADE, primary_key=True, related_name="incident", verbose_name=_("case"))
    parcel = models.ForeignKey(Parcel, models.PROTECT, null=True, blank=True, related_name="incidents", verbose_name=_("parcel"))
    freight_payer = models.CharField(_("freight is paid by"), max_length=10, choices=Party.choices, blank=True)
    freight_rule = models.CharField(_("by rule"), max_length=10, blank=True)
    freight_decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    # A lead's word, with the reason in the journal; no rule changes it.
    freight_by_lead = models.BooleanField(_("freight decided by a lead"), default=False, db_default=False)
    rules = models.JSONField(_("rules that decided"), default=list, db_default=[], blank=True)
    first_attempt_at = models.DateTimeField(_("first attempt at"), null=True, blank=True)
    courier_returns_at = models.DateTimeField(_("courier sends it back at"), null=True, blank=True)
    extended_until = models.DateTimeField(_("one more day until"), null=True, blank=True)

    finding = models.CharField(_("found"), max_length=20, choices=FindingKind.choices, blank=True, default="", db_default="")
    finding_since = models.DateTimeField(_("stands since"), null=True, blank=True)
    norm_hours = models.PositiveSmallIntegerField(_("norm in hours"), null=True, blank=True)
    whereabouts = models.CharField(
        _("the warehouse says"), max_length=12, choices=Whereabouts.choices, blank=True, default="", db_default=""
    )
    # The waybill under which the parcel travels since its courier was changed (L4.1).
    new_number = models.CharField(_("new waybill"), max_length=64, blank=True, default="", db_default="")
    lost_at = models.DateTimeField(_("known as lost since"), null=True, blank=True)
    fault = models.CharField(_("at fault"), max_length=10, choices=Fault.choices, blank=True, default="", db_default="")
    fault_rule = models.CharField(_("fault by rule"), max_length=10, blank=True, default="", db_default="")

    items = models.JSONField(_("pieces it is about"), default=list, db_default=[], blank=True)
    packing = models.CharField(
        _("the warehouse says of the packing"), max_length=12, choices=Packing.choices, blank=True, default="", db_default=""
    )
    slip = models.CharField(_("base slip"), max_length=12, choices=Slip.choices, blank=True, default="", db_default="")
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    promised_until = models.DateTimeField(_("promised until"), null=True, blank=True)

    address = models.CharField(_("address on the order"), max_length=8, choices=AddressIs.choices, blank=True, default="", db_default="")
    # What the customer answered, by question (L1.1, L5.1, L7.1), and what three addresses came to (L0.1).
    answers = models.JSONField(_("answers"), default=dict, db_default=models.Value({}, models.JSONField()), blank=True)
    # Order, parcel and where it was when the case was opened by hand, and what the customer wants (L0.5).
    taken_down = models.JSONField(_("taken down at intake"), default=dict, db_default=models.Value({}, models.JSONField()), blank=True)
    # As the delivery slip names them; phones are taken out.
    signer = models.CharField(_("signer on the slip"), max_length=60, blank=True, default="", db_default="")
    cause = models.CharField(_("why it is stuck"), max_length=16, choices=DoubtCause.choices, blank=True, default="", db_default="")
    # Of a parcel that is stopped on its way: what for, yuan that the courier wants, and since when a lead lets refunds go without waiting for it.
    purpose = models.CharField(_("the courier shall"), max_length=10, choices=Purpose.choices, blank=True, default="", db_default="")
    fee = models.DecimalField(_("fee"), max_digits=8, decimal_places=2, null=True, blank=True)
    refunds_go_at = models.DateTimeField(_("refunds do not wait since"), null=True, blank=True)

    extent = models.CharField(_("how bad the damage is"), max_length=8, choices=Extent.choices, blank=True, default="", db_default="")
    # The state whose offer the customer took: it stands again when the remedy falls through (logistics/kinds/offered.py).
    offer = models.CharField(_("offer taken"), max_length=30, blank=True, default="", db_default="")
    # A parcel that comes back to us (L7.5, L10): why, what was seen at the door, since when it is here, what was in it, what is done with it,
    # since when the customer has paid for sending it again, how many yuan, and whether that is kept although nothing is sent.
    sent_back_for = models.CharField(
        _("comes back because"), max_length=16, choices=SentBackFor.choices, blank=True, default="", db_default=""
    )
    seen_as = models.CharField(_("seen at the door"), max_length=10, choices=SeenAs.choices, blank=True, default="", db_default="")
    here_at = models.DateTimeField(_("here since"), null=True, blank=True)
    came_back_as = models.CharField(_("came back as"), max_length=10, choices=CameBackAs.choices, blank=True, default="", db_default="")
    choice = models.CharField(_("what is done with it"), max_length=10, choices=Choice.choices, blank=True, default="", db_default="")
    postage_paid_at = models.DateTimeField(_("postage paid by the customer at"), null=True, blank=True)
    postage = models.DecimalField(_("postage paid by the customer"), max_digits=6, decimal_places=2, null=True, blank=True)
    postage_kept = models.BooleanField(_("postage kept as freight"), default=False, db_default=False)

    class Meta:
        verbose_name = _("incident facts")
        verbose_name_plural = _("incident facts")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(freight_payer="") | ~models.Q(freight_rule=""), name="a_freight_decision_names_its_rule"
            ),
            models.CheckConstraint(condition=models.Q(fault="") | ~models.Q(fault_rule=""), name="a_fault_names_its_rule"),
        ]

    def __str__(self) -> str:
        return str(self.case_id)
