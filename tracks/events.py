from dataclasses import dataclass
from typing import ClassVar

from config.lib.events import Event

# Those who are told of all that becomes of a track.
OWNER = ("user:{owner_id}",)


@dataclass(frozen=True, kw_only=True)
class SoundQueued(Event):
    """A sound waits for a worker: fresh, handed back, or overlooked.

    `lane` says which workers take it: "short" or "long".
    """

    topics: ClassVar[tuple[str, ...]] = OWNER
    sound_id: int
    track_id: int
    owner_id: int
    lane: str = "short"


@dataclass(frozen=True, kw_only=True)
class RenditionsQueued(Event):
    """A sound that plays waits for its other renditions, or for all of them anew. `lane` as above."""

    sound_id: int
    lane: str = "short"


@dataclass(frozen=True, kw_only=True)
class TrackReady(Event):
    """A track can be played, by those who may open it."""

    topics: ClassVar[tuple[str, ...]] = OWNER
    track_id: int
    owner_id: int


@dataclass(frozen=True, kw_only=True)
class SoundMatched(Event):
    """A track's sound is like one that is blocked: it is held, and nobody hears it until a person has decided."""

    topics: ClassVar[tuple[str, ...]] = OWNER
    track_id: int
    owner_id: int
    blocked_sound_id: int


@dataclass(frozen=True, kw_only=True)
class TrackReplaced(Event):
    """A track plays another sound from now on; `sound_id` is the one that it played before."""

    topics: ClassVar[tuple[str, ...]] = OWNER
    track_id: int
    owner_id: int
    sound_id: int


@dataclass(frozen=True, kw_only=True)
class TrackFailed(Event):
    """A track's sound was refused, or could not be processed."""

    topics: ClassVar[tuple[str, ...]] = OWNER
    track_id: int
    owner_id: int
    code: str


@dataclass(frozen=True, kw_only=True)
class TrackPublished(Event):
    """A track is on the public record for the first time."""

    topics: ClassVar[tuple[str, ...]] = OWNER
    track_id: int
    owner_id: int


@dataclass(frozen=True, kw_only=True)
class TrackUpdated(Event):
    """What a track says of itself has changed."""

    topics: ClassVar[tuple[str, ...]] = OWNER
    track_id: int
    owner_id: int


@dataclass(frozen=True, kw_only=True)
class TrackWithdrawn(Event):
    """Fewer may open a track than before: it left the lists, became private, lies in the trash or has a new link.

    `artwork_id` is the cover that they saw; None of a track in the trash, which keeps its cover as it is.
    """

    topics: ClassVar[tuple[str, ...]] = OWNER
    track_id: int
    owner_id: int
    artwork_id: int | None


@dataclass(frozen=True, kw_only=True)
class TrackTrashed(Event):
    """A track lies in the trash."""

    topics: ClassVar[tuple[str, ...]] = OWNER
    track_id: int
    owner_id: int


@dataclass(frozen=True, kw_only=True)
class TrackRestored(Event):
    """A track is back from the trash, as it was."""

    topics: ClassVar[tuple[str, ...]] = OWNER
    track_id: int
    owner_id: int


@dataclass(frozen=True, kw_only=True)
class TrackCondemned(Event):
    """A track in the trash is to go for good, and nobody brings it back any more."""

    topics: ClassVar[tuple[str, ...]] = OWNER
    track_id: int
    owner_id: int


@dataclass(frozen=True, kw_only=True)
class TrackPurged(Event):
    """A track is gone for good, with all that was stored of it."""

    topics: ClassVar[tuple[str, ...]] = OWNER
    track_id: int
    owner_id: int


@dataclass(frozen=True, kw_only=True)
class TrackMoved(Event):
    """A track is in another space from now on, or in none."""

    topics: ClassVar[tuple[str, ...]] = OWNER
    track_id: int
    owner_id: int
    space_id: int | None
    former_space_id: int | None


@dataclass(frozen=True, kw_only=True)
class TrackPassed(Event):
    """A track is another person's from now on, because who brought it is in its space no longer, or the space is
    gone."""

    topics: ClassVar[tuple[str, ...]] = (*OWNER, "user:{former_owner_id}")
    track_id: int
    owner_id: int
    former_owner_id: int
