"""Where a listener is in the log, as it is told to clients: an opaque text."""

import base64
import struct
from dataclasses import dataclass
from datetime import UTC, datetime

from config.lib.events.log import Cursor, CursorInvalid

PLACE = struct.Struct(">QQI")
LARGEST_ID = 2**63 - 1


@dataclass(frozen=True)
class Place:
    """After everything up to `cursor`. `at` is when that was, to the second: the log forgets, and a place that is older
    than its memory cannot be continued from."""

    cursor: Cursor
    at: datetime

    def __str__(self) -> str:
        packed = PLACE.pack(self.cursor.xid, self.cursor.id, int(self.at.timestamp()))
        return base64.urlsafe_b64encode(packed).decode().rstrip("=")

    @classmethod
    def parse(cls, text: str) -> "Place":
        """The place that was written so; raises CursorInvalid."""
        try:
            xid, id_, seconds = PLACE.unpack(base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True))
        except (ValueError, struct.error) as error:
            raise CursorInvalid(text[:40]) from error
        if id_ > LARGEST_ID:
            raise CursorInvalid(text[:40])
        return cls(Cursor(xid, id_), datetime.fromtimestamp(seconds, UTC))
