"""Statements that the ORM writes once, and that then run for everybody who asks alike.

To build the queryset of a list and to compile it costs several times what it takes to run it, and the statement of the
next caller differs in nothing but its parameters. So it is written for stand-ins, which each call replaces.
"""

from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import QuerySet

from config.lib.viewer import Viewer

Rows = list[dict[str, Any]]
Ids = tuple[int, ...]
# (viewer, *ids, *shape) -> a queryset of `values()`
Write = Callable[..., QuerySet[Any, dict[str, Any]]]
FIRST_STAND_IN = 2**62
# How many ids one statement asks for: few widths, so that few statements are kept, and of no great length.
WIDTHS = (8, 32, 128)


class NotKeepable(RuntimeError):
    """A statement differs from call to call by more than the ids that it is written for."""


@dataclass(frozen=True)
class Somebody:
    """A person who is signed in, and of whom a statement knows nothing but the id."""

    pk: int
    is_authenticated: bool = True


@dataclass(frozen=True)
class Slot:
    """A parameter that is one of the ids: which of them, and its type at the driver."""

    index: int
    made: Callable[[int], Any]


@dataclass(frozen=True)
class Statement:
    """SQL with its parameters, and how a row of its answer is read."""

    sql: str
    params: tuple[Any, ...]
    names: tuple[str, ...]
    query: Any
    converters: Mapping[int, Any]

    def run(self, ids: Ids) -> Rows:
        """The rows for these ids, as the queryset would give them."""
        params = [part.made(ids[part.index]) if isinstance(part, Slot) else part for part in self.params]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, params)
            rows: Any = cursor.fetchall()
        if self.converters:
            rows = self.query.get_compiler(DEFAULT_DB_ALIAS).apply_converters(rows, self.converters)
        return [dict(zip(self.names, row, strict=True)) for row in rows]


KEPT: dict[tuple[Hashable, ...], Statement] = {}


def kept_rows(write: Write, viewer: Viewer, *ids: int, shape: tuple[Hashable, ...] = ()) -> Rows:
    """The rows of the queryset that `write(viewer, *ids, *shape)` makes.

    `write` is a function of a module. What it makes depends on what it is given and on no clock; where that shows,
    NotKeepable is raised. Viewers who bring a link along are rare: for them it is written each time.
    """
    if viewer != Viewer(user=viewer.user):
        return list(write(viewer, *ids, *shape))
    nobody = viewer.user_id is None
    key = (write, shape, len(ids), nobody)
    if key not in KEPT:

        def written_for(stand_ins: Ids) -> Any:
            user: Any = AnonymousUser() if nobody else Somebody(stand_ins[0])
            return write(Viewer(user=user), *stand_ins[1:], *shape).query

        KEPT[key] = statement_of(written_for, width=len(ids) + 1)
    return KEPT[key].run((viewer.user_id or 0, *ids))


def kept_rows_among(write: Write, viewer: Viewer, ids: Collection[int], *, shape: tuple[Hashable, ...] = ()) -> Rows:
    """The rows of `write(viewer, *ids, *shape)`, which asks for those among any number of ids. One query, or none.

    Statements are kept for a few numbers of ids: the last id is named again until one of them is full. For more than
    that, which is rare, it is written each time.
    """
    asked = sorted(ids)
    if not asked:
        return []
    width = next((width for width in WIDTHS if len(asked) <= width), None)
    if width is None:
        return list(write(viewer, *asked, *shape))
    return kept_rows(write, viewer, *asked, *asked[-1:] * (width - len(asked)), shape=shape)


def statement_of(written_for: Callable[[Ids], Any], *, width: int) -> Statement:
    """What two sets of stand-ins agree on; where they part is the place of an id."""
    one, other = (tuple(range(start, start + width)) for start in (FIRST_STAND_IN, FIRST_STAND_IN + width))
    query, again = written_for(one), written_for(other)
    compiler = query.get_compiler(DEFAULT_DB_ALIAS)
    sql, params = compiler.as_sql()
    sql_again, params_again = again.get_compiler(DEFAULT_DB_ALIAS).as_sql()
    if sql != sql_again or len(params) != len(params_again):
        raise NotKeepable(sql)
    return Statement(
        sql=sql,
        params=tuple(
            part if part == part_again else slot_of(part, part_again, places=(one, other))
            for part, part_again in zip(params, params_again, strict=True)
        ),
        names=tuple(query.selected or (*query.values_select, *query.annotation_select)),
        query=query,
        converters=compiler.get_converters([column for column, _, _ in compiler.select[: compiler.col_count]]),
    )


def slot_of(part: Any, part_again: Any, *, places: tuple[Ids, Ids]) -> Slot:
    """The id whose stand-in stands there both times; raises NotKeepable for anything else."""
    one, other = places
    number, number_again = number_of(part), number_of(part_again)
    if number not in one or one.index(number) != (other.index(number_again) if number_again in other else None):
        raise NotKeepable(f"neither {part!r} nor {part_again!r} is the stand-in of an id")
    return Slot(index=one.index(number), made=uuid_of if isinstance(part, UUID) else type(part))


def number_of(part: Any) -> Any:
    """An id that is a UUID is written for by its number, as Django takes it."""
    return part.int if isinstance(part, UUID) else part


def uuid_of(number: int) -> UUID:
    """And back."""
    return UUID(int=number)


@dataclass(frozen=True)
class KeptList:
    """A list that many ask for in the same words, for a paginator in place of a queryset: `write(viewer, *ids)` makes
    its rows, in any order."""

    write: Write
    viewer: Viewer
    ids: Ids = ()

    def rows(self) -> QuerySet[Any, dict[str, Any]]:
        """All of it, as a queryset."""
        return self.write(self.viewer, *self.ids)

    def head(self, ordering: tuple[str, ...], count: int) -> Rows:
        """Its first rows in that order."""
        return kept_rows(head_of, self.viewer, *self.ids, shape=(self.write, ordering, count))


def head_of(viewer: Viewer, *asked: Any) -> QuerySet[Any, dict[str, Any]]:
    """The first rows of what another function writes."""
    *ids, write, ordering, count = asked
    rows: QuerySet[Any, dict[str, Any]] = write(viewer, *ids).order_by(*ordering)[:count]
    return rows
