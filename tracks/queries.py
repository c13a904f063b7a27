"""Answers that are not rows of one model."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db.models import Count, Exists, Min, OuterRef, QuerySet

from accounts.models import User
from accounts.querysets import in_good_standing
from config.lib.viewer import Viewer
from tracks.capabilities import Capability, DownloadCapability, expiry, seal, unseal
from tracks.cards import COUNTS
from tracks.choices import Audience, RenditionKind, State
from tracks.models import Artwork, ProcessingStage, Rendition, Sound, Track, TrackCounts, Waveform
from tracks.policies import can_hear_track

# The files that a stream may ask for, by rendition.
MEDIA_FILES = {
    "master.m3u8": (RenditionKind.AAC_HLS, "application/vnd.apple.mpegurl"),
    "aac.m3u8": (RenditionKind.AAC_HLS, "application/vnd.apple.mpegurl"),
    "aac.mp4": (RenditionKind.AAC_HLS, "audio/mp4"),
    "opus.mp4": (RenditionKind.OPUS, "audio/mp4"),
    "mp3.mp3": (RenditionKind.MP3, "audio/mpeg"),
    "preview.mp3": (RenditionKind.PREVIEW, "audio/mpeg"),
}
STREAM_FIELDS = {
    "hls_url": (RenditionKind.AAC_HLS, "master.m3u8"),
    "aac_url": (RenditionKind.AAC_HLS, "aac.mp4"),
    "opus_url": (RenditionKind.OPUS, "opus.mp4"),
    "mp3_url": (RenditionKind.MP3, "mp3.mp3"),
    "preview_url": (RenditionKind.PREVIEW, "preview.mp3"),
}
PREVIEW_FIELDS = {"preview_url"}


@dataclass(frozen=True)
class MediaFile:
    """A stored object, how it is to be labelled, and whether everybody may have it. With a file name it is to keep."""

    key: str
    content_type: str
    is_public: bool
    filename: str = ""


def listed_cards(viewer: Viewer) -> Any:
    """The rows of the list that everybody looks at first."""
    return Track.objects.visible_to(viewer).listed().for_card()


def streams(*, track: Track, viewer: Viewer, at: datetime) -> dict[str, Any]:
    """The addresses under which this viewer can play the track, of what is made so far.

    Who may not hear all of it gets the preview (`preview`), or nothing where there is none (`blocked`).
    """
    answer: dict[str, Any] = dict.fromkeys((*STREAM_FIELDS, "expires_at"))
    kinds = set(Rendition.objects.filter(sound_id=track.sound_id or 0).values_list("kind", flat=True))
    fields = {field for field, (kind, _) in STREAM_FIELDS.items() if kind in kinds}
    access = "playable" if can_hear_track(viewer.user, track) else "preview"
    if access == "preview":
        fields &= PREVIEW_FIELDS
    if track.sound_id is None or not fields:
        return {"access": "blocked", **answer}
    expires_at = expiry(duration_ms=track.duration_ms or 0, at=at)
    capability = Capability(
        track_id=track.pk,
        sound_id=track.sound_id,
        user_id=viewer.user_id,
        secret_digest=viewer.secret_digest,
        grant=viewer.grant,
        expires_at=int(expires_at.timestamp()),
    )
    base = f"{settings.SITE_URL}/media/{seal(capability)}"
    urls = {field: f"{base}/{STREAM_FIELDS[field][1]}" for field in fields}
    return {"access": access, **answer, **urls, "expires_at": expires_at.replace(microsecond=0)}


def open_media(*, capability: str, name: str, at: datetime) -> MediaFile | None:
    """The stored file behind a stream URL, if whoever holds it may still hear the track at this moment.

    For a preview it is enough to see it.
    """
    opened = unseal(capability, at=at)
    if opened is None or name not in MEDIA_FILES:
        return None
    viewer = holder(opened)
    kind, content_type = MEDIA_FILES[name]
    track = Track.objects.visible_to(viewer).filter(pk=opened.track_id).first() if viewer else None
    if viewer is None or track is None:
        return None
    if kind != RenditionKind.PREVIEW and not can_hear_track(viewer.user, track):
        return None
    rendition = Rendition.objects.filter(sound_id=opened.sound_id, sound__track_id=track.pk, kind=kind).first()
    if rendition is None:
        return None
    is_public = track.is_listed and track.audience == Audience.EVERYONE
    return MediaFile(key=f"{rendition.prefix}/{name}", content_type=content_type, is_public=is_public)


def holder(opened: Capability | DownloadCapability) -> Viewer | None:
    """Whom a capability was given to, as they are now; None for those who are suspended or leaving, whom this way shuts
    out too."""
    user = User.objects.filter(in_good_standing(), pk=opened.user_id).first() if opened.user_id else AnonymousUser()
    return Viewer(user=user, secret_digest=opened.secret_digest, grant=opened.grant) if user else None


def waveform_dat(*, track: Track) -> bytes | None:
    """The peaks of what plays now, in audiowaveform's binary format; None before there are any."""
    dat = (
        Waveform.objects.filter(sound__track=track, sound_id=track.sound_id or 0).values_list("dat", flat=True).first()
    )
    return None if dat is None else bytes(dat)


def timeline(*, track: Track, at: datetime) -> dict[str, Any]:
    """How far the newest sound of a track is. `eta_ms` is a guess from the pace so far, None without one."""
    sound = Sound.objects.filter(track=track).order_by("-pk")[0]
    stages = list(ProcessingStage.objects.filter(sound=sound).order_by("position"))
    waiting = sound.state == State.QUEUED
    return {
        "state": sound.state,
        "stages": [stage_card(stage) for stage in stages],
        "queue_position": Sound.objects.ahead_of(sound).count() + 1 if waiting else None,
        "eta_ms": eta_ms(stages, at=at) if sound.state == State.PROCESSING else None,
        "error_code": sound.failure_code or None,
        "error_message": sound.failure_reason or None,
        "renditions": sorted(Rendition.objects.filter(sound=sound).values_list("kind", flat=True)),
        "complete": sound.state == State.READY and not sound.todo,
    }


def stage_card(stage: ProcessingStage) -> dict[str, Any]:
    """One line of the timeline."""
    return {
        "name": stage.name,
        "state": stage.state,
        "progress": round(stage.progress, 3),
        "started_at": stage.started_at,
        "finished_at": stage.finished_at,
        "error_code": stage.error_code or None,
    }


def eta_ms(stages: list[ProcessingStage], *, at: datetime) -> int | None:
    """Time left of the running stage in ms, if it goes on as fast as it has begun."""
    for stage in stages:
        if stage.started_at and not stage.finished_at and stage.progress > 0:
            left = (at - stage.started_at) * (1 / stage.progress - 1)
            return max(0, left // timedelta(milliseconds=1))
    return None


@dataclass(frozen=True)
class Queue:
    """How many sounds wait for a worker, and how long the first of them has."""

    waiting: int
    longest_wait: timedelta


def queue(*, at: datetime) -> Queue:
    """Answered by the index of what is not finished, however many sounds there are."""
    row = Sound.objects.filter(state=State.QUEUED).aggregate(waiting=Count("pk"), oldest=Min("created_at"))
    return Queue(waiting=row["waiting"], longest_wait=at - (row["oldest"] or at))


def sounds_by_state() -> dict[str, int]:
    """How many sounds are in each state. Reads all of them: 0.2 s for a million."""
    return dict(Sound.objects.values_list("state").annotate(Count("pk")).order_by())


# What sounds may be picked by, on a command line: the word, and the lookup behind it.
SOUND_WORDS = {
    "id": "pk",
    "track": "track_id",
    "owner": "track__owner__username",
    "codec": "codec",
    "container": "container",
    "before": "created_at__date__lt",
    "missing": "renditions__kind",
}


def sounds_where(conditions: Sequence[str]) -> QuerySet[Sound]:
    """Sounds that play and for which every `name=value` holds, oldest first. Raises ValueError otherwise."""
    sounds = Sound.objects.filter(state=State.READY).order_by("pk")
    for condition in conditions:
        name, _, value = condition.partition("=")
        if name not in SOUND_WORDS or not value:
            raise ValueError(f"{condition!r} is not understood: it is NAME=VALUE, and NAME one of {list(SOUND_WORDS)}.")
        try:
            held = {SOUND_WORDS[name]: value}
            sounds = sounds.exclude(**held) if name == "missing" else sounds.filter(**held)
        except (ValueError, ValidationError) as error:
            raise ValueError(f"{value!r} is no value of {name}.") from error
    return sounds


def stuck_sounds(*, since: datetime) -> list[Sound]:
    """Sounds whose worker has not beaten since then, and those whose task should have been taken by then."""
    return [*Sound.objects.abandoned(heartbeat_before=since), *Sound.objects.due(at=since)]


def counts_of(track_ids: Collection[int]) -> dict[int, dict[str, int]]:
    """The numbers on the cards of these tracks, under the names that they have there; one query."""
    rows = TrackCounts.objects.filter(track_id__in=track_ids).values_list("track_id", *COUNTS)
    return {
        track_id: {f"{name}_count": n for name, n in zip(COUNTS, counts, strict=True)} for track_id, *counts in rows
    }


def trash_branches(viewer: Viewer) -> tuple[QuerySet[Track], ...]:
    """What the viewer may bring back or let go for good: their own, and what is in spaces. No row is in both."""
    return Track.objects.own_trash(viewer), Track.objects.space_trash(viewer)


def thrown_away(viewer: Viewer) -> QuerySet[Track]:
    """The rows of all branches."""
    return Track.objects.trash_of(viewer)


def to_purge(*, before: datetime) -> QuerySet[Track]:
    """What has been in the trash since then or longer, and what is on its way out."""
    return Track.objects.to_purge(before=before)


def find_cover(key: str) -> Artwork | None:
    """The cover that is stored under this key, but for those of tracks in the trash."""
    thrown_away = Track.objects.filter(artwork=OuterRef("pk"), deleted_at__isnull=False)
    return Artwork.objects.filter(~Exists(thrown_away), key=key).first()
