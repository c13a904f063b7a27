"""What a table tells of its columns is read from the model."""

import pytest

from accounts.models import Session, User
from billing.models import Usage
from config.lib.privacy import Table, archive_schema, column_schema
from config.models import IdempotencyKey
from tracks.models import Track


@pytest.mark.parametrize(
    ("model", "column", "expected"),
    [
        (User, "is_staff", {"type": "boolean", "description": "May enter the admin."}),
        (User, "last_login", {"type": ["string", "null"], "format": "date-time"}),
        (Track, "tags", {"type": "array", "items": {"type": "string"}}),
        (Track, "bpm", {"type": ["string", "null"], "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}),
        (Track, "release_date", {"type": ["string", "null"], "format": "date"}),
        (Track, "owner_id", {"type": "integer"}),
        (Track, "artwork_id", {"type": ["integer", "null"]}),
        (Track, "credits", {"description": '[{"name": …, "role": …}]'}),
        (Session, "id", {"type": "string", "format": "uuid"}),
        (IdempotencyKey, "body", {"type": "string", "contentEncoding": "base64"}),
        (Usage, "user_id", {"type": "integer"}),
    ],
)
def test_a_column_is_described_as_its_values_are(model, column, expected):
    assert column_schema(model, column) == expected


def test_what_is_no_column_is_refused():
    with pytest.raises(TypeError, match="sounds of Track is no column"):
        column_schema(Track, "sounds")


def test_the_schema_names_every_table_and_allows_nothing_else():
    table = Table(name="some/rows", model=User, of="pk", columns=("id", "bio"), about="Some rows.")
    part = type("Part", (), {"tables": (table,)})
    row = archive_schema([part])["$defs"]["some/rows"]["items"]
    assert (row["required"], row["additionalProperties"]) == (["id", "bio"], False)
