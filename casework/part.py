"""What the parts of a kind whose steps stand in several files are to the type checker: a case each. To Django none of them is a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.models import Case

if TYPE_CHECKING:
    Part = Case
else:
    Part = object
