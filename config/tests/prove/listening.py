"""A town that listens for some days, by a clock of its own, and somebody who counts along with a pencil."""

import heapq
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from config.lib.viewer import Viewer
from engagement.plays import services
from tracks.models import Track

PIECES = 200
REFERRERS = ("", "", "blog.example", "radio.example", "shop.example")
COUNTRIES = ("", "DE", "FR", "NG")
# (seconds by the clock, seconds of sound that are claimed, where the listener is then or None for: further on)
Move = tuple[float, float, float | None]
HABITS: tuple[tuple[int, tuple[Move, ...]], ...] = (
    (45, ((40, 40, None),)),
    (5, ((15, 15, None), (16, 16, None), (30, 30, None))),
    (15, ((9, 9, None),)),
    (10, ((16, 32, None),)),  # at twice the speed
    (9, ((2, 120, None),)),  # impossible
    (3, ((1, 300, None), (14, 314, None), (20, 334, None))),  # impossible at first
    (4, ((10, 10, None), (4000, 10, None), (25, 35, None))),  # a pause of more than an hour
    (4, ((10, 10, None), (1, 10, 50), (25, 35, None), (1, 35, 5), (20, 55, None))),  # jumps there and back
    (5, ()),  # begins and is gone
)


@dataclass
class Session:
    """A listening as it is sent, and what a plain count makes of it."""

    track: int
    length_ms: int
    who: str
    barred: str
    referrer: str
    country: str
    begun: datetime
    moves: list[Move]
    id: Any = None
    caller: Any = None
    beat_at: datetime | None = None
    position_ms: int = 0
    said_ms: int = 0
    heard_ms: int = 0
    counted: bool = False
    decided: bool = False
    heard: set[int] = field(default_factory=set)
    skipped: set[int] = field(default_factory=set)
    replayed: set[int] = field(default_factory=set)

    @property
    def needed_ms(self) -> float:
        return min(30_000, self.length_ms / 2)


class Pencil:
    """Counts along: a listener counts on a track when nobody of that name has within the hour before."""

    def __init__(self) -> None:
        self.counted: dict[tuple[int, str], datetime] = {}
        self.sessions: list[Session] = []

    def beat(self, session: Session, *, said_ms: int, position_ms: int, at: datetime) -> None:
        """What a beat does."""
        grace = min(1000, (min(30_000, (session.length_ms + 1) // 2)) // 4)
        before = session.beat_at or session.begun
        lately = 2 * round((at - before).total_seconds() * 1000) + grace
        in_all = 2 * round((at - session.begun).total_seconds() * 1000) + grace - session.heard_ms
        new = max(0, min(said_ms - session.said_ms, lately, in_all))
        self.walk(session, new=new, position_ms=min(position_ms, session.length_ms))
        session.said_ms, session.heard_ms, session.beat_at = said_ms, session.heard_ms + new, at
        if session.decided or session.heard_ms < session.needed_ms:
            return
        session.decided = True
        last = self.counted.get((session.track, session.who))
        if not session.barred and (last is None or (at - last).total_seconds() >= 3600):
            session.counted = True
            self.counted[session.track, session.who] = at

    @staticmethod
    def walk(session: Session, *, new: int, position_ms: int) -> None:
        """Along the pieces of the track."""

        def piece(ms: int) -> int:
            return min(PIECES - 1, ms * PIECES // session.length_ms)

        begun = max(0, position_ms - new)
        if abs(begun - session.position_ms) <= 1500:
            begun = min(session.position_ms, position_ms)
        origin = piece(session.position_ms)
        session.skipped |= set(range(origin + 1, piece(begun)))
        pieces = set(range(piece(begun), piece(position_ms) + 1)) if new else set()
        goes_on = {origin} if piece(begun) == origin else set()
        session.replayed |= (pieces & session.heard) - goes_on
        session.heard |= pieces
        session.position_ms = position_ms


@dataclass(frozen=True)
class Town:
    """What a listener's process is told: ids only. `people`: ids beside names; `hosts`: addresses of nobody."""

    seed: int
    plays: int
    begin: datetime
    tracks: list[tuple[int, int, int]]  # (track, its owner, milliseconds)
    people: list[int]
    hosts: list[str]


def live(town: Town) -> list[Session]:
    """Let the town listen; what was sent, with what the pencil says of it."""
    dice, pencil = random.Random(town.seed), Pencil()  # noqa: S311 -- of a town that does not exist
    users = {user.pk: user for user in User.objects.filter(pk__in=[*town.people, *(row[1] for row in town.tracks)])}
    due: list[tuple[datetime, int, Session]] = []
    clock = town.begin
    for number, session in enumerate(sessions(town, dice)):
        clock += timedelta(milliseconds=dice.randrange(0, 20_000))
        session.begun = clock.replace(microsecond=clock.microsecond // 1000 * 1000)
        while due and due[0][0] <= clock:
            step(due, pencil)
        start(session, users)
        pencil.sessions.append(session)
        push(due, session, number, at=session.begun)
    while due:
        step(due, pencil)
    return pencil.sessions


def sessions(town: Town, dice: random.Random) -> Iterator[Session]:
    """Who listens to what, and how; some tracks and some people are heard of more than others."""
    weights = [weight for weight, _ in HABITS]
    for _ in range(town.plays):
        track, owner, length_ms = town.tracks[min(int(dice.expovariate(0.15)), len(town.tracks) - 1)]
        name = dice.choice(town.people if dice.random() < 0.6 else town.hosts)
        barred = dice.choices(("", "bot", "crowd"), (92, 5, 3))[0]
        if dice.random() < 0.04:
            name, barred = owner, "owner"
        [(_, moves)] = dice.choices(HABITS, weights)
        yield Session(track, length_ms, str(name), barred, dice.choice(REFERRERS), dice.choice(COUNTRIES),
                      town.begin, list(moves))  # fmt: skip


def start(session: Session, users: dict[int, User]) -> None:
    """Send that it begins."""
    user = users.get(int(session.who)) if session.who.isdigit() else None
    session.caller = services.Caller(
        user_id=user.pk if user else None, address=f"address:{session.who}", user_agent="a browser"
    )
    told = "" if session.barred == "owner" else session.barred
    session.id = services.start_play(
        track_id=session.track,
        viewer=Viewer(user=user or AnonymousUser()),
        caller=session.caller,
        origin=services.Origin(barred=told, referrer=session.referrer, country=session.country),
        at=session.begun,
    )
    if user is None:
        session.who = f"{session.who} on {session.begun.date()}"


def push(due: list[tuple[datetime, int, Session]], session: Session, number: int, *, at: datetime) -> None:
    """Let its next beat be sent in its time."""
    if session.moves:
        heapq.heappush(due, (at + timedelta(seconds=session.moves[0][0]), number, session))


def step(due: list[tuple[datetime, int, Session]], pencil: Pencil) -> None:
    """Send the beat whose time has come."""
    at, number, session = heapq.heappop(due)
    _, claimed_s, place_s = session.moves.pop(0)
    said_ms = int(claimed_s * 1000)
    position_ms = session.position_ms + said_ms - session.said_ms if place_s is None else int(place_s * 1000)
    beat = services.Beat(position_ms=position_ms, listened_ms=said_ms)
    services.beat_play(play_id=session.id, caller=session.caller, beat=beat, at=at)
    pencil.beat(session, said_ms=said_ms, position_ms=position_ms, at=at)
    push(due, session, number, at=at)


def lengths(tracks: list[Track]) -> list[tuple[int, int, int]]:
    return [(track.pk, track.owner_id, track.duration_ms or 0) for track in tracks]


def figures(found: list[Session]) -> dict[tuple[int, str], dict[str, Any]]:
    """(track, day) -> what its statistics are to say."""
    days: dict[tuple[int, str], dict[str, Any]] = defaultdict(
        lambda: {"plays": 0, "listeners": set(), "listened_ms": 0, "hosts": Counter(), "countries": Counter(),
                 "heard": Counter(), "skipped": Counter(), "replayed": Counter()}
    )  # fmt: skip
    for session in found:
        day = days[session.track, session.begun.date().isoformat()]
        if not session.barred:
            day["listened_ms"] += session.heard_ms
            for name in ("heard", "skipped", "replayed"):
                day[name].update(getattr(session, name))
        if session.counted:
            day["plays"] += 1
            day["listeners"].add(session.who)
            day["hosts"].update([session.referrer] if session.referrer else [])
            day["countries"].update([session.country] if session.country else [])
    return days
