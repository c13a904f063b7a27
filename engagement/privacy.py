"""What engagement holds of a person: what they liked, reposted, wrote and said."""

from collections.abc import Iterator

from config.lib.privacy import Holding, Table, documents

TABLES: tuple[Table, ...] = ()


def export(user_id: int) -> Iterator[Holding]:
    """All that is handed out."""
    return documents(TABLES, user_id)


def erase(user_id: int) -> None:
    """Forget all of it. Twice is once."""
