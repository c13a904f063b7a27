from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Deferrable, Q, UniqueConstraint

from config.lib.pictures.models import StoredPicture
from playlists.choices import PlaylistType
from playlists.querysets import PlaylistItemQuerySet, PlaylistQuerySet
from tracks.choices import Reach, Visibility
from tracks.models import Track
from tracks.sharing.models import ShareLink

MOST_TRACKS = 5_000
MOST_TAGS = 30


class Cover(StoredPicture):
    """The picture of a playlist: one that its owner chose, or one that was composed of its tracks' covers."""

    no_pii = "a picture that its owner published, or that shows such pictures"

    ROOT = "covers"


class Playlist(models.Model):
    """Tracks in an order that somebody gave them. Written by playlists.services only.

    `owner` is its face: below their name its address is. One in a space belongs to the space: who is what there decides
    who changes it.
    """

    pii = {"title", "description"}

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    space = models.ForeignKey(
        "social.Space", on_delete=models.PROTECT, null=True, blank=True, db_index=False, related_name="+"
    )
    type = models.CharField(max_length=11, choices=PlaylistType.choices, default=PlaylistType.PLAYLIST)
    title = models.CharField(max_length=200)
    permalink = models.CharField(max_length=100)
    description = models.CharField(max_length=5000, blank=True)
    genre = models.CharField(max_length=60, blank=True)
    tags = ArrayField(models.CharField(max_length=40), default=list, blank=True, size=MOST_TAGS)
    visibility = models.CharField(max_length=8, choices=Visibility.choices, default=Visibility.PUBLIC)
    secret_token = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001 -- no token is no token
    secret_digest = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001 -- NULLs may repeat
    release_date = models.DateField(null=True, blank=True)
    artwork = models.OneToOneField(
        Cover, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", help_text="What its owner chose."
    )
    cover = models.OneToOneField(
        Cover, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", help_text="What was composed."
    )
    cover_of = ArrayField(
        models.BigIntegerField(), default=list, blank=True, help_text="Ids of the covers that it was composed of."
    )
    counted_on = models.BigIntegerField(
        null=True, blank=True, help_text="Id of the person on whose profile it counts: while it is in lists."
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True, help_text="First time on the public record.")
    deleted_at = models.DateTimeField(null=True, blank=True, help_text="In the trash since.")

    objects = PlaylistQuerySet.as_manager()

    # What the viewer is in its space, if anything, where `visible_to` found the row.
    viewer_role: str | None = None

    class Meta:
        constraints = [
            UniqueConstraint(fields=["owner", "permalink"], name="playlist_permalink_once"),
            UniqueConstraint(fields=["secret_digest"], name="playlist_secret_once"),
            CheckConstraint(
                condition=Q(secret_token__isnull=True, secret_digest__isnull=True)
                | Q(secret_token__isnull=False, secret_digest__isnull=False),
                name="playlist_secret_has_digest",
            ),
            CheckConstraint(
                condition=~Q(visibility=Visibility.PUBLIC) | Q(published_at__isnull=False),
                name="public_playlist_is_published",
            ),
            CheckConstraint(condition=~Q(title=""), name="playlist_title_not_blank"),
            CheckConstraint(condition=Q(permalink__regex=r"^[a-z0-9][a-z0-9_-]*$"), name="playlist_permalink_grammar"),
            CheckConstraint(condition=Q(tags__len__lte=MOST_TAGS), name="playlist_tags_limit"),
            CheckConstraint(condition=Q(type__in=PlaylistType.values), name="playlist_type_known"),
            CheckConstraint(condition=Q(visibility__in=Visibility.values), name="playlist_visibility_known"),
        ]
        indexes = [
            models.Index(
                fields=["-published_at", "-id"],
                name="playlist_listed",
                condition=Q(visibility=Visibility.PUBLIC, deleted_at__isnull=True),
            ),
            models.Index(fields=["owner", "-created_at", "-id"], name="playlist_of_owner"),
            models.Index(
                fields=["space", "-created_at", "-id"], name="playlist_of_space", condition=Q(space__isnull=False)
            ),
            models.Index(
                fields=["owner", "-deleted_at", "-id"],
                name="playlist_thrown_away",
                condition=Q(deleted_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def reach(self) -> Reach:
        """Who may open it, beside its owner; the querysets ask the owner's standing as well."""
        if self.deleted_at:
            return Reach.NOBODY
        if self.visibility == Visibility.PUBLIC:
            return Reach.LISTS
        if self.visibility == Visibility.UNLISTED:
            return Reach.ADDRESS
        return Reach.LINK if self.secret_digest else Reach.NOBODY

    @property
    def is_listed(self) -> bool:
        """Whether it counts on its owner's profile."""
        return self.reach is Reach.LISTS


class PlaylistItem(models.Model):
    """A track in a playlist. Lower ranks come first; the gaps between them are room for what is moved (ADR 0031).

    `counted_ms` is its share in the numbers on the card: its length while lists show it, else nothing. Of a track that
    was purged the row stays without it, until the numbers have followed.
    """

    no_pii = "what is in the playlist, which is its owner's"

    playlist = models.ForeignKey(Playlist, on_delete=models.CASCADE, db_index=False, related_name="items")
    track = models.ForeignKey(Track, on_delete=models.SET_NULL, null=True, related_name="+")
    rank = models.BigIntegerField()
    counted_ms = models.PositiveIntegerField(null=True, blank=True)
    added_at = models.DateTimeField()

    objects = PlaylistItemQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["playlist", "track"], name="track_once_per_playlist"),
            # Asked when a statement is over: one that spreads the ranks anew passes through ranks that others have.
            UniqueConstraint(fields=["playlist", "rank"], name="place_once", deferrable=Deferrable.IMMEDIATE),
        ]
        indexes = [models.Index(fields=["id"], name="item_without_track", condition=Q(track__isnull=True))]

    def __str__(self) -> str:
        return f"track {self.track_id} in playlist {self.playlist_id}"


class PlaylistCounts(models.Model):
    """The numbers on a card, in a narrow row of their own: every update stays in its page (HOT).

    `tracks` and `duration_ms` count what lists show.
    """

    no_pii = "numbers only"

    playlist = models.OneToOneField(Playlist, on_delete=models.CASCADE, primary_key=True, related_name="counts")
    tracks = models.PositiveIntegerField(default=0)
    duration_ms = models.PositiveBigIntegerField(default=0)
    likes = models.PositiveIntegerField(default=0)
    reposts = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "playlist counts"

    def __str__(self) -> str:
        return f"counts of {self.playlist_id}"


class PlaylistShareLink(ShareLink):
    """A link to a playlist, and to what is in it of its own owner."""

    pii = {"label", "password"}

    playlist = models.ForeignKey(Playlist, on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta(ShareLink.Meta):
        abstract = False
        indexes = [models.Index(fields=["playlist", "-created_at", "-id"], name="share_link_of_playlist")]
