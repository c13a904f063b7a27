"""Request bodies for the embedded server: spooled to disk on the event loop before a thread is taken.

Forty slow uploaders then hold forty files and not all sixteen threads; memory stays flat whatever the size.
"""

import asyncio
import re
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import IO

from django.conf import settings
from django.db import connections
from django.utils import timezone
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from accounts.authentication import ACCESS_COOKIE
from accounts.services.personal_tokens import PREFIX, use_personal_token
from accounts.tokens import with_new_life
from config.lib.metrics import count_request
from config.lib.pictures.images import MAX_BYTES
from config.lib.problems import CONTENT_TYPE, FRAME_PROBLEMS, TEMPORARY, problem
from config.lib.renderers import dumps
from config.lib.requests import CHALLENGE, log_request, request_id_from

# Where files come in forms.
FILES = re.compile(r"/api/v1/(?:me/(?:avatar|header)/|tracks/(?:[0-9]{1,18}/(?:audio|artwork)/)?)\Z")
# What is a picture and nothing else.
PICTURES = re.compile(r".*/(?:avatar|header|artwork)/\Z")
IN_MEMORY = 1024**2
PIECE = 256 * 1024
# How long a refused client may go on sending before the connection is closed.
LINGER_S = 10
# Room for the form around sound and picture.
FORM_OVERHEAD = 1024**2


class BodyTooLarge(Exception):
    """The body is larger than its sender may send."""


class DiskFull(Exception):
    """The body could not be written down."""


class ClientGone(Exception):
    """The connection ended before the body did."""


class BodySpooler:
    """ASGI middleware that hands the application a complete body.

    Large bodies are taken from the signed in only: the signature of their token is checked, which costs no query (a
    personal token one, where a file is brought).
    Anybody else's large body is not kept, so that strangers cannot fill the disk. A token that was good when the body
    began is renewed when it has come: a slow upload may outlast it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in {"GET", "HEAD", "OPTIONS", "DELETE"}:
            await self.app(scope, receive, send)
            return
        token = token_in(Headers(scope=scope))
        renewed = with_new_life(token)
        signed = bool(renewed) or (brings_file(scope) and await asyncio.to_thread(is_living, token))
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY, dir=str(settings.FILE_UPLOAD_TEMP_DIR)) as body:
            try:
                length = await read_body(
                    receive, body, declared=declared_length(scope), limit=limit_for(scope, signed=signed)
                )
            except ClientGone:
                return
            except (BodyTooLarge, DiskFull) as error:
                await refuse(refusal(scope, error, signed=signed), receive, send)
                return
            body.seek(0)
            if renewed:
                scope = with_token(scope, token, renewed)
            await self.app(with_length(scope, length), replay(body, receive), send)


def limit_for(scope: Scope, *, signed: bool) -> int:
    """The largest body, in bytes, that this request may bring."""
    if brings_file(scope) and signed:
        sound = 0 if PICTURES.match(scope["path"]) else settings.UPLOAD_MAX_BYTES
        return sound + MAX_BYTES + FORM_OVERHEAD
    return settings.DATA_UPLOAD_MAX_MEMORY_SIZE + FORM_OVERHEAD


def is_living(token: str) -> bool:
    """Whether this is a personal token that signs somebody in: nothing in it says so, so the database is asked."""
    if not token.startswith(PREFIX):
        return False
    try:
        return use_personal_token(token=token, at=timezone.now()) is not None
    finally:
        connections.close_all()  # the thread is anybody's


def brings_file(scope: Scope) -> bool:
    """Whether the address is one that takes sound or a picture."""
    return FILES.match(scope["path"]) is not None


def token_in(headers: Headers) -> str:
    """The token that comes along, in the header or in the cookie; "" without one."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return token.strip()
    cookies = (part.strip().partition("=") for part in headers.get("cookie", "").split(";"))
    return next((value for name, _, value in cookies if name == ACCESS_COOKIE), "")


def with_token(scope: Scope, token: str, renewed: str) -> Scope:
    """The request with its token renewed, in the header or the cookie in which it came."""
    headers = [
        (name, value.replace(token.encode(), renewed.encode()) if name in {b"authorization", b"cookie"} else value)
        for name, value in scope["headers"]
    ]
    return {**scope, "headers": headers}


def declared_length(scope: Scope) -> int:
    """What Content-Length says; 0 without it. (The server has refused what is no number.)"""
    return int(Headers(scope=scope).get("content-length", "0"))


def with_length(scope: Scope, length: int) -> Scope:
    """The request with the length of its body, which WSGI needs to know: a body sent in chunks came without."""
    framing = {b"content-length", b"transfer-encoding"}
    headers = [(name, value) for name, value in scope["headers"] if name not in framing]
    return {**scope, "headers": [*headers, (b"content-length", str(length).encode())]}


async def read_body(receive: Receive, sink: IO[bytes], *, declared: int, limit: int) -> int:
    """Write the body into `sink`; its length. Raises BodyTooLarge as soon as that is known, ClientGone, DiskFull."""
    received = 0
    if declared > limit:
        raise BodyTooLarge
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        chunk = message.get("body", b"")
        received += len(chunk)
        if received > limit:
            raise BodyTooLarge
        try:
            if received > IN_MEMORY:
                await asyncio.to_thread(sink.write, chunk)
            else:
                sink.write(chunk)
        except OSError as error:
            raise DiskFull from error
        if not message.get("more_body", False):
            return received


def replay(body: IO[bytes], receive: Receive) -> Callable[[], Awaitable[Message]]:
    """A `receive` that reads the spooled body, piece by piece, and then listens to the connection again."""
    finished = False

    async def next_piece() -> Message:
        nonlocal finished
        if finished:
            return await receive()
        piece = await asyncio.to_thread(body.read, PIECE)
        finished = len(piece) < PIECE
        return {"type": "http.request", "body": piece, "more_body": not finished}

    return next_piece


async def refuse(response: Response, receive: Receive, send: Send) -> None:
    """Answer, and go on taking what is sent for a while: a connection closed at once would be reset under a client that
    is still sending, and the answer lost with it."""
    await send({"type": "http.response.start", "status": response.status_code, "headers": response.raw_headers})
    await send({"type": "http.response.body", "body": response.body, "more_body": True})
    with suppress(TimeoutError):
        async with asyncio.timeout(LINGER_S):
            while (await receive()).get("more_body", False):
                pass
    await send({"type": "http.response.body", "body": b""})


def refusal(scope: Scope, error: Exception, *, signed: bool) -> Response:
    """413 as the API says it, 401 for an upload without sign-in, or 507 when there is no room for the body."""
    code = "storage_full" if isinstance(error, DiskFull) else "body_too_large"
    if brings_file(scope) and not signed:
        code = "not_authenticated"
    status, title = FRAME_PROBLEMS[code]
    request_id = request_id_from(Headers(scope=scope).get("x-request-id", ""))
    log_request(method=scope["method"], path=scope["path"], status=status, seconds=0, request_id=request_id)
    count_request(method=scope["method"], view="refused-body", status=status, seconds=0)
    body = problem(path=scope["path"], request_id=request_id, code=code, status=status, title=title)
    headers = {"Connection": "close", "X-Request-ID": request_id}
    if status == 401:
        headers["WWW-Authenticate"] = CHALLENGE
    if status in TEMPORARY:
        headers["Retry-After"] = str(TEMPORARY[status])
    return Response(dumps(body), status_code=status, headers=headers, media_type=CONTENT_TYPE)
