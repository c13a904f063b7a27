from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Func, Q, UniqueConstraint
from django.db.models.lookups import LessThanOrEqual

from tracks.choices import Audience, License, Reach, RenditionKind, StageName, StageState, State, Visibility
from tracks.querysets import SoundQuerySet, TrackQuerySet
from tracks.uploads.models import Upload as Upload  # noqa: PLC0414 -- Django looks for models here

SLOWEST_BPM, FASTEST_BPM = 1, 999
MOST_TAGS = 30
MOST_CREDITS = 50
CREDITS = Func(F("credits"), function="jsonb_array_length", output_field=models.IntegerField())


class Artwork(models.Model):
    """A cover: its variants are stored below `art/<key>/`, a name of 128 random bits that never changes meaning."""

    no_pii = "a picture that its owner published"

    ROOT = "art"

    key = models.CharField(max_length=32)
    color = models.CharField(max_length=7)
    placeholder = models.CharField(max_length=800)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(fields=["key"], name="artwork_key_once")]

    def __str__(self) -> str:
        return self.key

    @property
    def folder(self) -> str:
        """Where the variants are stored."""
        return f"{self.ROOT}/{self.key}"


class Track(models.Model):
    """A piece that somebody shares. Written by tracks.services only.

    `sound` is what plays now; a newer sound may be on its way. `state` speaks of the newest one.
    """

    pii = {"title", "artist", "description", "credits"}

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
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
    deleted_at = models.DateTimeField(null=True, blank=True, help_text="In the trash since.")

    objects = TrackQuerySet.as_manager()

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
    likes = models.PositiveIntegerField(default=0)
    reposts = models.PositiveIntegerField(default=0)
    comments = models.PositiveIntegerField(default=0)
    downloads = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "track counts"

    def __str__(self) -> str:
        return f"counts of {self.track_id}"


class Sound(models.Model):
    """One uploaded file and what was made of it: the row is the queue, and the lease of whoever works on it.

    Objects: `sounds/<key>/original`, and of each attempt `sounds/<key>/<attempt>/…`.
    """

    pii = {"original_name"}

    ROOT = "sounds"

    track = models.ForeignKey(Track, on_delete=models.CASCADE, related_name="sounds")
    key = models.CharField(max_length=32)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    attempt = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(help_text="While it waits: when its task is sent, or sent again.")
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    failure_code = models.CharField(max_length=40, blank=True)
    failure_reason = models.CharField(max_length=300, blank=True)
    original_name = models.CharField(max_length=255)
    original_bytes = models.PositiveBigIntegerField()
    original_sha256 = models.CharField(max_length=64, blank=True)
    container = models.CharField(max_length=20, blank=True)
    codec = models.CharField(max_length=20, blank=True)
    sample_rate_hz = models.PositiveIntegerField(null=True, blank=True)
    channels = models.PositiveSmallIntegerField(null=True, blank=True)
    bit_depth = models.PositiveSmallIntegerField(null=True, blank=True)
    duration_ms = models.PositiveIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True, blank=True)

    objects = SoundQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["key"], name="sound_key_once"),
            CheckConstraint(condition=Q(state__in=State.values), name="sound_state_known"),
        ]
        indexes = [
            models.Index(fields=["id"], name="sound_waiting", condition=Q(state__in=[State.QUEUED, State.PROCESSING]))
        ]

    def __str__(self) -> str:
        return f"sound {self.pk} ({self.state})"

    @property
    def folder(self) -> str:
        """Where everything of this sound is stored."""
        return f"{self.ROOT}/{self.key}"

    @property
    def original_key(self) -> str:
        """Where the uploaded file is stored, untouched."""
        return f"{self.folder}/original"

    @property
    def attempt_prefix(self) -> str:
        """Where the current attempt stores what it makes."""
        return f"{self.folder}/{self.attempt}"


class ProcessingStage(models.Model):
    """A line of the timeline that the uploader watches. `progress` runs from 0 to 1."""

    no_pii = "times and codes"

    sound = models.ForeignKey(Sound, on_delete=models.CASCADE, related_name="stages")
    name = models.CharField(max_length=12, choices=StageName.choices)
    position = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=StageState.choices, default=StageState.WAITING)
    progress = models.FloatField(default=0)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    error_code = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["sound", "name"], name="stage_once"),
            CheckConstraint(condition=Q(progress__gte=0, progress__lte=1), name="progress_is_fraction"),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.sound_id}"


class Rendition(models.Model):
    """A playable form of a sound; its files are stored below `prefix`."""

    no_pii = "made from the sound"

    sound = models.ForeignKey(Sound, on_delete=models.CASCADE, related_name="renditions")
    kind = models.CharField(max_length=8, choices=RenditionKind.choices)
    prefix = models.CharField(max_length=80)
    codec = models.CharField(max_length=20)
    bitrate_bps = models.PositiveIntegerField()
    duration_ms = models.PositiveIntegerField()
    bytes = models.PositiveBigIntegerField()

    class Meta:
        constraints = [UniqueConstraint(fields=["sound", "kind"], name="rendition_once")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.sound_id}"


class Waveform(models.Model):
    """Peaks of a sound in audiowaveform's binary format, version 2; at most a few hundred kilobytes."""

    no_pii = "made from the sound"

    sound = models.OneToOneField(Sound, on_delete=models.CASCADE, primary_key=True, related_name="waveform")
    dat = models.BinaryField()

    def __str__(self) -> str:
        return f"waveform of {self.sound_id}"
