"""uvicorn's WebSocket protocol, with the ends that the contract names: `--ws config.server.sockets:SocketProtocol`."""

import logging
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from config.lib.realtime.closing import Close

# How long after its last word a connection may still stand, in seconds.
LINGER_S = 12.0


class SocketProtocol(WebSocketsSansIOProtocol):
    """A client that does not answer pings is idle (4408; uvicorn says 1011). A connection whose socket has ended ends
    too: otherwise one whose reader takes nothing would stand, with all that waits for it, until the reader goes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.logger = logging.getLogger("earshot.socket.protocol")  # quieter: its line of an opening has the query

    def keepalive_timeout(self) -> None:
        if not self.close_sent and not self.transport.is_closing():
            self.conn.fail(Close.IDLE, "no pong")
        super().keepalive_timeout()
        self.drop_later()

    async def run_asgi(self) -> None:
        await super().run_asgi()
        self.drop_later()

    def drop_later(self) -> None:
        """Cut what is still there in a while."""
        self.loop.call_later(LINGER_S, self.drop)

    def drop(self) -> None:
        self.transport.abort()
