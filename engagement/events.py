from dataclasses import dataclass
from typing import ClassVar

from config.lib.events import Event

# Whoever owns the track, and whoever is in its room.
OF_TRACK = ("user:{owner_id}", "track:{track_id}")
# Whoever owns the playlist, or wrote the post or the comment.
AUTHOR = ("user:{owner_id}",)


@dataclass(frozen=True, kw_only=True)
class TrackLiked(Event):
    """Somebody likes a track from now on."""

    topics: ClassVar[tuple[str, ...]] = OF_TRACK

    user_id: int
    track_id: int
    owner_id: int


@dataclass(frozen=True, kw_only=True)
class TrackUnliked(Event):
    """Somebody likes a track no longer."""

    topics: ClassVar[tuple[str, ...]] = OF_TRACK

    user_id: int
    track_id: int
    owner_id: int


@dataclass(frozen=True, kw_only=True)
class TrackReposted(Event):
    """Somebody shows a track to those who follow them."""

    topics: ClassVar[tuple[str, ...]] = OF_TRACK

    user_id: int
    track_id: int
    owner_id: int


@dataclass(frozen=True, kw_only=True)
class TrackRepostEdited(Event):
    """Somebody says something else about a track that they repost."""

    topics: ClassVar[tuple[str, ...]] = OF_TRACK

    user_id: int
    track_id: int
    owner_id: int


@dataclass(frozen=True, kw_only=True)
class TrackUnreposted(Event):
    """Somebody shows a track to their followers no longer."""

    topics: ClassVar[tuple[str, ...]] = OF_TRACK

    user_id: int
    track_id: int
    owner_id: int


@dataclass(frozen=True, kw_only=True)
class PlaylistLiked(Event):
    """Somebody likes a playlist from now on."""

    topics: ClassVar[tuple[str, ...]] = AUTHOR

    user_id: int
    playlist_id: int
    owner_id: int


@dataclass(frozen=True, kw_only=True)
class PlaylistUnliked(Event):
    """Somebody likes a playlist no longer."""

    topics: ClassVar[tuple[str, ...]] = AUTHOR

    user_id: int
    playlist_id: int
    owner_id: int


@dataclass(frozen=True, kw_only=True)
class PlaylistReposted(Event):
    """Somebody shows a playlist to those who follow them."""

    topics: ClassVar[tuple[str, ...]] = AUTHOR

    user_id: int
    playlist_id: int
    owner_id: int


@dataclass(frozen=True, kw_only=True)
class PlaylistRepostEdited(Event):
    """Somebody says something else about a playlist that they repost."""

    topics: ClassVar[tuple[str, ...]] = AUTHOR

    user_id: int
    playlist_id: int
    owner_id: int


@dataclass(frozen=True, kw_only=True)
class PlaylistUnreposted(Event):
    """Somebody shows a playlist to their followers no longer."""

    topics: ClassVar[tuple[str, ...]] = AUTHOR

    user_id: int
    playlist_id: int
    owner_id: int


@dataclass(frozen=True, kw_only=True)
class CommentLiked(Event):
    """Somebody likes a comment from now on."""

    topics: ClassVar[tuple[str, ...]] = AUTHOR

    user_id: int
    comment_id: int
    owner_id: int


@dataclass(frozen=True, kw_only=True)
class CommentUnliked(Event):
    """Somebody likes a comment no longer."""

    topics: ClassVar[tuple[str, ...]] = AUTHOR

    user_id: int
    comment_id: int
    owner_id: int


@dataclass(frozen=True, kw_only=True)
class PostLiked(Event):
    """Somebody likes a post from now on."""

    topics: ClassVar[tuple[str, ...]] = AUTHOR

    user_id: int
    post_id: int
    owner_id: int


@dataclass(frozen=True, kw_only=True)
class PostUnliked(Event):
    """Somebody likes a post no longer."""

    topics: ClassVar[tuple[str, ...]] = AUTHOR

    user_id: int
    post_id: int
    owner_id: int


@dataclass(frozen=True, kw_only=True)
class MarksMiscounted(Event):
    """Somebody came into good standing, or out of it, and not every count of what they like has followed yet."""

    user_id: int
