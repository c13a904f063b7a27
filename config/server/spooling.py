"""Request bodies for the embedded server: spooled to disk on the event loop before a thread is taken.

Forty slow uploaders then hold forty files and not all sixteen threads; memory stays flat whatever the size.
"""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from typing import IO

from django.conf import settings
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from accounts.authentication import ACCESS_COOKIE, has_valid_signature
from config.lib.problems import CONTENT_TYPE, FRAME_PROBLEMS
from config.lib.renderers import dumps

IN_MEMORY = 1024**2
PIECE = 256 * 1024
# Room for the form around the file.
FORM_OVERHEAD = 1024**2


class BodyTooLarge(Exception):
    """The body is larger than its sender may send."""


class ClientGone(Exception):
    """The connection ended before the body did."""


class BodySpooler:
    """ASGI middleware that hands the application a complete body.

    Large bodies are taken from the signed in only: the signature of their token is checked, which costs no query.
    Anybody else's large body is not read at all, so that strangers cannot fill the disk.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in {"GET", "HEAD", "OPTIONS", "DELETE"}:
            await self.app(scope, receive, send)
            return
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY, dir=str(settings.FILE_UPLOAD_TEMP_DIR)) as body:
            try:
                await read_body(receive, body, limit=limit_for(scope))
            except ClientGone:
                return
            except BodyTooLarge:
                await refusal(scope)(scope, receive, send)
                return
            body.seek(0)
            await self.app(scope, replay(body, receive), send)


def limit_for(scope: Scope) -> int:
    """The largest body, in bytes, that this request may bring."""
    if scope["path"] == "/api/v1/tracks/" and is_signed(Headers(scope=scope)):
        return settings.UPLOAD_MAX_BYTES + FORM_OVERHEAD
    return settings.DATA_UPLOAD_MAX_MEMORY_SIZE + FORM_OVERHEAD


def is_signed(headers: Headers) -> bool:
    """Whether a token of ours comes along, in the header or in the cookie."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return has_valid_signature(token.strip())
    for part in headers.get("cookie", "").split(";"):
        name, _, value = part.strip().partition("=")
        if name == ACCESS_COOKIE:
            return has_valid_signature(value)
    return False


async def read_body(receive: Receive, sink: IO[bytes], *, limit: int) -> None:
    """Write the body into `sink`; raises BodyTooLarge as soon as that is known, ClientGone."""
    received = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        chunk = message.get("body", b"")
        received += len(chunk)
        if received > limit:
            raise BodyTooLarge
        if received > IN_MEMORY:
            await asyncio.to_thread(sink.write, chunk)
        else:
            sink.write(chunk)
        if not message.get("more_body", False):
            return


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


def refusal(scope: Scope) -> Response:
    """413 as the API says it, or 401 for an upload without sign-in."""
    code = "body_too_large"
    if scope["path"] == "/api/v1/tracks/" and not is_signed(Headers(scope=scope)):
        code = "not_authenticated"
    status, title = FRAME_PROBLEMS[code]
    body = {
        "type": f"/errors/#{code}",
        "title": title,
        "status": status,
        "code": code,
        "instance": scope["path"],
    }
    headers = {"Connection": "close"}
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="api"'
    return Response(dumps(body), status_code=status, headers=headers, media_type=CONTENT_TYPE)
