"""One uploaded file, what was made of it, and what it is known by."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from tracks.choices import Lane, RenditionKind, StageName, StageState, State, Todo
from tracks.querysets import SoundQuerySet


class Sound(models.Model):
    """One uploaded file and what was made of it: the row is the queue, and the lease of whoever works on it.

    Objects: `sounds/<key>/original`, and of each attempt `sounds/<key>/<attempt>/…`.
    """

    pii = {"original_name"}

    ROOT = "sounds"

    track = models.ForeignKey("tracks.Track", on_delete=models.CASCADE, related_name="sounds")
    key = models.CharField(max_length=32)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    todo = models.CharField(
        max_length=8, choices=Todo.choices, blank=True, db_default=Todo.NOTHING, help_text="Once it plays."
    )
    lane = models.CharField(max_length=5, choices=Lane.choices, db_default=Lane.SHORT)
    attempt = models.PositiveSmallIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(db_default=0, help_text="Attempts at what is to be done now.")
    waits = models.PositiveSmallIntegerField(
        db_default=0, help_text="How often in a row it has waited for a storage; these were no tries."
    )
    due_at = models.DateTimeField(help_text="While it waits: when its task is sent, or sent again.")
    heartbeat_at = models.DateTimeField(null=True, blank=True, help_text="While somebody works on it.")
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
    integrated_lufs = models.FloatField(null=True, blank=True)
    true_peak_dbtp = models.FloatField(null=True, blank=True)
    range_lu = models.FloatField(null=True, blank=True)
    held_for = models.ForeignKey(
        "BlockedSound",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        help_text="What it matched.",
    )
    released_at = models.DateTimeField(null=True, blank=True, help_text="Since then no match holds it.")
    created_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True, blank=True)
    remove_at = models.DateTimeField(null=True, blank=True, help_text="Replaced; kept until its last stream is over.")

    objects = SoundQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["key"], name="sound_key_once"),
            CheckConstraint(condition=Q(state__in=State.values), name="sound_state_known"),
        ]
        indexes = [
            models.Index(fields=["id"], name="sound_waiting", condition=Q(state__in=[State.QUEUED, State.PROCESSING])),
            models.Index(fields=["id"], name="sound_todo", condition=~Q(todo=Todo.NOTHING)),
            models.Index(fields=["remove_at"], name="sound_replaced", condition=Q(remove_at__isnull=False)),
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
    is_copy = models.BooleanField(db_default=False, help_text="Its packets are the original's own.")

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


class Fingerprint(models.Model):
    """What a sound is known by, whatever its format: Chromaprint's numbers, 32 bits each, one every 0.12 s."""

    no_pii = "made from the sound"

    sound = models.OneToOneField(Sound, on_delete=models.CASCADE, primary_key=True, related_name="fingerprint")
    raw = models.BinaryField()

    def __str__(self) -> str:
        return f"fingerprint of {self.sound_id}"


class BlockedSound(models.Model):
    """A sound that was removed or claimed: what matches it is held until a person has decided.

    `items` are the fingerprint's numbers in their order, as signed integers; the index finds those that share some.
    """

    no_pii = "numbers made from a sound, and a reason that names nobody"

    items = ArrayField(models.IntegerField())
    reason = models.CharField(max_length=300)
    source = models.ForeignKey(Sound, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        indexes = [GinIndex(fields=["items"], name="blocked_items")]

    def __str__(self) -> str:
        return f"blocked sound {self.pk}"
