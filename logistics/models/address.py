"""What only logistics knows of an address that is to be changed: the new one sealed, and what was decided for each part of the order (L9)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class AddressFacts(models.Model):
    """One row a case. `address_enc` is the sealed JSON of the new address by field, `shown` the same masked (logistics/addresses/new_address.py).

    `parts` is what was decided last, for each parcel and for what is in none yet: [{"parcel": id or null, "label", "way", "rule", "why",
    "says", "flag", "end", "ended_at"}], where `why` names the reason (logistics/addresses/ways.py), `says` is the print clerk's word, `flag` the
    flag when it was given, and `end` "changed", "failed", or "kept" where the customer has it.
    """

    case = models.OneToOneField("casework.Case", models.CASCADE, primary_key=True, related_name="address", verbose_name=_("case"))
    address_enc = models.BinaryField(null=True, editable=False)
    shown = models.JSONField(_("new address"), default=dict, blank=True)
    noted_at = models.DateTimeField(_("noted at"), null=True, blank=True)
    # Tasks up to this one count no longer: the wish is a new one, or the print clerk still sees the old address.
    edits_after = models.BigIntegerField(_("edits count after task"), default=0)
    parts = models.JSONField(_("what was decided"), default=list, blank=True)
    told_at = models.DateTimeField(_("told at"), null=True, blank=True)

    class Meta:
        verbose_name = _("address to be changed")
        verbose_name_plural = _("addresses to be changed")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(noted_at=None, address_enc=None) | models.Q(noted_at__isnull=False, address_enc__isnull=False),
                name="a_noted_address_is_there",
            ),
        ]

    def __str__(self) -> str:
        return str(self.case_id)
