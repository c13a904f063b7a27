"""Pages are cursors over a unique tail. No totals, no page numbers, no silent clamping."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, ClassVar

from django.core import signing
from django.db.models import F, Q, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from config.lib.kept import KeptList

Ordering = tuple[str, ...]
# More digits say nothing more, and Python refuses to read thousands of them.
WHOLE_NUMBER = re.compile(r"[0-9]{1,9}\Z")


@dataclass(frozen=True)
class Place:
    """Where a page begins: after the row with these values of the ordering (before it: backwards), or at an end."""

    values: tuple[Any, ...]
    backwards: bool


START = Place(values=(), backwards=False)
END = Place(values=(), backwards=True)


def signer() -> signing.Signer:
    """Signs cursors under SECRET_KEY, for this purpose alone; those of SECRET_KEY_FALLBACKS are read too."""
    return signing.Signer(salt="config.lib.pagination")


def reversed_ordering(ordering: Ordering) -> Ordering:
    """The same rows from the other end."""
    return tuple(name[1:] if name.startswith("-") else f"-{name}" for name in ordering)


def beyond(ordering: Ordering, values: tuple[Any, ...]) -> Q:
    """The rows that follow the one with these values: `(a, b) > (x, y)`, each column in its own direction.

    Where all run the same way it is said just so, which an index on the columns answers with a single search. Told in
    parts, a prepared statement guesses wrong: it read and sorted all hundred thousand followers of one for a page.
    """
    names, backwards = [name.removeprefix("-") for name in ordering], {name.startswith("-") for name in ordering}
    if len(backwards) == 1:
        comparison = TupleLessThan if backwards.pop() else TupleGreaterThan
        return Q(comparison(Tuple(*map(F, names)), values))
    equal, following = Q(), Q()
    for name, value in zip(ordering, values, strict=True):
        column, direction = (name[1:], "lt") if name.startswith("-") else (name, "gt")
        following |= equal & Q(**{f"{column}__{direction}": value})
        equal &= Q(**{column: value})
    # Says nothing new, but lets an index on the first column find the place.
    first, direction = (ordering[0][1:], "lte") if ordering[0].startswith("-") else (ordering[0], "gte")
    return Q(**{f"{first}__{direction}": values[0]}) & following


class CursorPages(CursorPagination):
    """`?limit=` 1 to 100 (20 without it) and `?cursor=`, opaque, from the `next` and `previous` of a page.

    A page is full or the last. Cursors name a row by all columns of the ordering, so that equal times and new rows
    neither repeat nor skip anything; they are signed and good for the ordering that they were made for.
    `orderings`: what `?ordering=` may say -> columns, none of them NULL in any row, the last one unique.
    """

    page_size = 20
    max_page_size = 100
    page_size_query_param = "limit"
    cursor_query_param = "cursor"
    ordering: Ordering = ()
    orderings: ClassVar[Mapping[str, Ordering]] = {}

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        """The rows of the page that was asked for, instances or dictionaries as in the queryset (or kept list)."""
        self.page_size = self.get_page_size(request)
        self.base_url = request.build_absolute_uri()
        self.ordering = self.get_ordering(request, queryset, view)
        place = self.place_of(request) or START
        rows = self.rows(queryset, place)
        if place.backwards and len(rows) < self.page_size:
            place = START  # so near to the start that the page before is the first one, and that one is full
            rows = self.rows(queryset, place)
        self.page = rows[: self.page_size]
        more, came_from = len(rows) > self.page_size, bool(place.values)
        self.has_next, self.has_previous = (came_from, more) if place.backwards else (more, came_from)
        if place.backwards:
            self.page.reverse()
        return self.page

    def rows(self, queryset: QuerySet[Any] | KeptList, place: Place) -> list[Any]:
        """The rows of the page, from its place onward, and one more if there is one.

        Of a kept list the page that everybody begins with is kept; there would be too many of the others.
        """
        ordering = reversed_ordering(self.ordering) if place.backwards else self.ordering
        if isinstance(queryset, KeptList):
            if place == START and self.page_size == type(self).page_size:
                return queryset.head(ordering, self.page_size + 1)
            queryset = queryset.rows()
        if place.values:
            queryset = queryset.filter(beyond(ordering, place.values))
        return list(queryset.order_by(*ordering)[: self.page_size + 1])

    def get_ordering(self, request: Request, queryset: Any, view: Any) -> Ordering:
        """The columns that order the list; 400 for an `?ordering=` that is not offered."""
        asked = request.query_params.get("ordering")
        if asked is None:
            return self.ordering
        if asked not in self.orderings:
            offered = ", ".join(self.orderings) or "nothing"
            raise ValidationError({"ordering": f"Offered here: {offered}."}, code="invalid")
        return self.orderings[asked]

    def get_page_size(self, request: Request) -> int:
        """The number of entries asked for; 400 for what is not a number from 1 to 100."""
        asked = request.query_params.get(self.page_size_query_param)
        if asked is None:
            return self.page_size
        size = int(asked) if WHOLE_NUMBER.match(asked) else 0
        if not 1 <= size <= self.max_page_size:
            raise ValidationError({"limit": f"A number from 1 to {self.max_page_size} is needed."}, code="invalid")
        return size

    def place_of(self, request: Request) -> Place | None:
        """The position in the list; 400 for a cursor that this list did not hand out."""
        text = request.query_params.get(self.cursor_query_param)
        if text is None:
            return None
        try:
            ordering, values, backwards = signer().unsign_object(text)
        except (signing.BadSignature, ValueError):
            ordering = None
        if ordering != list(self.ordering):
            message = "This cursor is not one of this list; begin without it."
            raise ValidationError({"cursor": message}, code="invalid_cursor")
        return Place(values=tuple(values), backwards=backwards)

    def address_of(self, place: Place) -> str:
        """The address of the page at that place, with every filter of this one."""
        text = signer().sign_object([self.ordering, place.values, place.backwards])
        return str(replace_query_param(str(self.base_url), self.cursor_query_param, text))

    def get_next_link(self) -> str | None:
        """The address of the page after this one."""
        if not self.has_next:
            return None
        return self.address_of(Place(self.values_of(self.page[-1]), backwards=False) if self.page else START)

    def get_previous_link(self) -> str | None:
        """The address of the page before this one; of the last one where nothing is left at this place."""
        if not self.has_previous:
            return None
        return self.address_of(Place(self.values_of(self.page[0]), backwards=True) if self.page else END)

    def values_of(self, row: Any) -> tuple[Any, ...]:
        """What the ordering goes by, in a form that JSON knows."""
        names = [name.removeprefix("-") for name in self.ordering]
        values = [row[name] if isinstance(row, Mapping) else attrgetter(name)(row) for name in names]
        return tuple(value if isinstance(value, int | float | str) else str(value) for value in values)


class NewestFirst(CursorPages):
    """By the time of creation."""

    ordering = ("-created_at", "-id")


class LatestPublished(CursorPages):
    """By the time of publication."""

    ordering = ("-published_at", "-id")
    orderings: ClassVar[Mapping[str, Ordering]] = {"-published_at": ordering, "published_at": ("published_at", "id")}
