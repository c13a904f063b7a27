"""How a socket ends. The codes are those of the contract (docs: WebSockets)."""

from enum import IntEnum


class Close(IntEnum):
    """Close codes of our own; 4000 to 4999 are left to applications (RFC 6455, 7.4.2)."""

    NOT_SIGNED_IN = 4401
    NOT_ALLOWED = 4403
    NOT_FOUND = 4404
    IDLE = 4408
    TOO_FAST = 4429
    # Of the protocol itself.
    BROKEN = 1011
    LATER = 1013


class Refused(Exception):
    """The socket is not opened, or not kept."""

    def __init__(self, code: Close) -> None:
        self.code = code
        super().__init__(code.name)
