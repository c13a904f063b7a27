"""What artists are told. Days and intervals are UTC; each day's figures are of plays that began on it. What is liked,
reposted, said and followed is told by the day on which it came, as far as it still stands and counts."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncDate

from accounts.models import User
from engagement.comments.models import Comment
from engagement.models import TrackLike, TrackRepost
from engagement.plays.heat import PIECES
from engagement.plays.models import ArtistDay, TrackDay, TrackDayHeat, TrackDayShare
from social.models import Follow
from tracks.models import DownloadDay, Track

TOP = 10
DAY = timedelta(days=1)
HEAT = ("heard", "skipped", "replayed")
Figures = dict[str, Counter[date]]


@dataclass(frozen=True)
class Span:
    """From a day to a day, both included, told by the day, the week (from Monday) or the month."""

    first: date
    last: date
    interval: str

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """Its beginning, and its end, which is no part of it."""
        return beginning_of(self.first), beginning_of(self.last + DAY)

    def start_of(self, day: date) -> date:
        """The first day of the interval that a day is in, as far as it is in the span."""
        start = {"day": day, "week": day - DAY * day.weekday(), "month": day.replace(day=1)}[self.interval]
        return max(start, self.first)

    def starts(self) -> Iterator[date]:
        """The first days of its intervals."""
        days = (self.first + DAY * n for n in range((self.last - self.first).days + 1))
        yield from dict.fromkeys(map(self.start_of, days))


def beginning_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def track_stats(track: Track, span: Span) -> dict[str, Any]:
    """The figures of one track, with its heat."""
    figures = figures_of(Track.objects.filter(pk=track.pk), span)
    listeners = days_of(TrackDay.objects.filter(track=track), span)
    figures["listeners"] = counted(listeners.values_list("day", "listeners"))
    return told(figures, span) | shares_of(Track.objects.filter(pk=track.pk), span) | {"heat": heat_of(track, span)}


def artist_stats(artist: User, span: Span) -> dict[str, Any]:
    """The figures of all tracks of a person, with their followers."""
    tracks = Track.objects.filter(owner=artist)
    figures = figures_of(tracks, span)
    listeners = days_of(ArtistDay.objects.filter(artist=artist), span)
    figures["listeners"] = counted(listeners.values_list("day", "listeners"))
    figures["followers"] = came(Follow.objects.filter(followed=artist, is_counted=True), span)
    return told(figures, span) | shares_of(tracks, span)


def figures_of(tracks: "QuerySet[Track]", span: Span) -> Figures:
    """Day by day what is added up over tracks."""
    days = days_of(TrackDay.objects.filter(track__in=tracks), span).values("day")
    sums = list(days.annotate(plays=Sum("plays"), heard=Sum("heard_ms")).values_list("day", "plays", "heard"))
    downloads = days_of(DownloadDay.objects.filter(track__in=tracks), span).values("day").annotate(n=Sum("downloads"))
    return {
        "plays": counted((day, plays) for day, plays, _ in sums),
        "listened_ms": counted((day, heard) for day, _, heard in sums),
        "likes": came(TrackLike.objects.filter(track__in=tracks, is_counted=True), span),
        "reposts": came(TrackRepost.objects.filter(track__in=tracks, is_counted=True), span),
        "comments": came(Comment.objects.filter(track__in=tracks, is_counted=True), span),
        "downloads": counted(downloads.values_list("day", "n")),
    }


def days_of(rows: Any, span: Span) -> Any:
    return rows.filter(day__range=(span.first, span.last))


def came(rows: Any, span: Span) -> Counter[date]:
    """How many rows were made each day."""
    begin, end = span.moments
    within = rows.filter(created_at__gte=begin, created_at__lt=end)
    days = within.values(day=TruncDate("created_at", tzinfo=UTC)).annotate(n=Count("pk"))
    return counted(days.values_list("day", "n"))


def counted(pairs: Iterable[tuple[date, int]]) -> Counter[date]:
    return Counter(dict(pairs))


def told(figures: Figures, span: Span) -> dict[str, Any]:
    """The sums of the span and of each of its intervals."""
    names = sorted(figures)
    intervals = {start: dict.fromkeys(names, 0) for start in span.starts()}
    for name in names:
        for day, n in figures[name].items():
            intervals[span.start_of(day)][name] += int(n)
    return {
        "from": span.first,
        "to": span.last,
        "interval": span.interval,
        "totals": {name: int(figures[name].total()) for name in names},
        "series": [{"start": start, **sums} for start, sums in intervals.items()],
    }


def shares_of(tracks: "QuerySet[Track]", span: Span) -> dict[str, Any]:
    """The sites and countries that most plays came from."""
    kinds = TrackDayShare.Kind
    rows = days_of(TrackDayShare.objects.filter(track__in=tracks), span)

    def most(kind: str, name: str) -> list[dict[str, Any]]:
        sums = rows.filter(kind=kind).values("value").annotate(n=Sum("plays")).order_by("-n", "value")
        return [{name: value, "plays": n} for value, n in sums.values_list("value", "n")[:TOP]]

    return {"referrers": most(kinds.REFERRER, "host"), "countries": most(kinds.COUNTRY, "country")}


def heat_of(track: Track, span: Span) -> dict[str, Any]:
    """How many plays have heard, skipped and heard again each piece of a track."""
    sums = np.zeros((len(HEAT), PIECES), dtype=np.int64)
    for kept in days_of(TrackDayHeat.objects.filter(track=track), span).values_list(*HEAT):
        sums += np.array(kept, dtype=np.int64)
    return {"pieces": PIECES, **dict(zip(HEAT, sums.tolist(), strict=True))}


def top_tracks(artist: User, span: Span) -> list[tuple[int, int, int]]:
    """(track, plays, milliseconds heard) of a person's tracks that were played most."""
    rows = days_of(TrackDay.objects.filter(track__owner=artist), span).values("track_id")
    sums = rows.annotate(n=Sum("plays"), heard=Sum("heard_ms")).filter(n__gt=0).order_by("-n", "track_id")
    return list(sums.values_list("track_id", "n", "heard")[:TOP])
