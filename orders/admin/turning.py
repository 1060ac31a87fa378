"""How a list of the admin turns its pages: from row to row, as the lists of the workbench do, and without counting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.http import HttpRequest
from unfold.views import ChangeList

from orders.keyset import AFTER, BEFORE, holds, page_of, part_of


class Turning:
    """What the theme draws below a list in place of numbered pages."""

    template_name: ClassVar[str] = "admin/desk/pages.html"


class DeskChangeList(ChangeList):
    """A list whose pages begin where the last one ended. Ordered by a column that a cursor does not hold, text above all, it is read by places."""

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        # The page is read. What is asked from here, a search above all, is asked of the whole list.
        for cursor in (AFTER, BEFORE):
            self.params.pop(cursor, None)
            self.filter_params.pop(cursor, None)

    def get_filters_params(self, params: Any = None) -> dict[str, Any]:
        """Without the cursors, which filter nothing."""
        return {name: value for name, value in super().get_filters_params(params).items() if name not in {AFTER, BEFORE}}

    def get_query_string(self, new_params: Mapping[str, Any] | None = None, remove: Sequence[str] | None = None) -> str:
        """An address of the list as it is, or filtered or ordered anew: then it begins at its first page."""
        return str(super().get_query_string(new_params, [*(remove or ()), AFTER, BEFORE]))

    def get_results(self, request: HttpRequest) -> None:
        """Read the page. How many rows there are in all is neither known nor asked. Raises Malformed `bad_cursor`."""
        turn = page_of if holds(self.queryset) else part_of
        page = turn(self.queryset, request.GET, self.list_per_page)
        self.result_list = page.rows
        self.result_count = self.full_result_count = len(page)
        self.can_show_all = self.multi_page = False
        self.paginator = Turning()
        self.before = self.get_query_string({BEFORE: page.before}) if page.before else ""
        self.after = self.get_query_string({AFTER: page.after}) if page.after else ""
        self.first = self.get_query_string() if page.is_beyond else ""
