"""Which kinds of marks there are: where they are counted, and what is told of them. Another noun is one more entry."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from config.lib.events import Event
from config.lib.viewer import Viewer
from engagement.comments.services import counts as comment_counts
from engagement.events import (
    CommentLiked,
    CommentUnliked,
    PlaylistLiked,
    PlaylistReposted,
    PlaylistRepostEdited,
    PlaylistUnliked,
    PlaylistUnreposted,
    PostLiked,
    PostUnliked,
    TrackLiked,
    TrackReposted,
    TrackRepostEdited,
    TrackUnliked,
    TrackUnreposted,
)
from engagement.models import CommentLike, Mark, PlaylistLike, PlaylistRepost, PostLike, TrackLike, TrackRepost
from engagement.posts.services import counts as post_counts
from playlists.services import counts as playlist_counts
from social.choices import Kind
from tracks.services import counts as track_counts


@dataclass(frozen=True, kw_only=True)
class MarkKind:
    """`add(ids, n)` moves the count of each of these things; `is_set` and `is_gone` say what happened to one mark.

    `narrow` leaves out what may be seen and not marked.
    """

    model: type[Mark]
    add: Callable[[Collection[int], int], None]
    is_set: Callable[[Mark], Event]
    is_gone: Callable[[Mark], Event]
    narrow: Callable[[Any], Any] = lambda rows: rows

    def things(self, viewer: Viewer) -> Any:
        """What the viewer may set marks of this kind on."""
        things: Any = self.model._meta.get_field(self.model.noun).related_model._default_manager  # type: ignore[union-attr]  # noqa: SLF001 -- a foreign key; Django's documented names
        return self.narrow(things.visible_to(viewer))


@dataclass(frozen=True, kw_only=True)
class RepostKind(MarkKind):
    """A mark that followers are shown, as `activity`; `is_edited` says that other words stand with it."""

    activity: Kind
    is_edited: Callable[[Mark], Event]


def of_track(mark: Mark) -> dict[str, int]:
    """What is told of a mark on a track."""
    return {"user_id": mark.person_id, "track_id": mark.thing_id, "owner_id": mark.thing.owner_id}


def of_playlist(mark: Mark) -> dict[str, int]:
    """The same of one on a playlist."""
    return {"user_id": mark.person_id, "playlist_id": mark.thing_id, "owner_id": mark.thing.owner_id}


def of_post(mark: Mark) -> dict[str, int]:
    """The same of one on a post."""
    return {"user_id": mark.person_id, "post_id": mark.thing_id, "owner_id": mark.thing.author_id}


def of_comment(mark: Mark) -> dict[str, int]:
    """The same of one on a comment."""
    return {"user_id": mark.person_id, "comment_id": mark.thing_id, "owner_id": mark.thing.author_id}


TRACK_LIKES = MarkKind(
    model=TrackLike,
    add=lambda ids, n: track_counts.add_likes(track_ids=ids, n=n),
    is_set=lambda mark: TrackLiked(**of_track(mark)),
    is_gone=lambda mark: TrackUnliked(**of_track(mark)),
)
PLAYLIST_LIKES = MarkKind(
    model=PlaylistLike,
    add=lambda ids, n: playlist_counts.add_likes(playlist_ids=ids, n=n),
    is_set=lambda mark: PlaylistLiked(**of_playlist(mark)),
    is_gone=lambda mark: PlaylistUnliked(**of_playlist(mark)),
)
POST_LIKES = MarkKind(
    model=PostLike,
    add=lambda ids, n: post_counts.add_likes(post_ids=ids, n=n),
    is_set=lambda mark: PostLiked(**of_post(mark)),
    is_gone=lambda mark: PostUnliked(**of_post(mark)),
)
COMMENT_LIKES = MarkKind(
    model=CommentLike,
    add=lambda ids, n: comment_counts.add_likes(comment_ids=ids, n=n),
    is_set=lambda mark: CommentLiked(**of_comment(mark)),
    is_gone=lambda mark: CommentUnliked(**of_comment(mark)),
    # The place that a deleted comment keeps says nothing that could be liked.
    narrow=lambda comments: comments.standing(),
)
TRACK_REPOSTS = RepostKind(
    model=TrackRepost,
    add=lambda ids, n: track_counts.add_reposts(track_ids=ids, n=n),
    is_set=lambda mark: TrackReposted(**of_track(mark)),
    is_gone=lambda mark: TrackUnreposted(**of_track(mark)),
    is_edited=lambda mark: TrackRepostEdited(**of_track(mark)),
    activity=Kind.TRACK,
)
PLAYLIST_REPOSTS = RepostKind(
    model=PlaylistRepost,
    add=lambda ids, n: playlist_counts.add_reposts(playlist_ids=ids, n=n),
    is_set=lambda mark: PlaylistReposted(**of_playlist(mark)),
    is_gone=lambda mark: PlaylistUnreposted(**of_playlist(mark)),
    is_edited=lambda mark: PlaylistRepostEdited(**of_playlist(mark)),
    activity=Kind.PLAYLIST,
)
# All that is settled when somebody's standing changes, and forgotten when they are erased.
KINDS = (TRACK_LIKES, PLAYLIST_LIKES, POST_LIKES, COMMENT_LIKES, TRACK_REPOSTS, PLAYLIST_REPOSTS)
