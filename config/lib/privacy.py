"""What an installation holds of a person, told so that it can be handed out whole, counted, and described.

Each app has a `privacy.py` with `TABLES`, `export(user_id)` and `erase(user_id)`; one table of the composition root
joins them.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

CHUNK = 500
SCHEMA_DIALECT = "https://json-schema.org/draft/2020-12/schema"


@dataclass(frozen=True, kw_only=True)
class Document:
    """`<name>.json`: an array of objects. `rows` can be walked once."""

    name: str
    rows: Iterator[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class StoredFile:
    """A stored object, handed out under `name`."""

    name: str
    key: str
    size: int


Holding = Document | StoredFile


@dataclass(frozen=True, kw_only=True)
class Table:
    """The rows of a model that are a person's. `of`: the way from a row to the person, as a lookup, and `known_as` what
    stands there: their id, if nothing else is said.

    `withheld`: fields that are personal and not handed out, each with the reason.
    """

    name: str
    model: type[models.Model]
    of: str
    columns: tuple[str, ...]
    about: str
    known_as: Callable[[int], Any] = int
    withheld: tuple[tuple[str, str], ...] = ()

    def of_person(self, user_id: int) -> "models.QuerySet[Any]":
        return self.model._default_manager.filter(**{self.of: self.known_as(user_id)})  # noqa: SLF001 -- Django's documented name

    def document(self, user_id: int) -> Document:
        """Its rows, read a few hundred at a time."""
        rows = self.of_person(user_id).order_by("pk").values(*self.columns)
        return Document(name=self.name, rows=rows.iterator(chunk_size=CHUNK))

    def schema(self) -> dict[str, Any]:
        """What its document looks like, as a JSON Schema."""
        members = {column: column_schema(self.model, column) for column in self.columns}
        row = {"type": "object", "properties": members, "required": [*members], "additionalProperties": False}
        return {"description": self.about, "type": "array", "items": row}


@dataclass(frozen=True, kw_only=True)
class Part:
    """One app's share: what it hands out and how it lets go. Erasing twice is erasing once."""

    name: str
    tables: tuple[Table, ...]
    export: Callable[[int], Iterable[Holding]]
    erase: Callable[[int], None]


def documents(tables: Iterable[Table], user_id: int) -> Iterator[Document]:
    """The documents of these tables, one after the other."""
    return (table.document(user_id) for table in tables)


def column_schema(model: type[models.Model], column: str) -> dict[str, Any]:
    """What the values of a column look like; a relation counts as the id that it holds."""
    field = model._meta.get_field(column)  # noqa: SLF001 -- Django's documented name
    if not isinstance(field, models.Field):
        raise TypeError(f"{column} of {model.__name__} is no column")
    value = field
    while isinstance(value, models.ForeignKey):
        value = value.target_field
    found = schema_of(value)
    nullable = {"type": [found["type"], "null"]} if field.null and "type" in found else {}
    described = {"description": str(field.help_text)} if field.help_text else {}
    return found | nullable | described


# The first that fits counts; what fits none is text.
TYPES: tuple[tuple[type[Any], dict[str, Any]], ...] = (
    (models.BooleanField, {"type": "boolean"}),
    (models.FloatField, {"type": "number"}),
    (models.DecimalField, {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}),
    (models.IntegerField, {"type": "integer"}),
    (models.DateTimeField, {"type": "string", "format": "date-time"}),
    (models.DateField, {"type": "string", "format": "date"}),
    (models.UUIDField, {"type": "string", "format": "uuid"}),
    (models.BinaryField, {"type": "string", "contentEncoding": "base64"}),
    (models.JSONField, {}),
)


def schema_of(field: "models.Field[Any, Any]") -> dict[str, Any]:
    """What one value of a field looks like."""
    if isinstance(field, ArrayField):
        return {"type": "array", "items": schema_of(field.base_field)}
    return next((schema for kind, schema in TYPES if isinstance(field, kind)), {"type": "string"})


def archive_schema(parts: Iterable[Part]) -> dict[str, Any]:
    """The JSON Schema of all documents, each under `$defs` by its name."""
    return {"$schema": SCHEMA_DIALECT, "$defs": {table.name: table.schema() for part in parts for table in part.tables}}
