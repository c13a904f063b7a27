"""Lines out of a stream of bytes, without keeping the stream."""

from collections.abc import Callable

LINE_BYTES = 4096


class Lines:
    """Calls `consume` with each line of what is fed; what a line has beyond 4096 bytes is dropped."""

    def __init__(self, consume: Callable[[str], None]) -> None:
        self._consume = consume
        self._rest = b""

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes, cut anywhere."""
        *whole, rest = chunk.split(b"\n")
        if whole:
            whole[0] = self._rest + whole[0]
            self._rest = rest[:LINE_BYTES]
        else:
            self._rest = (self._rest + rest)[:LINE_BYTES]
        for line in whole:
            self._consume(line[:LINE_BYTES].decode("utf-8", "replace"))
