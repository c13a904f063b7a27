"""What the composition root itself holds of a person: answers that are kept for a day, to be told again."""

from collections.abc import Iterator

from config.lib.idempotency import forget_caller, name_of_caller
from config.lib.privacy import Holding, Table, documents
from config.models import IdempotencyKey

TABLES = (
    Table(
        name="config/answers",
        model=IdempotencyKey,
        of="caller",
        known_as=name_of_caller,
        columns=("caller", "key", "status", "headers", "body", "created_at"),
        about="Answers to requests that came with an Idempotency-Key, kept for a day.",
    ),
)


def export(user_id: int) -> Iterator[Holding]:
    """All that is handed out."""
    return documents(TABLES, user_id)


def erase(user_id: int) -> None:
    """Forget the answers. Twice is once."""
    forget_caller(user_id=user_id)
