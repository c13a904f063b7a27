"""A track of two minutes, and people who listen by a clock of their own."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from config.lib.viewer import Viewer
from engagement.plays import services
from engagement.plays.choices import Outcome
from engagement.plays.models import Play
from engagement.plays.services import listeners
from tracks.models import Track, TrackCounts
from tracks.tests.conftest import finish, made, make_ready, rooms, tone

__all__ = ["finish", "made", "make_ready", "rooms", "tone"]

LENGTH_MS = 120_000
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0"


@pytest.fixture(autouse=True)
def no_salt_is_remembered(monkeypatch):
    """Each test has a database, and so salts, of its own."""
    monkeypatch.setattr(listeners, "_remembered", {})


@pytest.fixture
def noon():
    return datetime(2026, 7, 14, 12, tzinfo=UTC)


@pytest.fixture
def fan(make_user) -> User:
    return make_user("fan")


@pytest.fixture
def track(owner, make_ready) -> Track:
    """Two minutes that everybody may hear."""
    made = make_ready(owner, title="Swell")
    Track.objects.filter(pk=made.pk).update(duration_ms=LENGTH_MS)
    return Track.objects.get(pk=made.pk)


class Session:
    """One listening of somebody's to a track."""

    def __init__(self, track: Track, caller: services.Caller, *, user, at: datetime, position_ms=0, **origin) -> None:
        self.caller, self.at, self.heard_ms, self.position_ms = caller, at, 0, position_ms
        self.id = services.start_play(
            track_id=track.pk,
            viewer=Viewer(user=user),
            caller=caller,
            origin=services.Origin(**origin),
            position_ms=position_ms,
            at=at,
        )

    def hear(self, seconds: float, *, rate: float = 1.0, ended: bool = False) -> Outcome:
        """Go on for so many seconds by the clock; `rate`: how much of the sound the client claims in each."""
        self.at += timedelta(seconds=seconds)
        self.heard_ms += round(seconds * rate * 1000)
        self.position_ms += round(seconds * rate * 1000)
        return self.tell(ended=ended)

    def tell(self, *, ended: bool = False) -> Outcome:
        """A beat as things are."""
        beat = services.Beat(position_ms=self.position_ms, listened_ms=self.heard_ms, ended=ended)
        return services.beat_play(play_id=self.id, caller=self.caller, beat=beat, at=self.at)

    @property
    def row(self) -> Play:
        return Play.objects.named(self.id).get()


@pytest.fixture
def listen(track):
    """Somebody begins: a person, or with None whoever has that address."""

    def begin(user, *, at: datetime, address: str = "address:192.0.2.1", to: Track = track, **more) -> Session:
        caller = services.Caller(user_id=user.pk if user else None, address=address, user_agent=BROWSER)
        return Session(to, caller, user=user or AnonymousUser(), at=at, **more)

    return begin


@pytest.fixture
def plays(track):
    """What the card of the track says."""
    return lambda: TrackCounts.objects.get(track=track).plays
