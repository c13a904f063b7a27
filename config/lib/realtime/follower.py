"""Follows the log on behalf of all sockets of a process, over one connection of its own."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import psycopg
from django.db import InterfaceError, OperationalError

from config.lib.events import CHANNEL
from config.lib.events.log import HEAD, Cursor, Entry, entries, place_of, statement
from config.lib.events.relay import address
from config.lib.realtime.frames import Frame
from config.lib.realtime.hub import Hub

logger = logging.getLogger(__name__)

BATCH = 200
# After a commit has woken us, its entry may still lie above the snapshot's xmin for a moment: naps grow from the first.
SHORTEST_NAP_S = 0.02
LONGEST_NAP_S = 1.0
AWAY_S = 1.0
# A peer that is gone without a word is noticed within seconds.
ALERT: dict[str, Any] = {"connect_timeout": 3, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3}

Wanted = Mapping[tuple[Cursor, str], Entry]
Built = dict[tuple[Cursor, str], Frame | None]
Connection = psycopg.AsyncConnection[Any]


class Follower:
    """Reads what is new and hands it to the hub: every entry once, in order, however often the database goes away.

    build: makes the frames that are asked for, away from the event loop.
    """

    def __init__(self, hub: Hub, *, build: Callable[[Wanted], Awaitable[Built]]) -> None:
        self.hub = hub
        self.build = build

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(**address(), **ALERT, autocommit=True) as database:
                    await database.execute(f"LISTEN {CHANNEL}")
                    await self.follow(database)
            except (psycopg.Error, OperationalError, InterfaceError, OSError) as error:
                logger.warning("follower_waits_for_the_database", extra={"error": str(error)})
                await asyncio.sleep(AWAY_S)

    async def follow(self, database: Connection) -> None:
        """Go on from where the hub is, or begin at the end of the log."""
        if not self.hub.begun.is_set():
            self.hub.begin(place_of(await (await database.execute(HEAD)).fetchone()))
        nap = SHORTEST_NAP_S
        while True:
            read = await self.read(database)
            if read:
                await self.hand_out(read)
                nap = SHORTEST_NAP_S
            if len(read) < BATCH:
                woken = [notify async for notify in database.notifies(timeout=nap, stop_after=1)]
                nap = SHORTEST_NAP_S if woken else min(LONGEST_NAP_S, 2 * nap)

    async def read(self, database: Connection) -> list[Entry]:
        """What stands behind the hub's position."""
        sql, values = statement(after=self.hub.position, limit=BATCH)
        return entries(await (await database.execute(sql, values)).fetchall())

    async def hand_out(self, read: list[Entry]) -> None:
        """Build what is listened for, and hand it out. Whoever joins while frames are built is asked again, so that
        from the last look to the handing out nobody can come in between."""
        built: Built = {}
        while missing := {key: entry for key, entry in self.hub.wanted(read).items() if key not in built}:
            built |= await self.build(missing)
        self.hub.hand_out(read, built)
