"""The backend that `config.settings.test` names. Django looks for it in a module called `base`."""

from typing import Any

from django.db.backends.postgresql.operations import DatabaseOperations

from config.lib.postgresql import base

STANDING = frozenset({"django_content_type", "auth_permission"})
"""Tables that migrations fill once for all models; making their rows anew after each test costs more than the test."""

# What is only ever added to guards its rows by a trigger; TRUNCATE passes it by.
EMPTY = """DO $$
DECLARE
    name text;
    filled boolean;
BEGIN
    FOREACH name IN ARRAY ARRAY[{names}] LOOP
        IF EXISTS (SELECT FROM pg_trigger WHERE tgrelid = format('%I', name)::regclass AND NOT tgisinternal) THEN
            EXECUTE format('SELECT EXISTS (SELECT FROM %I)', name) INTO filled;
            IF filled THEN
                EXECUTE format('TRUNCATE %I', name);
            END IF;
        ELSE
            EXECUTE format('DELETE FROM %I', name);
        END IF;
    END LOOP;
END $$"""


class Operations(DatabaseOperations):
    """Empties tables row by row. TRUNCATE makes new files for every table and index that there is, which after a test
    of a few rows costs fifty times as much."""

    def sql_flush(
        self, style: Any, tables: Any, *, reset_sequences: bool = False, allow_cascade: bool = False
    ) -> list[str]:
        """Foreign keys are checked at the end of the transaction, so that any order is right."""
        emptied = [name for name in tables if name not in STANDING]
        if reset_sequences or not emptied:
            return super().sql_flush(style, emptied, reset_sequences=reset_sequences, allow_cascade=allow_cascade)
        return [EMPTY.format(names=", ".join(f"'{name}'" for name in emptied))]


class DatabaseWrapper(base.DatabaseWrapper):
    ops_class = Operations
