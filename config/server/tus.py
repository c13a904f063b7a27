"""Resumable uploads by tus 1.0.0, in front of whatever buffers a body. What tus does not speak of is Django's."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from django.db import close_old_connections
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from config.server.exchange import ADDRESS, Exchange

Answer = TypeVar("Answer")


class TusUploads:
    """ASGI middleware. Its database work is done by a few threads, each with a lasting connection."""

    def __init__(self, app: ASGIApp, *, threads: int = 4) -> None:
        self.app = app
        self.threads = ThreadPoolExecutor(threads, thread_name_prefix="tus")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        verb = verb_of(scope) if scope["type"] == "http" else ""
        if not verb:
            await self.app(scope, receive, send)
            return
        await Exchange({**scope, "method": verb}, receive, self.in_database).answer(send)

    async def in_database(self, work: Callable[[], Answer]) -> Answer:
        """Do in a thread what asks the database; connections that are dead or old are let go, as around a request."""
        return await asyncio.get_running_loop().run_in_executor(self.threads, partial(between_requests, work))


def between_requests(work: Callable[[], Answer]) -> Answer:
    """What Django does with connections before and after a request."""
    close_old_connections()
    try:
        return work()
    finally:
        close_old_connections()


def verb_of(scope: Scope) -> str:
    """The method, if this is a request of tus: some proxies let no PATCH through, so a header may stand in for it."""
    address, headers = ADDRESS.match(scope["path"]), Headers(scope=scope)
    if address is None:
        return ""
    verb = str(headers.get("x-http-method-override", scope["method"])).upper()
    speaks = "tus-resumable" in headers
    if verb == "OPTIONS" or (address["id"] and (verb in {"HEAD", "PATCH"} or (verb == "DELETE" and speaks))):
        return verb
    return verb if verb == "POST" and speaks and not address["id"] else ""
