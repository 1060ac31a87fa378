"""What only refunds knows of a courier claim: what is claimed for which loss, what the courier accepted, and what it has paid (L13.1)."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from casework.models import Case
from logistics.models import Loss

LONGEST_WANTED = 300
LONGEST_NUMBER = 60
ZERO = Decimal("0.00")


class ClaimFacts(models.Model):
    """One row a claim. Amounts in yuan: `amount` is what the loss came to, `accepted` what the courier agreed to pay, None while nothing is known.

    `received` is what it has paid less what was given back; the database moves it (refunds_recovery), the application does not.
    """

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="claim", verbose_name=_("case"))
    loss = models.ForeignKey(Loss, models.PROTECT, related_name="claims", verbose_name=_("loss"))
    # The case that found the loss: what is recovered belongs to its cost.
    incident = models.ForeignKey(Case, models.PROTECT, related_name="claims", verbose_name=_("incident"))
    amount = models.DecimalField(_("claimed (yuan)"), max_digits=12, decimal_places=2)
    accepted = models.DecimalField(_("accepted (yuan)"), max_digits=12, decimal_places=2, null=True, blank=True)
    received = models.DecimalField(_("received (yuan)"), max_digits=12, decimal_places=2, default=ZERO, db_default=ZERO)
    filed_at = models.DateTimeField(_("filed at"), null=True, blank=True)
    answer_by = models.DateTimeField(_("answer promised until"), null=True, blank=True)
    number = models.CharField(_("the courier's claim number"), max_length=LONGEST_NUMBER, blank=True)
    wanted = models.CharField(_("what the courier wants"), max_length=LONGEST_WANTED, blank=True)
    turned_up_at = models.DateTimeField(_("known since that there is no loss"), null=True, blank=True)

    class Meta:
        verbose_name = _("claim facts")
        verbose_name_plural = _("claim facts")
        constraints = [
            models.UniqueConstraint(fields=["loss"], name="one_claim_per_loss"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_claim_is_for_something"),
            models.CheckConstraint(
                condition=Q(accepted=None) | Q(accepted__gt=0, accepted__lte=F("amount")), name="no_more_is_accepted_than_claimed"
            ),
            models.CheckConstraint(condition=Q(received__gte=0), name="no_more_is_given_back_than_received"),
        ]

    def __str__(self) -> str:
        return str(self.amount)

    @property
    def part(self) -> Decimal:
        """What the courier has agreed to or paid already, whichever is more."""
        return max(self.accepted or ZERO, self.received)

    @property
    def due(self) -> Decimal:
        """What the courier is still to pay of what it accepted, else of what was claimed."""
        return max((self.accepted or self.amount) - self.received, ZERO)

    @property
    def rest(self) -> Decimal:
        """What is lost for good when nothing more is asked."""
        return max(self.amount - self.part, ZERO)
