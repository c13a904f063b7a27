from dataclasses import dataclass
from typing import ClassVar

from config.lib.events import Event

# Those who are told of all that becomes of a playlist.
OWNER = ("user:{owner_id}",)


@dataclass(frozen=True, kw_only=True)
class PlaylistPurged(Event):
    """A playlist is gone for good, with all that was stored of it."""

    topics: ClassVar[tuple[str, ...]] = OWNER
    playlist_id: int
    owner_id: int
