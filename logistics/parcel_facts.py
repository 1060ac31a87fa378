"""The facts that tracking leaves on a parcel, in words (DetectionRule names them)."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    "not_signed_in_time": _("not signed for in time"),
    "refusal_raised": _("refusal raised"),
    "delivery_failed": _("delivery failed"),
    "out_of_area": _("out of delivery area"),
    "damaged": _("damaged"),
    "waybill_cancelled": _("waybill cancelled"),
    "refused": _("refused by the recipient"),
    "returning": _("on its way back"),
    "returned": _("came back"),
    "handed_to_another_courier": _("handed to another courier"),
    "customs_trouble": _("trouble at the customs"),
    "signed_by_other": _("signed for by somebody else"),
    "moved_after_signing": _("moves although signed for"),
    "doubtful": _("delivery failed"),
    "signed_not_received": _("odd signature"),
    "refused_at_door": _("refused at the door"),
    "returned_to_sender": _("on its way back"),
    "no_record": _("waybill without a record"),
    "unreachable": _("customer cannot be reached"),
}


def word_of(name: str) -> str:
    """The fact in words; one that a lead has invented reads as it is."""
    return str(WORDS.get(name, name))
