"""News of cases that go up: higher apps answer inside the same transaction (DESIGN 1)."""

from django.dispatch import Signal

# Sent when somebody has opened cases of a kind by hand, one or several. The sender is the kind.
# Arguments: cases (list of Case), by (Actor), at (datetime).
cases_opened = Signal()
