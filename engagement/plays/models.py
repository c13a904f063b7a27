from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import DO_NOTHING, UniqueConstraint

from engagement.plays.choices import Outcome
from engagement.plays.querysets import PlayQuerySet
from tracks.models import Track

PERSON = settings.AUTH_USER_MODEL
LONGEST_MS = 2**31 - 1


class Play(models.Model):
    """Somebody listens to a track: one session, and what the rule makes of it. Written by engagement.plays.services.

    A partition a month, by `created_at`, which the id tells too (`ids.py`). `listener` is whose plays are the same
    person's within a day (`services/listeners.py`); `person` is there for their own history, and goes with it.
    No constraint ties a row to its track or person: the ledger outlives both until it is tidied.
    """

    pii = {"person"}

    id = models.UUIDField(primary_key=True)
    created_at = models.DateTimeField()
    track = models.ForeignKey(Track, on_delete=DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    person = models.ForeignKey(
        PERSON, on_delete=DO_NOTHING, db_constraint=False, db_index=False, null=True, blank=True, related_name="+"
    )
    listener = models.BinaryField(max_length=16)
    barred = models.CharField(max_length=9, blank=True, help_text="Why it cannot count, whatever is heard.")
    outcome = models.CharField(max_length=9, choices=Outcome.choices, default=Outcome.TOO_SHORT)
    duration_ms = models.PositiveIntegerField(help_text="Of the track as it was then.")
    position_ms = models.PositiveIntegerField(default=0, help_text="Where the listener was last.")
    listened_ms = models.PositiveIntegerField(default=0, help_text="What the client says was heard.")
    heard_ms = models.PositiveIntegerField(default=0, help_text="What of that is believed.")
    refused_ms = models.PositiveIntegerField(default=0, help_text="What of that is not.")
    beat_at = models.DateTimeField()
    reached_at = models.DateTimeField(null=True, blank=True, help_text="When enough was heard.")
    ended_at = models.DateTimeField(null=True, blank=True)
    heard_bits = models.BinaryField()
    skipped_bits = models.BinaryField()
    replayed_bits = models.BinaryField()
    referrer = models.CharField(max_length=253, blank=True, help_text="The site that led here.")
    country = models.CharField(max_length=2, blank=True)
    settled = models.BooleanField(default=False, help_text="The figures of its day know of it as it is.")

    objects = PlayQuerySet.as_manager()

    def __str__(self) -> str:
        return f"play {self.pk} of {self.track_id}"


class PlayClaim(models.Model):
    """When a listener was last judged on a track, and when they counted: the row that makes two plays at once one.
    Kept for hours."""

    no_pii = "hashes under a secret key, gone after some hours"

    track_id = models.BigIntegerField()
    subject = models.BinaryField(max_length=16)
    listener = models.BinaryField(max_length=16, help_text="Under which the ledger knows the play that counted.")
    counted_at = models.DateTimeField(null=True, blank=True)
    judged_at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(fields=["track_id", "subject"], name="one_claim_a_listener")]
        indexes = [models.Index(fields=["judged_at"], name="play_claim_age")]

    def __str__(self) -> str:
        return f"claim on {self.track_id}"


class PlaySalt(models.Model):
    """What listeners of a day (UTC) are hashed with. Deleted when the day after it is over: nobody can tell then who it
    was."""

    no_pii = "random"

    day = models.DateField(primary_key=True)
    salt = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"salt of {self.day}"


class HistoryClearing(models.Model):
    """Somebody wants to see nothing of what they heard before this moment. Their plays let go of them soon after."""

    pii = {"person", "cleared_at"}

    person = models.OneToOneField(PERSON, on_delete=models.CASCADE, primary_key=True, related_name="+")
    cleared_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.person_id} until {self.cleared_at}"


class ForgottenMonth(models.Model):
    """A month whose plays were dropped from the ledger; recounting takes it from the figures of its days."""

    no_pii = "a date"

    month = models.DateField(primary_key=True)
    forgotten_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class TrackDay(models.Model):
    """The figures of a track on a day (UTC), of plays that began on it. Made from the ledger, again and again."""

    no_pii = "numbers only"

    track = models.ForeignKey(Track, on_delete=models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    plays = models.PositiveIntegerField()
    listeners = models.PositiveIntegerField()
    heard_ms = models.PositiveBigIntegerField()

    class Meta:
        constraints = [UniqueConstraint(fields=["track", "day"], name="figures_once_a_day")]

    def __str__(self) -> str:
        return f"{self.track_id} on {self.day}"


class TrackDayHeat(models.Model):
    """How many plays of a day have heard, skipped or heard again each piece of a track (`heat.py`)."""

    no_pii = "numbers only"

    track = models.ForeignKey(Track, on_delete=models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    heard = ArrayField(models.PositiveIntegerField())
    skipped = ArrayField(models.PositiveIntegerField())
    replayed = ArrayField(models.PositiveIntegerField())

    class Meta:
        constraints = [UniqueConstraint(fields=["track", "day"], name="heat_once_a_day")]

    def __str__(self) -> str:
        return f"heat of {self.track_id} on {self.day}"


class TrackDayShare(models.Model):
    """How many of a track's counted plays of a day came from a site, or from a country."""

    no_pii = "numbers only"

    class Kind(models.TextChoices):
        REFERRER = "referrer", "referrer"
        COUNTRY = "country", "country"

    track = models.ForeignKey(Track, on_delete=models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    value = models.CharField(max_length=253)
    plays = models.PositiveIntegerField()

    class Meta:
        constraints = [UniqueConstraint(fields=["track", "day", "kind", "value"], name="share_once_a_day")]

    def __str__(self) -> str:
        return f"{self.value} of {self.track_id} on {self.day}"


class ArtistDay(models.Model):
    """How many listeners somebody's tracks had together on a day, each counted once."""

    no_pii = "numbers only"

    artist = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    listeners = models.PositiveIntegerField()

    class Meta:
        constraints = [UniqueConstraint(fields=["artist", "day"], name="artist_once_a_day")]

    def __str__(self) -> str:
        return f"{self.artist_id} on {self.day}"
