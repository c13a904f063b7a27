from dataclasses import dataclass
from typing import ClassVar

from config.lib.events import Event

# Whoever is in the track's room, and its owner.
ROOM = ("track:{track_id}", "user:{owner_id}")


@dataclass(frozen=True, kw_only=True)
class CommentCreated(Event):
    """Somebody has said something to a track. `owner_id` is the track's; `parent_id` the comment that a reply hangs on;
    `client_id` what its author's client calls it."""

    topics: ClassVar[tuple[str, ...]] = ROOM
    comment_id: int
    track_id: int
    owner_id: int
    author_id: int
    parent_id: int | None
    client_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class CommentEdited(Event):
    """A comment says something else now."""

    topics: ClassVar[tuple[str, ...]] = ROOM
    comment_id: int
    track_id: int
    owner_id: int
    author_id: int
    parent_id: int | None


@dataclass(frozen=True, kw_only=True)
class CommentDeleted(Event):
    """A comment is gone; `deleted_by_id` is who wanted it so."""

    topics: ClassVar[tuple[str, ...]] = ROOM
    comment_id: int
    track_id: int
    owner_id: int
    author_id: int
    parent_id: int | None
    deleted_by_id: int


@dataclass(frozen=True, kw_only=True)
class CommentRestored(Event):
    """A comment is back as it was, but for its pin."""

    topics: ClassVar[tuple[str, ...]] = ROOM
    comment_id: int
    track_id: int
    owner_id: int
    author_id: int
    parent_id: int | None


@dataclass(frozen=True, kw_only=True)
class CommentPinned(Event):
    """The owner of a track wants this comment to be seen first."""

    topics: ClassVar[tuple[str, ...]] = ROOM
    comment_id: int
    track_id: int
    owner_id: int
    author_id: int
    parent_id: int | None


@dataclass(frozen=True, kw_only=True)
class CommentUnpinned(Event):
    """A comment is seen first no longer."""

    topics: ClassVar[tuple[str, ...]] = ROOM
    comment_id: int
    track_id: int
    owner_id: int
    author_id: int
    parent_id: int | None


@dataclass(frozen=True, kw_only=True)
class CommentsMiscounted(Event):
    """Somebody came into good standing, or out of it, and not every count that this concerns has followed yet."""

    user_id: int
