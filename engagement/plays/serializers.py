from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from config.lib.fields import ClosedSerializer
from engagement.plays.models import LONGEST_MS
from tracks.serializers import TrackCard

# Whose end is still a day.
LAST_DAY = date.max - timedelta(days=31)
MOMENT: dict[str, Any] = {"min_value": 0, "max_value": LONGEST_MS}


class PlayStart(ClosedSerializer):
    """Where the listener begins, and the address of the page that led them to the player; only its host is kept."""

    position_ms = serializers.IntegerField(**MOMENT, default=0)
    referrer = serializers.CharField(max_length=2000, default="", allow_blank=True)


class PlayStarted(serializers.Serializer[Any]):
    play_id = serializers.UUIDField()


class PlayBeat(ClosedSerializer):
    """`position_ms`: where the listener is. `listened_ms`: how much of the sound was heard since the play began, what
    was heard twice twice, what was skipped not at all. `ended`: the end was reached."""

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


class StatsQuery(serializers.Serializer[Any]):
    """Days are UTC. Without `to`: until today; without `from`: four weeks."""

    LONGEST = {"day": 366, "week": 1830, "month": 1830}

    locals()["from"] = serializers.DateField(default=None, help_text="The first day.")  # a word of Python's
    to = serializers.DateField(default=None, help_text="The last day; it belongs to the answer.")
    interval = serializers.ChoiceField(choices=list(LONGEST), default="day")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Four weeks until today, where nothing else is said; no more than a year of days, or five of weeks or
        months."""
        last = attrs["to"] or timezone.now().date()
        earliest = date.min + timedelta(days=27)
        first = attrs["from"] or max(last, earliest) - timedelta(days=27)
        longest = self.LONGEST[attrs["interval"]]
        if first > last:
            raise serializers.ValidationError({"to": "It lies before from."})
        if (last - first).days >= longest:
            raise serializers.ValidationError({"from": f"At most {longest} days by {attrs['interval']}."})
        if last > LAST_DAY:
            raise serializers.ValidationError({"to": "It lies too far ahead."})
        return {"first": first, "last": last, "interval": attrs["interval"]}


class TrackFigures(serializers.Serializer[Any]):
    """`listeners`: of each day, added up. `likes`, `reposts` and `comments` came in that time and still stand."""

    plays = serializers.IntegerField()
    listeners = serializers.IntegerField()
    listened_ms = serializers.IntegerField()
    likes = serializers.IntegerField()
    reposts = serializers.IntegerField()
    comments = serializers.IntegerField()
    downloads = serializers.IntegerField()


class ArtistFigures(TrackFigures):
    followers = serializers.IntegerField()


class TrackInterval(TrackFigures):
    start = serializers.DateField()


class ArtistInterval(ArtistFigures):
    start = serializers.DateField()


class ReferrerShare(serializers.Serializer[Any]):
    host = serializers.CharField()
    plays = serializers.IntegerField()


class CountryShare(serializers.Serializer[Any]):
    country = serializers.CharField()
    plays = serializers.IntegerField()


class Heat(serializers.Serializer[Any]):
    """The track in so many equal pieces; of each, how many plays have heard it, skipped it, and heard it again."""

    pieces = serializers.IntegerField()
    heard = serializers.ListField(child=serializers.IntegerField())
    skipped = serializers.ListField(child=serializers.IntegerField())
    replayed = serializers.ListField(child=serializers.IntegerField())


class StatsSpan(serializers.Serializer[Any]):
    locals()["from"] = serializers.DateField()  # a word of Python's
    to = serializers.DateField()
    interval = serializers.CharField()
    referrers = ReferrerShare(many=True)
    countries = CountryShare(many=True)


class TrackStats(StatsSpan):
    totals = TrackFigures()
    series = TrackInterval(many=True)
    heat = Heat()


class TopTrack(serializers.Serializer[Any]):
    track = TrackCard()
    plays = serializers.IntegerField()
    listened_ms = serializers.IntegerField()


class ArtistStats(StatsSpan):
    totals = ArtistFigures()
    series = ArtistInterval(many=True)
    top_tracks = TopTrack(many=True)
