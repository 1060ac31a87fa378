"""What the customer is told: nothing is offered for a review (N1)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

HELLO = _(
    "Hello, we read your review of order {order} and are sorry that something went wrong. May we ask what happened, so that we can put it right?"
)
ON_IT = _("Hello, thank you for telling us. We are looking after it and tell you what comes of it.")
MAY_CHANGE = _(
    "Hello, we hope that your order {order} is in order now. If you see it otherwise than before, you can change your review once until {until}."
)
