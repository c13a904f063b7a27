"""What the pipeline found out becomes rows, all of them or none."""

import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.db import transaction

from config.lib.events import emit
from config.lib.images import Picture, prepare_picture
from tracks.audio.probe import SourceFacts
from tracks.audio.tags import Tags
from tracks.audio.transcode import Transcoded
from tracks.choices import StageName, StageState, State, Visibility
from tracks.events import TrackReady
from tracks.models import (
    FASTEST_BPM,
    SLOWEST_BPM,
    Artwork,
    ProcessingStage,
    Rendition,
    Sound,
    Track,
    Waveform,
)
from tracks.services.artwork import stored_cover
from tracks.services.permalinks import save_with_free_permalink
from tracks.services.publishing import lock_track, publish_track
from tracks.services.queue import lock_lease
from tracks.services.quota import charge
from tracks.texts import isrc

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """All that one run of the pipeline gave; its files are stored already. `sha256` is the original's."""

    facts: SourceFacts
    tags: Tags
    sha256: str
    transcoded: Transcoded
    waveform_dat: bytes


def record_outcome(*, sound: Sound, outcome: Outcome, at: datetime) -> None:
    """Make the track ready, with its cover if the file brought one; raises LeaseLost, AudioRefused.

    The cover is decoded and stored before the rows are locked, and goes again when its row is not written.
    """
    with stored_cover(picture=picture_from(outcome.tags), at=at) as cover:
        record(sound=sound, outcome=outcome, cover=cover, at=at)


@transaction.atomic
def record(*, sound: Sound, outcome: Outcome, cover: Artwork | None, at: datetime) -> None:
    """The rows of a finished sound, and the track that plays it from now on. Raises LeaseLost, AudioRefused."""
    sound = lock_lease(sound)
    track = lock_track(sound.track_id)
    charge(sound=sound, duration_ms=outcome.transcoded.duration_ms, at=at)
    add_renditions(sound, outcome)
    sound.state = State.READY
    sound.ready_at = at
    sound.original_sha256 = outcome.sha256
    sound.duration_ms = outcome.transcoded.duration_ms
    for name in ("container", "codec", "sample_rate_hz", "channels", "bit_depth"):
        setattr(sound, name, getattr(outcome.facts, name))
    sound.save()
    if cover is not None and track.artwork_id is None:
        cover.save(force_insert=True)
        track.artwork = cover
    play(track, sound, tags=outcome.tags, at=at)
    stages = ProcessingStage.objects.filter(sound=sound, name=StageName.PUBLISH)
    stages.update(state=StageState.DONE, progress=1, started_at=at, finished_at=at)


def add_renditions(sound: Sound, outcome: Outcome) -> None:
    """One row a rendition, and the peaks."""
    Rendition.objects.bulk_create(
        Rendition(
            sound=sound,
            kind=rendition.kind,
            prefix=sound.attempt_prefix,
            codec=rendition.codec,
            bitrate_bps=rendition.bitrate_bps,
            duration_ms=rendition.duration_ms,
            bytes=sum(size for _, _, size in rendition.files),
        )
        for rendition in outcome.transcoded.renditions
    )
    Waveform.objects.create(sound=sound, dat=outcome.waveform_dat)


def play(track: Track, sound: Sound, *, tags: Tags, at: datetime) -> None:
    """Let the track play `sound`; what its owner has left out comes from the tags; public tracks are published."""
    track.sound = sound
    track.state = State.READY
    track.duration_ms = sound.duration_ms
    track.updated_at = at
    left, track.left_to_tags = track.left_to_tags, []
    taken = {name: value for name, value in values_from(tags).items() if name in left and value}
    for name, value in taken.items():
        setattr(track, name, value)
    if "title" in taken and "permalink" in left:
        save_with_free_permalink(track, wish=track.title)
    else:
        track.save()
    emit(TrackReady(track_id=track.pk, owner_id=track.owner_id))
    if track.visibility == Visibility.PUBLIC and not track.deleted_at:
        publish_track(track=track, at=at)


def values_from(tags: Tags) -> dict[str, object]:
    """Tags as values of a track's fields; what does not fit is left out."""
    return {
        "title": tags.title[:200],
        "artist": tags.artist[:200],
        "genre": tags.genre[:60],
        "key": tags.key[:12],
        "isrc": isrc(tags.isrc),
        "bpm": bpm_from(tags.bpm),
        "release_date": date_from(tags.date),
    }


def bpm_from(text: str) -> Decimal | None:
    """Beats a minute, two decimals."""
    with suppress(InvalidOperation):
        bpm = round(Decimal(text), 2)
        if SLOWEST_BPM <= bpm <= FASTEST_BPM:
            return bpm
    return None


def date_from(text: str) -> date | None:
    """A full ISO date; a year alone is none."""
    with suppress(ValueError):
        return date.fromisoformat(text[:10])
    return None


def picture_from(tags: Tags) -> Picture | None:
    """The embedded picture; one that cannot be taken is left out, for the sound matters more."""
    if tags.cover is None:
        return None
    try:
        return prepare_picture(tags.cover)
    except Exception:  # decoders of hostile pictures raise anything
        logger.warning("cover_refused", exc_info=True)
        return None
