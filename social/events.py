from dataclasses import dataclass
from typing import ClassVar

from config.lib.events import Event


@dataclass(frozen=True, kw_only=True)
class UserFollowed(Event):
    """Somebody has a follower more."""

    topics: ClassVar[tuple[str, ...]] = ("user:{followed_id}",)

    follower_id: int
    followed_id: int


@dataclass(frozen=True, kw_only=True)
class UserUnfollowed(Event):
    """Somebody has a follower less."""

    topics: ClassVar[tuple[str, ...]] = ("user:{followed_id}",)

    follower_id: int
    followed_id: int


@dataclass(frozen=True, kw_only=True)
class RelationshipChanged(Event):
    """A person follows, mutes or blocks another, or does so no longer; told to that person's own devices alone."""

    topics: ClassVar[tuple[str, ...]] = ("user:{user_id}",)

    user_id: int
    other_id: int


@dataclass(frozen=True, kw_only=True)
class FollowsMiscounted(Event):
    """Somebody came into good standing, or out of it, and not every count that this concerns has followed yet."""

    user_id: int
