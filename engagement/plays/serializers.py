from typing import Any

from rest_framework import serializers

from config.lib.fields import ClosedSerializer
from engagement.plays.models import LONGEST_MS
from tracks.serializers import TrackCard

MOMENT: dict[str, Any] = {"min_value": 0, "max_value": LONGEST_MS}


class PlayStart(ClosedSerializer):
    """Where the listener begins, and the address of the page that led them to the player; only its host is kept."""

    position_ms = serializers.IntegerField(**MOMENT, default=0)
    referrer = serializers.CharField(max_length=2000, default="", allow_blank=True)


class PlayStarted(serializers.Serializer[Any]):
    play_id = serializers.UUIDField()


class PlayBeat(ClosedSerializer):
    """`position_ms`: where the listener is. `listened_ms`: how much of the sound was heard since the play began, what was
    heard twice twice, what was skipped not at all. `ended`: the end was reached."""

    position_ms = serializers.IntegerField(**MOMENT)
    listened_ms = serializers.IntegerField(**MOMENT)
    ended = serializers.BooleanField(default=False)


class HeardCard(serializers.Serializer[Any]):
    """A play of one's own. `position_ms`: where it was left."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    played_at = serializers.DateTimeField()
    position_ms = serializers.IntegerField()
    listened_ms = serializers.IntegerField()
    ended = serializers.BooleanField()
    track = TrackCard()
