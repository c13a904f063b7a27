"""What one process needs to serve sockets; it lives from the server's start to its end (ASGI lifespan)."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.utils import timezone

from config.lib.realtime.closing import Close
from config.lib.realtime.follower import Follower
from config.lib.realtime.frames import build_all
from config.lib.realtime.handshakes import Handshake
from config.lib.realtime.hub import Hub
from config.lib.realtime.limits import Doors
from config.lib.realtime.threads import DatabaseThreads
from config.lib.realtime.transient import Receiver

logger = logging.getLogger(__name__)

# A session that has ended closes its sockets within this time and the time of one query.
WATCH_EVERY_S = 2.0
DATABASE_THREADS = 4
AWAY_S = 1.0


class SignedIn(Protocol):
    """A session, as far as sockets look at it."""

    pk: UUID
    user: Any


# Who opens a socket: None for nobody. Raises Refused.
SignIn = Callable[[Handshake, datetime], SignedIn | None]
# Those of the sessions that still live.
LivingSessions = Callable[[Collection[UUID], datetime], set[UUID]]


class Socket(Protocol):
    """An open socket, as far as its process looks at it."""

    session: SignedIn | None

    def end(self, code: Close) -> None:
        """Close it soon."""


class Companion(Protocol):
    """What a kind of sockets has in common within a process, with work of its own beside them."""

    def jobs(self) -> list[Callable[[], Awaitable[None]]]:
        """What runs beside the sockets."""


class Realtime:
    """The hub with what feeds it, and the sockets that are open.

    companions: each is made with this Realtime; a consumer finds its own by the class.
    """

    def __init__(
        self,
        *,
        sign_in: SignIn,
        living_sessions: LivingSessions,
        companions: Collection[Callable[["Realtime"], Companion]] = (),
    ) -> None:
        self.sign_in = sign_in
        self.living_sessions = living_sessions
        self.threads = DatabaseThreads(DATABASE_THREADS)
        self.hub = Hub()
        self.doors = Doors(most=settings.SOCKETS_PER_CALLER)
        self.sockets: set[Socket] = set()
        self.companions: dict[Any, Any] = {make: make(self) for make in companions}

    def jobs(self) -> list[Callable[[], Awaitable[None]]]:
        """What runs beside the sockets."""
        follower = Follower(self.hub, build=lambda wanted: self.threads.run(build_all, wanted))
        beside = [job for companion in self.companions.values() for job in companion.jobs()]
        return [follower.run, Receiver(self.hub).run, self.watch_sessions, *beside]

    async def watch_sessions(self) -> None:
        """Close the sockets of sessions that have ended, by sign-out, suspension or age. Needs no broker."""
        while True:
            await asyncio.sleep(WATCH_EVERY_S)
            try:
                await self.end_dead_sessions()
            except (DatabaseError, InterfaceError) as error:
                logger.warning("sessions_cannot_be_asked", extra={"error": str(error)})

    async def end_dead_sessions(self) -> None:
        """One query for all of them."""
        asked = {socket: socket.session.pk for socket in self.sockets if socket.session}
        if asked:
            living = await self.threads.run(self.living_sessions, set(asked.values()), timezone.now())
            for socket, session_id in asked.items():
                if session_id not in living:
                    socket.end(Close.NOT_SIGNED_IN)


async def lifespan(scope: Any, receive: Any, send: Any, *, make: Callable[[], Realtime]) -> None:
    """ASGI's lifespan: sockets find the process' Realtime in `scope["state"]`."""
    await receive()
    realtime = make()
    scope["state"]["realtime"] = realtime
    jobs = [asyncio.create_task(kept_running(job)) for job in realtime.jobs()]
    await send({"type": "lifespan.startup.complete"})
    await receive()
    for job in jobs:
        job.cancel()
    await asyncio.gather(*jobs, return_exceptions=True)
    await asyncio.to_thread(realtime.threads.close)
    await send({"type": "lifespan.shutdown.complete"})


async def kept_running(job: Callable[[], Awaitable[None]]) -> None:
    """A job that breaks is told and begun again: sockets that hear nothing more would look healthy."""
    while True:
        try:
            await job()
        except Exception:
            logger.exception("realtime_job_broke")
            await asyncio.sleep(AWAY_S)
