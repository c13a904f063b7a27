from dataclasses import dataclass

from config.lib.events import Event


@dataclass(frozen=True, kw_only=True)
class FeedItemAdded(Event):
    """Somebody did something that stands in the feeds of their followers; told to those of them who are here."""

    actor_id: int
    verb: str
    kind: str
    object_id: int


@dataclass(frozen=True, kw_only=True)
class FeedChanged(Event):
    """What somebody did stands in feeds no longer, or again; told to those of their followers who are here."""

    actor_id: int


@dataclass(frozen=True, kw_only=True)
class FollowersReached(Event):
    """Some followers were told, and there are more: those who follow since `after_at`, and longer.

    Without a `verb` it is told that feeds have changed. `after_at`: ISO 8601; the row of the last one has `after_id`.
    """

    actor_id: int
    verb: str
    kind: str
    object_id: int
    after_at: str
    after_id: int
