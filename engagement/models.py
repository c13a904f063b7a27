"""What people do with things that are there: a mark of a kind is set once by a person on a thing, and taken away."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import UniqueConstraint

from engagement.comments.models import Comment, CommentCounts, CommentMention, CommentVersion
from engagement.plays.models import (
    ArtistDay,
    ForgottenMonth,
    HistoryClearing,
    Play,
    PlayClaim,
    PlaySalt,
    TrackDay,
    TrackDayHeat,
    TrackDayShare,
)
from engagement.posts.models import Post, PostCounts, PostMention
from engagement.querysets import LikeQuerySet, MarkQuerySet
from playlists.models import Playlist
from tracks.models import Track

__all__ = [
    "ArtistDay",
    "Comment",
    "CommentCounts",
    "CommentLike",
    "CommentMention",
    "CommentVersion",
    "ForgottenMonth",
    "HistoryClearing",
    "Like",
    "Mark",
    "Play",
    "PlayClaim",
    "PlaySalt",
    "PlaylistLike",
    "PlaylistRepost",
    "Post",
    "PostCounts",
    "PostLike",
    "PostMention",
    "Repost",
    "TrackDay",
    "TrackDayHeat",
    "TrackDayShare",
    "TrackLike",
    "TrackRepost",
]


def once(noun: str, *, name: str) -> UniqueConstraint:
    """One mark of this kind by a person on a thing."""
    return UniqueConstraint(fields=["person", noun], name=name)


def walks(noun: str, *, name: str) -> list[models.Index]:
    """What lists walk along: the marks of a person, and those on a thing, the newest first."""
    tail = ["-created_at", "-id"]
    return [
        models.Index(fields=["person", *tail], name=f"{name}_by_person"),
        models.Index(fields=[noun, *tail], name=f"{name}_by_{noun}"),
    ]


class Mark(models.Model):
    """Somebody's mark on a thing. A kind of mark names its thing in `noun`, which is a foreign key of that name."""

    noun: ClassVar[str]

    # `walks` has an index that begins with it; the thing of each kind likewise.
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    created_at = models.DateTimeField()
    is_counted = models.BooleanField(
        default=True, help_text="Part of the thing's count: while the person is in good standing."
    )

    objects: ClassVar[Any] = MarkQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.person_id} on {self.noun} {self.thing_id}"

    @property
    def thing_id(self) -> int:
        """What it is set on."""
        found: int = getattr(self, f"{self.noun}_id")
        return found

    @property
    def thing(self) -> Any:
        """The same as a row."""
        return getattr(self, self.noun)


class Like(Mark):
    """Somebody likes it."""

    objects: ClassVar[Any] = LikeQuerySet.as_manager()

    class Meta:
        abstract = True


class Repost(Mark):
    """Somebody shows it to those who follow them, with words of their own if they like."""

    caption = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True


class TrackLike(Like):
    pii = {"person"}
    noun = "track"

    track = models.ForeignKey(Track, on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        constraints = [once("track", name="track_like_once")]
        indexes = walks("track", name="track_like")


class PlaylistLike(Like):
    pii = {"person"}
    noun = "playlist"

    playlist = models.ForeignKey(Playlist, on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        constraints = [once("playlist", name="playlist_like_once")]
        indexes = walks("playlist", name="playlist_like")


class CommentLike(Like):
    pii = {"person"}
    noun = "comment"

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        constraints = [once("comment", name="comment_like_once")]
        indexes = walks("comment", name="comment_like")


class PostLike(Like):
    pii = {"person"}
    noun = "post"

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        constraints = [once("post", name="post_like_once")]
        indexes = walks("post", name="post_like")


class TrackRepost(Repost):
    pii = {"person", "caption"}
    noun = "track"

    track = models.ForeignKey(Track, on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        constraints = [once("track", name="track_repost_once")]
        indexes = walks("track", name="track_repost")


class PlaylistRepost(Repost):
    pii = {"person", "caption"}
    noun = "playlist"

    playlist = models.ForeignKey(Playlist, on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        constraints = [once("playlist", name="playlist_repost_once")]
        indexes = walks("playlist", name="playlist_repost")
