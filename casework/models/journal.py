"""The journal: what happened, by whom, through which door. Append-only, partitioned by month, sealed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.access import ScopedQuerySet
from orders.pairs import pairs_index

# Most rows have none.
HAS_NOTE = ~models.Q(note="")
HAS_CASE = models.Q(case__isnull=False)


class Journal(models.Model):
    """One thing that happened. A case's timeline is its journal; the audit is the journal.

    Holds redacted text, ids and masked values only. In the database the key is (id, at).
    """

    at = models.DateTimeField(_("at"))
    shop = models.ForeignKey("orders.Shop", models.PROTECT, null=True, related_name="+", verbose_name=_("shop"))
    case = models.ForeignKey("casework.Case", models.PROTECT, null=True, related_name="journal", verbose_name=_("case"))
    object_type = models.CharField(_("object"), max_length=40)
    object_id = models.CharField(_("object id"), max_length=40, blank=True)
    step = models.CharField(_("step"), max_length=60)
    from_state = models.CharField(_("from"), max_length=30, blank=True)
    to_state = models.CharField(_("to"), max_length=30, blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("actor"))
    actor_name = models.CharField(_("actor"), max_length=150)
    role = models.CharField(_("role"), max_length=20, blank=True)
    channel = models.CharField(_("channel"), max_length=20)
    facts = models.JSONField(_("facts"), default=dict)
    before = models.JSONField(_("before"), null=True)
    after = models.JSONField(_("after"), null=True)
    note = models.TextField(_("note"), blank=True)
    request_id = models.CharField(_("request id"), max_length=64, blank=True)

    SHOP_PATH = "shop"
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("journal entry")
        verbose_name_plural = _("journal")
        ordering = ["at", "id"]
        # The timeline of a case.
        indexes = [
            models.Index(fields=["case", "at", "id"], name="journal_by_case"),
            # What happened last to the cases of a shop (casework/live.py).
            models.Index(fields=["shop", "id"], include=["at"], condition=HAS_CASE, name="journal_by_shop"),
            models.Index(fields=["object_type", "object_id"], name="journal_by_object"),
            pairs_index("note", "journal_by_words", condition=HAS_NOTE),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.step}"


class JournalText(models.Model):
    """The original of a note, encrypted. A purge may delete it; no seal covers it."""

    journal_id = models.BigIntegerField(primary_key=True)
    ciphertext = models.BinaryField()

    class Meta:
        db_table = "casework_text"

    def __str__(self) -> str:
        return f"#{self.journal_id}"


class Unsealed(models.Model):
    """Journal rows that wait for their seal, filled by a trigger with the transaction that wrote them."""

    journal_id = models.BigIntegerField(primary_key=True)
    journal_at = models.DateTimeField()
    txid = models.BigIntegerField()

    def __str__(self) -> str:
        return f"#{self.journal_id}"


class Seal(models.Model):
    """One link of the keyed hash chain over the journal."""

    seq = models.BigIntegerField(primary_key=True)
    journal_id = models.BigIntegerField(unique=True)
    journal_at = models.DateTimeField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"#{self.seq}"
