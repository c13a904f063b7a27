from dataclasses import dataclass
from typing import ClassVar

from config.lib.events import Event

# Those who are told of all that becomes of a playlist.
OWNER = ("user:{owner_id}",)


@dataclass(frozen=True, kw_only=True)
class PlaylistCreated(Event):
    """There is a new playlist."""

    topics: ClassVar[tuple[str, ...]] = OWNER
    playlist_id: int
    owner_id: int


@dataclass(frozen=True, kw_only=True)
class PlaylistUpdated(Event):
    """What a playlist says of itself has changed."""

    topics: ClassVar[tuple[str, ...]] = OWNER
    playlist_id: int
    owner_id: int


@dataclass(frozen=True, kw_only=True)
class PlaylistPublished(Event):
    """A playlist is on the public record for the first time."""

    topics: ClassVar[tuple[str, ...]] = OWNER
    playlist_id: int
    owner_id: int


@dataclass(frozen=True, kw_only=True)
class PlaylistWithdrawn(Event):
    """Fewer may open a playlist than before: it left the lists, became private, or has a new link.

    `artwork_id` is the chosen picture that they saw.
    """

    topics: ClassVar[tuple[str, ...]] = OWNER
    playlist_id: int
    owner_id: int
    artwork_id: int | None


@dataclass(frozen=True, kw_only=True)
class PlaylistTrackAdded(Event):
    """A track is in a playlist from now on."""

    topics: ClassVar[tuple[str, ...]] = OWNER
    playlist_id: int
    owner_id: int
    track_id: int


@dataclass(frozen=True, kw_only=True)
class PlaylistTrackRemoved(Event):
    """A track is in a playlist no longer."""

    topics: ClassVar[tuple[str, ...]] = OWNER
    playlist_id: int
    owner_id: int
    track_id: int


@dataclass(frozen=True, kw_only=True)
class PlaylistReordered(Event):
    """The tracks of a playlist are in another order."""

    topics: ClassVar[tuple[str, ...]] = OWNER
    playlist_id: int
    owner_id: int


@dataclass(frozen=True, kw_only=True)
class PlaylistCoverOutdated(Event):
    """The first tracks of a playlist show other covers than its composed picture does."""

    playlist_id: int


@dataclass(frozen=True, kw_only=True)
class TrackMiscounted(Event):
    """A track is in more playlists than one transaction corrects; `after_id`: the last one that was looked at."""

    track_id: int
    after_id: int


@dataclass(frozen=True, kw_only=True)
class TracksOfMiscounted(Event):
    """Somebody came into good standing, or out of it, and not all of their tracks have been followed in playlists yet.

    `after_id`: the last track that was.
    """

    user_id: int
    after_id: int


@dataclass(frozen=True, kw_only=True)
class ItemsOrphaned(Event):
    """Playlists have rows of tracks that are gone for good, more than one transaction removes."""


@dataclass(frozen=True, kw_only=True)
class PlaylistTrashed(Event):
    """A playlist lies in the trash."""

    topics: ClassVar[tuple[str, ...]] = OWNER
    playlist_id: int
    owner_id: int


@dataclass(frozen=True, kw_only=True)
class PlaylistRestored(Event):
    """A playlist is back from the trash."""

    topics: ClassVar[tuple[str, ...]] = OWNER
    playlist_id: int
    owner_id: int


@dataclass(frozen=True, kw_only=True)
class PlaylistPurged(Event):
    """A playlist is gone for good, with all that was stored of it."""

    topics: ClassVar[tuple[str, ...]] = OWNER
    playlist_id: int
    owner_id: int


@dataclass(frozen=True, kw_only=True)
class PlaylistMoved(Event):
    """A playlist is in another space from now on, or in none."""

    topics: ClassVar[tuple[str, ...]] = OWNER
    playlist_id: int
    owner_id: int
    space_id: int | None
    former_space_id: int | None


@dataclass(frozen=True, kw_only=True)
class PlaylistPassed(Event):
    """A playlist is another person's from now on: who made it is in its space no longer, or the space is gone."""

    topics: ClassVar[tuple[str, ...]] = (*OWNER, "user:{former_owner_id}")
    playlist_id: int
    owner_id: int
    former_owner_id: int
