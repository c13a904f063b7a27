"""The rooms of tracks, as far as a process is concerned: who sits in them, what they are told beside the log, and who
has to leave."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, InterfaceError
from redis.exceptions import RedisError

from config.composed.topics import topics_named
from config.lib.grants import Grant
from config.lib.realtime.closing import Close
from config.lib.realtime.hub import Seat
from config.lib.realtime.presence import Presence
from config.lib.realtime.process import Realtime
from config.lib.renderers import dumps
from config.lib.viewer import Viewer
from social.queries import unheard
from tracks.models import Track
from tracks.queries import counts_of

logger = logging.getLogger("earshot.socket")

# Numbers that move are told at most once in this time.
TELL_EVERY_S = 1.0
# Who may no longer be here has to leave within this time and that of a few queries.
WATCH_EVERY_S = 2.0

Frame = dict[str, Any]
# May everybody (with this link) open it, and whom is the viewer told nothing of: while both stay, so does the answer.
Sight = tuple[bool, frozenset[int]]
Asked = tuple[int, Viewer]
# The digest of a secret token, and what an opened link has given.
Keys = tuple[str, Grant | None]


class RoomSocket(Protocol):
    """A socket in a room, as far as the room looks at it."""

    track_id: int
    who: str
    playing_until: float
    seat: Seat | None

    @property
    def viewer(self) -> Viewer: ...

    def tell(self, frame: Frame) -> None: ...

    def end(self, code: Close) -> None: ...


@dataclass
class Room:
    """Who sits in the room of one track, and what it was told last."""

    sockets: dict[RoomSocket, Sight | None] = field(default_factory=dict)
    counts: Frame | None = None
    listeners: Frame | None = None


class TrackRooms:
    """All rooms that have somebody in this process."""

    def __init__(self, realtime: Realtime) -> None:
        self.realtime = realtime
        self.rooms: dict[int, Room] = {}

    def jobs(self) -> list[Callable[[], Awaitable[None]]]:
        """What runs beside the sockets."""
        return [self.keep_counts, self.keep_listeners, self.keep_watch]

    def enter(self, socket: RoomSocket) -> None:
        """Sit down, and hear what the others know already."""
        room = self.rooms.setdefault(socket.track_id, Room())
        room.sockets[socket] = None
        for frame in (room.counts, room.listeners):
            if frame is not None:
                socket.tell(frame)

    def leave(self, socket: RoomSocket) -> None:
        """Twice is once."""
        room = self.rooms.get(socket.track_id)
        if room is not None:
            room.sockets.pop(socket, None)
            if not room.sockets:
                del self.rooms[socket.track_id]

    def tell(self, track_id: int, frame: Frame) -> None:
        """Everybody in the room who is here by this process; each process sees the same numbers."""
        self.realtime.hub.pass_on(f"track:{track_id}", dumps(frame).decode())

    # --- numbers ------------------------------------------------------------------------------------------------------
    async def keep_counts(self) -> None:
        """One query a second for all rooms, whatever moved their numbers."""
        while True:
            await asyncio.sleep(TELL_EVERY_S)
            if self.rooms:
                await undisturbed(self.tell_counts())

    async def tell_counts(self) -> None:
        """The counts that are not what the room was told last."""
        found = await self.realtime.threads.run(counts_of, list(self.rooms))
        for track_id, counts in found.items():
            room, frame = self.rooms.get(track_id), {"type": "counts", "track_id": track_id, **counts}
            if room is not None and room.counts != frame:
                room.counts = frame
                self.tell(track_id, frame)

    async def keep_listeners(self) -> None:
        """Leases of those who are here by this process, and the sum of all; given back when the process ends."""
        presence = Presence(settings.REALTIME_URL)
        try:
            while True:
                await asyncio.sleep(TELL_EVERY_S)
                await undisturbed(self.tell_listeners(presence))
        finally:
            await undisturbed(presence.leave())

    async def tell_listeners(self, presence: Presence) -> None:
        """How many are here, and how many of them hear the track, where that is not what the room was told last."""
        now = time.monotonic()
        places = {}
        for track_id, room in self.rooms.items():
            places[place(track_id, "here")] = {socket.who for socket in room.sockets}
            places[place(track_id, "playing")] = {each.who for each in room.sockets if each.playing_until > now}
        found = await presence.count(places)
        for track_id, room in self.rooms.items():
            if place(track_id, "here") in found:
                here, playing = found[place(track_id, "here")], found[place(track_id, "playing")]
                frame = {"type": "listeners", "track_id": track_id, "listeners": here, "playing": playing}
                if room.listeners != frame:
                    room.listeners = frame
                    self.tell(track_id, frame)

    # --- who may stay -------------------------------------------------------------------------------------------------
    async def keep_watch(self) -> None:
        """Needs no broker and no event: three queries for all rooms, and one more where something has changed."""
        while True:
            await asyncio.sleep(WATCH_EVERY_S)
            if self.rooms:
                await undisturbed(self.look())

    async def look(self) -> None:
        """Show out who may no longer open the track; for the others, remember whom they do not see."""
        known = {
            (socket.track_id, socket.viewer): sight
            for room in self.rooms.values()
            for socket, sight in room.sockets.items()
        }
        found = await self.realtime.threads.run(sights, known)
        for room in list(self.rooms.values()):
            for socket in list(room.sockets):
                asked = (socket.track_id, socket.viewer)
                if asked in found:
                    self.settle(room, socket, found[asked])

    def settle(self, room: Room, socket: RoomSocket, sight: Sight | None) -> None:
        if sight is None:
            socket.end(Close.NOT_FOUND)
        else:
            room.sockets[socket] = sight
            if socket.seat is not None:
                socket.seat.unheard = sight[1]


def sights(known: dict[Asked, Sight | None]) -> dict[Asked, Sight | None]:
    """What each viewer sees of the track that they are at now; None for those who may no longer open it.

    Whoever is in a room was let in by `visible_to`. It is asked again where something of it has changed: everybody's
    way in, or a block.
    """
    ways = open_ways(known)
    apart = unheard([viewer.user_id for _, viewer in known if viewer.user_id])
    found: dict[Asked, Sight | None] = {}
    for (track_id, viewer), before in known.items():
        is_open = (track_id, keys_of(viewer)) in ways
        now = (is_open, apart.get(viewer.user_id or 0, frozenset()))
        may = is_open if viewer.user_id is None else (is_open and now == before) or may_open(track_id, viewer)
        found[track_id, viewer] = now if may else None
    return found


def keys_of(viewer: Viewer) -> Keys:
    """What the viewer has brought along, whoever they are."""
    return viewer.secret_digest, viewer.grant


def open_ways(asked: Iterable[Asked]) -> set[tuple[int, Keys]]:
    """(track, keys) of what is open to everybody, or to everybody with these keys: a query for each set of keys."""
    by_keys: dict[Keys, set[int]] = {}
    for track_id, viewer in asked:
        by_keys.setdefault(keys_of(viewer), set()).add(track_id)
    ways: set[tuple[int, Keys]] = set()
    for keys, track_ids in by_keys.items():
        nobody = Viewer(user=AnonymousUser(), secret_digest=keys[0], grant=keys[1])
        seen = Track.objects.visible_to(nobody).filter(pk__in=track_ids)
        ways |= {(track_id, keys) for track_id in seen.values_list("pk", flat=True)}
    return ways


def may_open(track_id: int, viewer: Viewer) -> bool:
    """Whether the viewer may (still) follow the track."""
    return topics_named(f"track:{track_id}", viewer=viewer) is not None


def place(track_id: int, what: str) -> str:
    """The name of a set of people in Redis."""
    return f"earshot.room.{track_id}.{what}"


async def undisturbed(work: Awaitable[None]) -> None:
    """A database or a Redis that does not answer now may do so at the next look."""
    try:
        await work
    except (DatabaseError, InterfaceError, RedisError, OSError) as error:
        logger.warning("rooms_wait", extra={"error": str(error)})
