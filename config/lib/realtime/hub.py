"""Who listens in this process. Everything here runs on the event loop, so that no lock is needed."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from config.lib.events.log import Cursor, Entry
from config.lib.realtime.frames import Frame, is_announced
from config.lib.realtime.places import Place

logger = logging.getLogger("earshot.socket")

# So many frames wait for a reader before it counts as stalled.
WAITING_MOST = 1000


class Seat:
    """One listener: its topics, and the texts that wait to be sent to it.

    stalled: called when more wait than may; nothing more is kept for it. unheard: people of whom it is told nothing.
    """

    def __init__(
        self, *, topics: frozenset[str], stalled: Callable[[], None], unheard: frozenset[int] = frozenset()
    ) -> None:
        self.topics = topics
        self.unheard = unheard
        self.stalled = stalled
        self.waiting: asyncio.Queue[str] = asyncio.Queue(WAITING_MOST)
        # What stands in the log up to here is not for this seat: it has it, or it is replayed to it.
        self.after = Cursor(0, 0)

    def hear(self, frame: Frame) -> None:
        """Take a frame of the log, unless it was had before: on another topic, or by replay."""
        if frame.place.cursor > self.after:
            self.after = frame.place.cursor
            if self.is_for(frame):
                self.put(frame.text)

    def is_for(self, frame: Frame) -> bool:
        """Whether this listener sees everybody whose frame it is."""
        return self.unheard.isdisjoint(frame.people)

    def put(self, text: str) -> None:
        """Let a text wait for its turn."""
        try:
            self.waiting.put_nowait(text)
        except asyncio.QueueFull:
            self.stalled()

    def forget(self) -> None:
        """Let go of what waits."""
        while not self.waiting.empty():
            self.waiting.get_nowait()


class Hub:
    """Hands what comes in to the seats that follow its topic."""

    def __init__(self) -> None:
        self.seats: defaultdict[str, set[Seat]] = defaultdict(set)
        # How far the log has been handed out; nothing before the log was first seen.
        self.position = Cursor(0, 0)
        self.begun = asyncio.Event()

    def begin(self, position: Cursor) -> None:
        """Hand out what comes after this place."""
        self.position = position
        self.begun.set()

    def join(self, seat: Seat, *, since: Place | None) -> Cursor:
        """From now on the seat hears what comes. The place up to which it has to be told what it missed: nothing is
        handed out between this answer and the joining, so what comes live continues exactly there."""
        for topic in seat.topics:
            self.seats[topic].add(seat)
        seat.after = max(self.position, since.cursor) if since else self.position
        return self.position

    def leave(self, seat: Seat) -> None:
        """Nothing more is handed to the seat; leaving twice changes nothing."""
        for topic in seat.topics & self.seats.keys():
            self.seats[topic].discard(seat)
            if not self.seats[topic]:
                del self.seats[topic]

    def wanted(self, entries: Sequence[Entry]) -> dict[tuple[Cursor, str], Entry]:
        """The entries that somebody here wants to hear of, by place and topic."""
        return {
            (entry.cursor, topic): entry
            for entry in entries
            for topic in entry.topics
            if topic in self.seats and is_announced(entry, topic)
        }

    def hand_out(self, entries: Sequence[Entry], frames: Mapping[tuple[Cursor, str], Frame | None]) -> None:
        """Give the frames of the entries to their listeners, in the order of the log, and move on behind them."""
        for entry in entries:
            for topic in entry.topics:
                frame = frames.get((entry.cursor, topic))
                if frame:
                    self.tell(topic, frame)
        self.position = entries[-1].cursor

    def tell(self, topic: str, frame: Frame) -> None:
        """One frame to everybody who follows the topic."""
        seats = list(self.seats.get(topic, ()))
        facts = {"frame": frame.members["type"], "event_id": frame.place.cursor.id, "seats": len(seats)}
        logger.debug("frame", extra=facts | {"request_id": frame.request_id})
        for seat in seats:
            seat.hear(frame)

    def pass_on(self, group: str, text: str) -> None:
        """A transient frame to everybody who follows the group."""
        for seat in list(self.seats.get(group, ())):
            seat.put(text)
