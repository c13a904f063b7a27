"""The body of a request as it arrives, for whoever wants nothing of it buffered."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable

from starlette.types import Receive

from config.server.spooling import ClientGone

# Seconds without a byte after which nobody is believed to be at the other end.
IDLE_S = 60.0


class Body:
    """Reads a body piece by piece. No more than what the server has already taken from the socket is in memory."""

    def __init__(self, receive: Receive) -> None:
        self.receive = receive
        self.is_over = False

    async def pieces(self, *, look: Callable[[], None], every_s: float) -> AsyncIterator[bytes]:
        """What arrives, until the end. `look` is called between the pieces, and while none comes; it may raise.

        Raises ClientGone.
        """
        heard_at = time.monotonic()
        while not self.is_over:
            look()
            try:
                async with asyncio.timeout(every_s):
                    message = await self.receive()
            except TimeoutError:
                if time.monotonic() - heard_at > IDLE_S:
                    raise ClientGone from None
                continue
            heard_at = time.monotonic()
            if message["type"] == "http.disconnect":
                raise ClientGone
            self.is_over = not message.get("more_body", False)
            yield message.get("body", b"")
