"""What the parts of the chapter are to the type checker: a case each; to Django none of them is a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.models import Case

if TYPE_CHECKING:
    Part = Case
else:
    Part = object
