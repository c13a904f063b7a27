"""What is announced live about tracks: an event in, the members of a frame out."""

from typing import Any

from tracks.choices import StageName, State
from tracks.events import SoundMatched, SoundQueued, TrackFailed, TrackReady


def processing_queued(event: SoundQueued) -> dict[str, Any]:
    """The sound waits for a worker."""
    return processing(event.track_id, State.QUEUED)


def processing_ready(event: TrackReady) -> dict[str, Any]:
    """The track can be played."""
    return processing(event.track_id, State.READY)


def processing_failed(event: TrackFailed) -> dict[str, Any]:
    """The sound was refused, or could not be processed."""
    return processing(event.track_id, State.FAILED, error_code=event.code)


def processing_held(event: SoundMatched) -> dict[str, Any]:
    """The sound is like one that is blocked; a person decides."""
    return processing(event.track_id, State.HELD)


def processing_progress(*, track_id: int, stage: StageName, progress: float) -> dict[str, Any]:
    """How far a stage is, from 0 to 1; transient."""
    return processing(track_id, State.PROCESSING, stage=stage, progress=round(progress, 3))


def processing(track_id: int, state: State, **more: Any) -> dict[str, Any]:
    """The one shape of them all."""
    nothing = {"stage": None, "progress": None, "error_code": None}
    return {"type": "track_processing", "track_id": track_id, "state": state} | nothing | more
