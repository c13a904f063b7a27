"""Every event that is announced live, as it happens between the two or to the hidden; and every topic."""

from collections.abc import Callable
from typing import Any

from accounts.events import ProfileUpdated
from config.lib.events import Event
from config.tests.sweep.world import World
from discovery.events import FeedChanged, FeedItemAdded
from engagement.comments.events import (
    CommentCreated,
    CommentDeleted,
    CommentEdited,
    CommentPinned,
    CommentRestored,
    CommentUnpinned,
)
from social.events import RelationshipChanged, UserFollowed, UserUnfollowed
from tracks.events import SoundMatched, SoundQueued, TrackFailed, TrackReady


def theirs(world: World) -> dict[str, int]:
    return {"track_id": world.tracks["public"].pk, "owner_id": world.hidden.pk}


def comment(world: World) -> dict[str, Any]:
    """What the hidden said to the third's track."""
    said = world.deeds.said
    facts = {"comment_id": said.pk, "track_id": said.track_id, "author_id": said.author_id, "parent_id": None}
    return {**facts, "owner_id": world.third.pk}


def published(world: World) -> FeedItemAdded:
    """The hidden's track, in the feed of who looks."""
    track = {"kind": "track", "object_id": world.tracks["public"].pk}
    return FeedItemAdded(actor_id=world.hidden.pk, verb="publish", **track)


# Who is told of an event that does not say so itself.
TOLD: dict[type[Event], Callable[[World], list[str]]] = {
    FeedItemAdded: lambda world: [f"user:{world.viewer.pk}"],
    FeedChanged: lambda world: [f"user:{world.viewer.pk}"],
}
HAPPENED: dict[type[Event], Callable[[World], Event]] = {
    FeedItemAdded: published,
    FeedChanged: lambda world: FeedChanged(actor_id=world.hidden.pk),
    ProfileUpdated: lambda world: ProfileUpdated(user_id=world.hidden.pk, fields=["bio"]),
    UserFollowed: lambda world: UserFollowed(follower_id=world.hidden.pk, followed_id=world.viewer.pk),
    UserUnfollowed: lambda world: UserUnfollowed(follower_id=world.hidden.pk, followed_id=world.viewer.pk),
    RelationshipChanged: lambda world: RelationshipChanged(user_id=world.viewer.pk, other_id=world.hidden.pk),
    SoundQueued: lambda world: SoundQueued(**theirs(world), sound_id=world.tracks["public"].sound_id),
    SoundMatched: lambda world: SoundMatched(**theirs(world), blocked_sound_id=1),
    TrackReady: lambda world: TrackReady(**theirs(world)),
    CommentCreated: lambda world: CommentCreated(**comment(world)),
    CommentEdited: lambda world: CommentEdited(**comment(world)),
    CommentPinned: lambda world: CommentPinned(**comment(world)),
    CommentUnpinned: lambda world: CommentUnpinned(**comment(world)),
    CommentDeleted: lambda world: CommentDeleted(**comment(world), deleted_by_id=world.hidden.pk),
    CommentRestored: lambda world: CommentRestored(**comment(world)),
    TrackFailed: lambda world: TrackFailed(**theirs(world), code="not_audio"),
}
# A kind of topic -> what the hidden's would be called, beside one of nothing; none for what is one's own.
TOPICS: dict[str, Callable[[World], tuple[str, str] | None]] = {
    "me": lambda world: None,
    "track": lambda world: (f"track:{world.tracks['public'].pk}", f"track:{world.tracks['public'].pk + 500}"),
}
# The addresses of sockets, and the kind of topic that each is.
SOCKETS = {"ws/v1/me/": "me", "^ws/v1/tracks/(?P<track>[0-9]{1,18})/$": "track"}
