"""Pieces of SQL that the ORM has no words for."""

import re
from typing import Any

from django.db.models import Expression, TextField

PLAIN = re.compile(r"[a-z_]+\Z")


class Constant(Expression):
    """A word of ours that stands in the statement itself and not beside it, as a parameter.

    Only then does a plan that PostgreSQL keeps for a prepared statement know that a partial index applies; otherwise it
    plans anew at each call, which costs ten times what a list of twenty rows does.
    """

    output_field = TextField()

    def __init__(self, word: str) -> None:
        if not PLAIN.match(word):
            raise ValueError(f"no constant: {word!r}")
        super().__init__()
        self.word = str(word)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        return f"'{self.word}'", ()
