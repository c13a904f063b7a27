"""Pages are cursors over a unique tail. No totals, no page numbers, no silent clamping."""

from typing import Any

from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request


class CursorPages(CursorPagination):
    """`?limit=` 1 to 100 (20 without it) and `?cursor=`, opaque, from the `next` and `previous` of a page."""

    page_size = 20
    max_page_size = 100
    page_size_query_param = "limit"
    cursor_query_param = "cursor"

    def get_page_size(self, request: Request) -> int:
        """The number of entries asked for; 400 for what is not a number from 1 to 100."""
        asked = request.query_params.get(self.page_size_query_param)
        if asked is None:
            return self.page_size
        if not asked.isascii() or not asked.isdigit() or not 1 <= int(asked[:9]) <= self.max_page_size:
            raise ValidationError({"limit": f"A number from 1 to {self.max_page_size} is needed."}, code="invalid")
        return int(asked)

    def decode_cursor(self, request: Request) -> Any:
        """The position in the list; 400 for a cursor that this list did not hand out."""
        try:
            return super().decode_cursor(request)
        except NotFound as error:
            raise ValidationError(
                {"cursor": "This cursor is not one of this list; begin without it."}, code="invalid_cursor"
            ) from error


class NewestFirst(CursorPages):
    """By the time of creation."""

    ordering = ("-created_at", "-id")


class LatestPublished(CursorPages):
    """By the time of publication."""

    ordering = ("-published_at", "-id")
