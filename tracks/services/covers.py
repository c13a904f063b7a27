"""The cover of a track, as its owner chooses it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.files import File
from django.db import transaction

from accounts.models import User
from config.lib.events import emit
from config.lib.pictures.storing import drop_picture, stored_picture
from config.lib.pictures.taking import take_picture
from tracks.events import TrackUpdated
from tracks.models import Artwork, Track
from tracks.services.publishing import lock_open_track
from tracks.services.uploading import upload_track


def upload_covered_track(
    *,
    owner: User,
    audio: File,  # type: ignore[type-arg]  # bytes
    artwork: File | None,  # type: ignore[type-arg]  # bytes
    details: Mapping[str, Any],
    at: datetime,
) -> Track:
    """`upload_track`, with the cover that came along, if one did. Raises PictureRefused, PictureBusy too."""
    picture = take_picture(artwork) if artwork else None
    with stored_picture(Artwork, picture=picture, at=at) as cover:
        return upload_track(owner=owner, audio=audio, details={**details, "artwork": cover}, at=at)


def set_artwork(*, track: Track, image: File, at: datetime) -> Track:  # type: ignore[type-arg]  # bytes
    """Let a picture be the track's cover. Raises PictureRefused, PictureBusy, Track.DoesNotExist."""
    with stored_picture(Artwork, picture=take_picture(image), at=at) as cover:
        return put_cover(track=track, cover=cover, at=at)


def remove_artwork(*, track: Track, at: datetime) -> Track:
    """Let the track have no cover. Twice is once. Raises Track.DoesNotExist."""
    return put_cover(track=track, cover=None, at=at)


@transaction.atomic
def put_cover(*, track: Track, cover: Artwork | None, at: datetime) -> Track:
    """Put a cover, stored and not saved yet, or none, in the place of the one that is there."""
    track = lock_open_track(track.pk)
    old = track.artwork
    if old is None and cover is None:
        return track
    if cover is not None:
        cover.save(force_insert=True)
    track.artwork, track.updated_at = cover, at
    track.save(update_fields=["artwork", "updated_at"])
    if old is not None:
        drop_picture(old, reason="removed" if cover is None else "replaced", by=f"user:{track.owner_id}")
    emit(TrackUpdated(track_id=track.pk, owner_id=track.owner_id))
    return track
