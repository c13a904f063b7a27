"""The base of every socket: who opens it, what it follows, how it ends."""

import asyncio
import logging
import time
from contextlib import suppress
from typing import Any, ClassVar

import orjson
import structlog
from channels.consumer import get_handler_name
from channels.generic.websocket import AsyncWebsocketConsumer
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, InterfaceError
from django.http import Http404
from django.utils import timezone
from rest_framework.exceptions import ValidationError

from config.lib.errors import DomainError
from config.lib.events.log import CursorInvalid
from config.lib.metrics import FRAMES, SOCKETS
from config.lib.problems import translate
from config.lib.realtime.closing import Close, Refused
from config.lib.realtime.handshakes import Handshake
from config.lib.realtime.hub import Seat
from config.lib.realtime.limits import TokenBucket
from config.lib.realtime.places import Place
from config.lib.realtime.process import Realtime, SignedIn
from config.lib.realtime.replay import missed
from config.lib.renderers import dumps
from config.lib.viewer import Viewer

logger = logging.getLogger("earshot.socket")

# What a client may send: bytes a frame, frames at once, and frames a second after that.
FRAME_BYTES_MOST = 16 * 1024
BURST = 30
FRAMES_PER_S = 5
# How long a socket waits for a log that has not been seen since the process began.
BEGIN_PATIENCE_S = 10
HANG_UP_PATIENCE_S = 1

FRAME_ERRORS = {
    "cursor_invalid": "This is no cursor; what came before has to be fetched.",
    "frame_invalid": "A frame is a JSON object with a `type`.",
    "frame_too_large": f"A frame has at most {FRAME_BYTES_MOST} bytes.",
    "frame_unknown": "Frames of this type are not taken here.",
}


class SocketConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]  # Channels has no types
    """One open socket. It holds no database connection and waits for no broker.

    Subclasses say what it follows (`topics`) and what it takes (`handlers`: type of a frame -> name of the method that
    gets it). Both run on the event loop: what asks the database goes through `self.call`. `pattern` is its path in the
    metrics: never with an id.
    """

    pattern: ClassVar[str]
    handlers: ClassVar[dict[str, str]] = {}

    async def topics(self) -> frozenset[str]:
        """What this socket follows; raises Refused for those who may not."""
        raise NotImplementedError

    async def unheard(self) -> frozenset[int]:
        """The people of whom this socket is told nothing."""
        return frozenset()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.realtime: Realtime = scope["state"]["realtime"]
        self.handshake = Handshake.of(scope)
        self.named: dict[str, str] = scope.get("url_route", {}).get("kwargs", {})
        self.session: SignedIn | None = None
        self.caller = ""
        self.seat: Seat | None = None
        self.writer: asyncio.Task[None] | None = None
        self.code: int | None = None
        self.task = asyncio.current_task()
        self.bucket = TokenBucket(burst=BURST, per_s=FRAMES_PER_S, now=time.monotonic())
        with structlog.contextvars.bound_contextvars(request_id=self.handshake.request_id):
            begun = time.monotonic()
            try:
                await self.live(scope, receive, send)
            finally:
                self.leave()
                self.log("socket_closed", code=self.code, seconds=round(time.monotonic() - begun, 1))

    async def live(self, scope: Any, receive: Any, send: Any) -> None:
        """From the handshake to the end, however that comes."""
        try:
            await super().__call__(scope, receive, send)
        except Refused as refused:
            await self.hang_up(refused.code)
        except asyncio.CancelledError:
            if self.code is None or self.task is None:
                raise  # not by `end`: the server stops
            self.task.uncancel()
            await self.hang_up(self.code)
        except (DatabaseError, InterfaceError) as error:
            logger.warning("socket_without_database", extra={"error": str(error)})
            await self.hang_up(Close.LATER)
        except OSError:
            self.code = self.code or 1006  # the client went while something was sent to it
        except Exception:
            logger.exception("socket_broke")
            await self.hang_up(Close.BROKEN)

    async def dispatch(self, message: Any) -> None:
        """Channels looks for old database connections before each message, in a thread; here are none."""
        await getattr(self, get_handler_name(message))(message)

    # --- opening ------------------------------------------------------------------------------------------------------
    async def connect(self) -> None:
        """Accept first: browsers see a close code only of a socket that was open."""
        await self.accept()
        self.session = await self.call(self.realtime.sign_in, self.handshake, timezone.now())
        self.enter(f"user:{self.session.user.pk}" if self.session else f"address:{self.handshake.address}")
        topics = await self.topics()
        try:
            async with asyncio.timeout(BEGIN_PATIENCE_S):
                await self.realtime.hub.begun.wait()
        except TimeoutError:
            raise Refused(Close.LATER) from None
        seat = Seat(topics=topics, stalled=lambda: self.end(Close.IDLE), unheard=await self.unheard())
        self.seat = seat
        greeting = await self.join(seat)
        self.log("socket_opened")
        self.writer = asyncio.create_task(self.write(seat, greeting))

    def enter(self, caller: str) -> None:
        """Be counted, and be found when the session ends; raises Refused."""
        self.realtime.doors.enter(caller)
        self.caller = caller
        self.realtime.sockets.add(self)
        SOCKETS.labels(self.pattern).inc()

    async def join(self, seat: Seat) -> list[str]:
        """Take the seat; what has to be sent before anything that comes live: hello, and what was missed."""
        wish = self.handshake.query.get("since")
        if wish is None:
            return [as_text({"type": "hello", "cursor": self.sit_down(seat)})]
        try:
            since = Place.parse(wish)
        except CursorInvalid:
            return self.begin_anew(seat, error_frame("cursor_invalid"))
        upto = self.realtime.hub.join(seat, since=since)
        frames = await self.call(missed, topics=seat.topics, since=since, upto=upto, at=timezone.now())
        if frames is None:
            return self.begin_anew(seat)
        return [as_text({"type": "hello", "cursor": wish}), *(frame.text for frame in frames if seat.is_for(frame))]

    def begin_anew(self, seat: Seat, *complaints: str) -> list[str]:
        """What is sent to somebody who has to fetch everything, because what was missed cannot be told."""
        here = self.sit_down(seat)
        seat.forget()
        hello, resync = ({"type": kind, "cursor": here} for kind in ("hello", "resync"))
        return [as_text(hello), *complaints, as_text(resync)]

    def sit_down(self, seat: Seat) -> str:
        """Hear what comes from now on; the cursor of this place."""
        return str(Place(self.realtime.hub.join(seat, since=None), timezone.now()))

    # --- sending ------------------------------------------------------------------------------------------------------
    async def write(self, seat: Seat, greeting: list[str]) -> None:
        """Send what waits, one after the other, as fast as the reader takes it."""
        with suppress(OSError):  # gone; the reading side hears of it too
            sent = FRAMES.labels(self.pattern)
            for text in greeting:
                await self.write_one(text, sent)
            while True:
                await self.write_one(await seat.waiting.get(), sent)

    async def write_one(self, text: str, sent: Any) -> None:
        """A frame to the server itself: what Channels' own `send` does beside that, each frame would pay for."""
        await self.base_send({"type": "websocket.send", "text": text})
        sent.inc()

    def tell(self, frame: dict[str, Any]) -> None:
        """A frame for this socket alone; it waits behind those that came before."""
        if self.seat is not None:
            self.seat.put(as_text(frame))

    # --- receiving ----------------------------------------------------------------------------------------------------
    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """One frame of the client: what is wrong with it is told, and the socket stays."""
        if not self.bucket.take(time.monotonic()):
            raise Refused(Close.TOO_FAST)
        text = text_data or ""
        if len(text.encode()) > FRAME_BYTES_MOST:
            self.refuse_frame("frame_too_large")
            return
        content = parsed(text)
        if content is None:
            self.refuse_frame("frame_invalid")
        elif content["type"] not in self.handlers:
            self.refuse_frame("frame_unknown")
        else:
            await self.take(content)

    async def take(self, content: dict[str, Any]) -> None:
        """Hand a frame to its method; a rule that says no is told, with the frame's `client_id`."""
        try:
            await getattr(self, self.handlers[content["type"]])(content)
        except (DomainError, ValidationError, Http404) as error:
            named = {name: content[name] for name in ("client_id",) if isinstance(content.get(name), str)}
            code, message, facts = told(error)
            self.tell({"type": "error", "code": code, "message": message, **facts, **named})

    def refuse_frame(self, code: str) -> None:
        self.tell({"type": "error", "code": code, "message": FRAME_ERRORS[code]})

    async def call(self, function: Any, *args: Any, **kwargs: Any) -> Any:
        """Ask the database, in one of the process' few threads."""
        return await self.realtime.threads.run(function, *args, **kwargs)

    @property
    def viewer(self) -> Viewer:
        """Who looks through this socket."""
        words = self.handshake.query
        keys = {name: words.get(name, "") for name in ("secret_token", "grant")}
        return Viewer.with_token(user=self.session.user if self.session else AnonymousUser(), **keys)

    # --- ending -------------------------------------------------------------------------------------------------------
    def end(self, code: Close) -> None:
        """Close soon, whatever the socket is doing; the first reason counts."""
        if self.code is None and self.task is not None:
            self.code = code
            self.task.cancel()

    async def hang_up(self, code: int) -> None:
        """Send the close frame; a reader that takes nothing gets none, and the server drops it."""
        self.code = code
        if self.writer is not None:
            self.writer.cancel()
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(HANG_UP_PATIENCE_S):
                await self.close(code)

    async def disconnect(self, code: int) -> None:
        """Called by Channels when the client went."""
        self.code = self.code or code

    def leave(self) -> None:
        """Let go of everything that this socket had."""
        if self.writer is not None:
            self.writer.cancel()
        if self.seat is not None:
            self.realtime.hub.leave(self.seat)
        if self.caller:
            self.realtime.doors.leave(self.caller)
            self.realtime.sockets.discard(self)
            SOCKETS.labels(self.pattern).dec()

    def log(self, event: str, **facts: Any) -> None:
        """A line of this socket; its path comes without the query, where tickets stand."""
        user_id = self.session.user.pk if self.session else None
        logger.info(event, extra={"path": self.handshake.path, "user_id": user_id, **facts})


class NotFoundConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]  # likewise
    """What stands at every address where nothing is."""

    async def connect(self) -> None:
        await self.accept()
        await self.close(Close.NOT_FOUND)


def told(error: Exception) -> tuple[str, str, dict[str, Any]]:
    """(code, sentence, facts) of a rule that said no, the same as over HTTP."""
    translated = translate(error)
    if translated is None:
        raise error
    _, code, title, facts, _ = translated
    return code, title, facts


def as_text(frame: dict[str, Any]) -> str:
    return dumps(frame).decode()


def error_frame(code: str) -> str:
    return as_text({"type": "error", "code": code, "message": FRAME_ERRORS[code]})


def parsed(text: str) -> dict[str, Any] | None:
    """A frame of a client, or None for what is none."""
    try:
        content = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    is_frame = isinstance(content, dict) and isinstance(content.get("type"), str)
    return content if is_frame else None
