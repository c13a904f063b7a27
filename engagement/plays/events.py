from dataclasses import dataclass
from typing import ClassVar

from config.lib.events import Event


@dataclass(frozen=True, kw_only=True)
class HistoryCleared(Event):
    """Somebody wants nothing to be known of what they heard until `before` (ISO 8601)."""

    topics: ClassVar[tuple[str, ...]] = ("user:{user_id}",)
    user_id: int
    before: str
