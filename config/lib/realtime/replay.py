"""What was missed: the same frames as live, read from the same log."""

from collections.abc import Collection
from datetime import datetime

from config.lib.events import log
from config.lib.events.log import Cursor
from config.lib.events.partitions import RETENTION
from config.lib.realtime.frames import Frame, first_frame, types_for
from config.lib.realtime.places import Place

MOST = 500


def missed(*, topics: Collection[str], since: Place, upto: Cursor, at: datetime) -> list[Frame] | None:
    """The frames of these topics after `since`, up to and with `upto`, in the order of the log.

    None when they cannot be told: more than 500, longer ago than the log remembers, or a place that is not in this log
    (a restored backup begins to count anew). Then the caller's state has to be fetched again.
    """
    if at - since.at > RETENTION or (since.cursor > upto and since.cursor > log.head()):
        return None
    types = types_for(topics)
    if not types:
        return []
    found = log.read(after=since.cursor, limit=MOST + 1, topics=topics, types=types)
    entries = [entry for entry in found if entry.cursor <= upto]
    if len(entries) > MOST:
        return None
    return [frame for entry in entries if (frame := first_frame(entry, topics))]
