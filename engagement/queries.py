"""What stands between somebody and many things: one query a kind, however many they are."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict
from typing import Any

from django.db.models import Exists, OuterRef

from config.lib.viewer import Viewer
from engagement.models import (
    Comment,
    CommentLike,
    Mark,
    PlaylistLike,
    PlaylistRepost,
    Post,
    PostLike,
    TrackLike,
    TrackRepost,
)
from playlists.models import Playlist
from social.queries import nameable, relationships
from tracks.models import Track

Relations = dict[str, dict[str, bool]]


def marked(model: type[Mark], viewer: Viewer) -> Exists:
    """Whether the viewer has set such a mark on the row."""
    return Exists(model.objects.by(viewer.user_id).filter(**{f"{model.noun}_id": OuterRef("pk")}))


def of_rows(rows: Any, **marks: Exists) -> Relations:
    """The marks on these rows, by id."""
    found = rows.annotate(**marks).order_by("pk").values("pk", *marks)
    return {str(row.pop("pk")): row for row in found}


def of_tracks(ids: Collection[int], viewer: Viewer) -> Relations:
    """The tracks among them that the viewer may see."""
    rows = Track.objects.visible_to(viewer).filter(pk__in=ids)
    return of_rows(rows, liked=marked(TrackLike, viewer), reposted=marked(TrackRepost, viewer))


def of_playlists(ids: Collection[int], viewer: Viewer) -> Relations:
    """The playlists among them that the viewer may see."""
    rows = Playlist.objects.visible_to(viewer).filter(pk__in=ids)
    return of_rows(rows, liked=marked(PlaylistLike, viewer), reposted=marked(PlaylistRepost, viewer))


def of_posts(ids: Collection[int], viewer: Viewer) -> Relations:
    """The posts among them that the viewer may see."""
    return of_rows(Post.objects.visible_to(viewer).filter(pk__in=ids), liked=marked(PostLike, viewer))


def of_comments(ids: Collection[int], viewer: Viewer) -> Relations:
    """The comments among them that the viewer may read."""
    rows = Comment.objects.visible_to(viewer).standing().filter(pk__in=ids)
    return of_rows(rows, liked=marked(CommentLike, viewer))


def of_users(ids: Collection[int], viewer: Viewer) -> Relations:
    """The people among them whom the viewer may see, or blocks."""
    known = nameable(ids, viewer=viewer)
    between = relationships(user_id=viewer.user.pk, other_ids=known)
    return {str(facts.pop("user_id")): facts for facts in map(asdict, between)}


# The words of `GET me/relationships/` -> who answers for them. Another kind is one more line.
RELATIONS: Mapping[str, Callable[[Collection[int], Viewer], Relations]] = {
    "tracks": of_tracks,
    "users": of_users,
    "playlists": of_playlists,
    "comments": of_comments,
    "posts": of_posts,
}
