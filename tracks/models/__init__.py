from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Func, Q, UniqueConstraint
from django.db.models.lookups import LessThanOrEqual

from config.lib.pictures.models import StoredPicture
from tracks.choices import Audience, License, Reach, State, Visibility
from tracks.models.sound import BlockedSound, Fingerprint, ProcessingStage, Rendition, Sound, Waveform
from tracks.querysets import TrackQuerySet
from tracks.sharing.models import TrackShareLink
from tracks.uploads.models import Upload

__all__ = [
    "FASTEST_BPM",
    "MOST_CREDITS",
    "MOST_TAGS",
    "SLOWEST_BPM",
    "Artwork",
    "BlockedSound",
    "DownloadDay",
    "Fingerprint",
    "ProcessingStage",
    "Rendition",
    "Sound",
    "Track",
    "TrackCounts",
    "TrackShareLink",
    "Upload",
    "Waveform",
]

SLOWEST_BPM, FASTEST_BPM = 1, 999
MOST_TAGS = 30
MOST_CREDITS = 50
CREDITS = Func(F("credits"), function="jsonb_array_length", output_field=models.IntegerField())


class Artwork(StoredPicture):
    """A cover."""

    no_pii = "a picture that its owner published"

    ROOT = "art"


class Track(models.Model):
    """A piece that somebody shares. Written by tracks.services only.

    `owner` is its face: who brought it, under whose name its address is. One in a space belongs to the space: who is
    what there decides who changes it, and the space's owner pays for it.

    `sound` is what plays now; a newer sound may be on its way. `state` speaks of the newest one.
    """

    pii = {"title", "artist", "description", "credits"}

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    space = models.ForeignKey(
        "social.Space", on_delete=models.PROTECT, null=True, blank=True, db_index=False, related_name="+"
    )
    title = models.CharField(max_length=200)
    permalink = models.CharField(max_length=100)
    artist = models.CharField(max_length=200, blank=True)
    credits = models.JSONField(default=list, blank=True, help_text='[{"name": …, "role": …}]')
    description = models.CharField(max_length=5000, blank=True)
    genre = models.CharField(max_length=60, blank=True)
    tags = ArrayField(models.CharField(max_length=40), default=list, blank=True, size=MOST_TAGS)
    license = models.CharField(max_length=20, choices=License.choices, default=License.ALL_RIGHTS_RESERVED)
    purchase_url = models.CharField(max_length=500, blank=True)
    audience = models.CharField(max_length=11, choices=Audience.choices, default=Audience.EVERYONE)
    visibility = models.CharField(max_length=8, choices=Visibility.choices, default=Visibility.PUBLIC)
    secret_token = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001 -- no token is no token
    secret_digest = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001 -- NULLs may repeat
    downloadable = models.BooleanField(default=False)
    comments_enabled = models.BooleanField(default=True)
    explicit = models.BooleanField(default=False)
    release_date = models.DateField(null=True, blank=True)
    isrc = models.CharField(max_length=12, blank=True)
    bpm = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    key = models.CharField(max_length=12, blank=True)
    artwork = models.OneToOneField(Artwork, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    # Not SET_NULL: emptied on the way to its own deletion, a ready track would break `ready_has_sound`.
    sound = models.OneToOneField("Sound", on_delete=models.RESTRICT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    duration_ms = models.PositiveIntegerField(null=True, blank=True)
    left_to_tags = ArrayField(
        models.CharField(max_length=20),
        default=list,
        blank=True,
        help_text="Fields that the owner left out.",
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True, help_text="First time on the public record.")
    publish_at = models.DateTimeField(null=True, blank=True, help_text="When it becomes public by itself.")
    deleted_at = models.DateTimeField(null=True, blank=True, help_text="In the trash since.")
    purging_at = models.DateTimeField(
        null=True, blank=True, help_text="Since then nobody brings it back: what is stored of it goes."
    )

    objects = TrackQuerySet.as_manager()

    # What the viewer is in its space, if anything, where `visible_to` found the row.
    viewer_role: str | None = None
    # Of a viewer who has opened a link: whether they open it without, and what the link lets them do.
    opens_alone: bool = True
    granted: str | None = None

    class Meta:
        constraints = [
            UniqueConstraint(fields=["owner", "permalink"], name="permalink_once"),
            UniqueConstraint(fields=["secret_digest"], name="secret_once"),
            CheckConstraint(
                condition=Q(secret_token__isnull=True, secret_digest__isnull=True)
                | Q(secret_token__isnull=False, secret_digest__isnull=False),
                name="secret_has_digest",
            ),
            CheckConstraint(condition=~Q(state=State.READY) | Q(sound__isnull=False), name="ready_has_sound"),
            CheckConstraint(
                condition=Q(published_at__isnull=True) | Q(sound__isnull=False), name="published_has_sound"
            ),
            CheckConstraint(
                condition=Q(publish_at__isnull=True) | Q(published_at__isnull=True) & ~Q(visibility=Visibility.PUBLIC),
                name="schedule_ends_when_public",
            ),
            CheckConstraint(
                condition=Q(purging_at__isnull=True) | Q(deleted_at__isnull=False), name="purging_is_in_trash"
            ),
            CheckConstraint(condition=~Q(title=""), name="title_not_blank"),
            CheckConstraint(condition=Q(permalink__regex=r"^[a-z0-9][a-z0-9_-]*$"), name="permalink_grammar"),
            CheckConstraint(condition=Q(tags__len__lte=MOST_TAGS), name="tags_limit"),
            CheckConstraint(condition=LessThanOrEqual(CREDITS, MOST_CREDITS), name="credits_limit"),
            CheckConstraint(condition=Q(bpm__gte=SLOWEST_BPM, bpm__lte=FASTEST_BPM), name="bpm_range"),
            CheckConstraint(
                condition=Q(purchase_url="") | Q(purchase_url__regex=r"^https?://"), name="purchase_url_is_web"
            ),
            CheckConstraint(condition=Q(visibility__in=Visibility.values), name="visibility_known"),
            CheckConstraint(condition=Q(audience__in=Audience.values), name="audience_known"),
            CheckConstraint(condition=Q(license__in=License.values), name="license_known"),
            CheckConstraint(condition=Q(state__in=State.values), name="track_state_known"),
        ]
        indexes = [
            models.Index(
                fields=["-published_at", "-id"],
                name="track_listed",
                condition=Q(visibility=Visibility.PUBLIC, published_at__isnull=False, deleted_at__isnull=True),
            ),
            models.Index(fields=["owner", "-created_at", "-id"], name="track_of_owner"),
            models.Index(
                fields=["space", "-created_at", "-id"], name="track_of_space", condition=Q(space__isnull=False)
            ),
            models.Index(fields=["publish_at"], name="track_scheduled", condition=Q(publish_at__isnull=False)),
            models.Index(
                fields=["owner", "-deleted_at", "-id"], name="track_in_trash", condition=Q(deleted_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def reach(self) -> Reach:
        """Who may open it, beside its owner; the querysets ask the owner's standing as well."""
        if self.deleted_at or self.sound_id is None:
            return Reach.NOBODY
        if self.visibility == Visibility.PUBLIC and self.published_at:
            return Reach.LISTS
        if self.visibility == Visibility.UNLISTED:
            return Reach.ADDRESS
        return Reach.LINK if self.secret_digest else Reach.NOBODY

    @property
    def is_listed(self) -> bool:
        """Whether it counts on its owner's profile."""
        return self.reach is Reach.LISTS


class TrackCounts(models.Model):
    """The numbers on a card, in a narrow row of their own: every update stays in its page (HOT)."""

    no_pii = "numbers only"

    track = models.OneToOneField(Track, on_delete=models.CASCADE, primary_key=True, related_name="counts")
    plays = models.PositiveBigIntegerField(default=0)
    last_played_at = models.DateTimeField(null=True, blank=True)
    likes = models.PositiveIntegerField(default=0)
    reposts = models.PositiveIntegerField(default=0)
    comments = models.PositiveIntegerField(default=0)
    downloads = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "track counts"

    def __str__(self) -> str:
        return f"counts of {self.track_id}"


class DownloadDay(models.Model):
    """How often a track was downloaded on a day (UTC), but for those who may edit it."""

    no_pii = "numbers only"

    track = models.ForeignKey(Track, on_delete=models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    downloads = models.PositiveIntegerField()

    class Meta:
        constraints = [UniqueConstraint(fields=["track", "day"], name="downloads_once_a_day")]

    def __str__(self) -> str:
        return f"{self.track_id} on {self.day}"
