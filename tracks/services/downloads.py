"""A track as a file to keep: who may have which copy, counted."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F

from billing.services import count_download
from config.lib.errors import DomainError
from config.lib.viewer import Viewer
from tracks.capabilities import SHORTEST_LIFE, DownloadCapability, seal
from tracks.choices import Copy
from tracks.files.queries import find_file, may_take
from tracks.models import DownloadDay, Track, TrackCounts
from tracks.policies import can_edit_track, can_keep_track


class NotDownloadable(DomainError):
    code = "not_downloadable"
    status = 403
    title = "This track is not offered for download."


class OfflineNotIncluded(DomainError):
    code = "offline_not_included"
    status = 402
    title = "Your plan does not include copies for listening offline."


class NothingToDownload(DomainError):
    code = "nothing_to_download"
    title = "The track is {state}; there is no such file of it yet."


@dataclass(frozen=True)
class Download:
    """An address that hands out a file of so many bytes until it expires."""

    url: str
    filename: str
    bytes: int
    expires_at: datetime


@transaction.atomic
def take_download(*, track: Track, viewer: Viewer, copy: Copy, at: datetime) -> Download:
    """An address for somebody who is signed in and may open the track, counted unless they may
    edit it.

    It lasts an hour, which is no longer than a sound is kept that is replaced meanwhile.
    Raises NotDownloadable, OfflineNotIncluded, NothingToDownload, OverQuota.
    """
    ensure_allowed(viewer, track, copy=copy)
    found = find_file(track=track, sound=track.sound, copy=copy) if track.sound else None
    if track.sound is None or found is None:
        raise NothingToDownload(state=track.state)
    if not can_edit_track(viewer.user, track):
        count_download(user=viewer.user, at=at)
        count_track(track, at=at)
    expires_at = (at + SHORTEST_LIFE).replace(microsecond=0)
    capability = DownloadCapability(
        track_id=track.pk,
        sound_id=track.sound.pk,
        user_id=viewer.user.pk,
        secret_digest=viewer.secret_digest,
        grant=viewer.grant,
        copy=copy,
        expires_at=int(expires_at.timestamp()),
    )
    file, size = found
    url = f"{settings.SITE_URL}/media/{seal(capability)}/download"
    return Download(url=url, filename=file.filename, bytes=size, expires_at=expires_at)


def count_track(track: Track, *, at: datetime) -> None:
    """One more download on its card, and on its day."""
    day = at.astimezone(UTC).date()
    DownloadDay.objects.bulk_create([DownloadDay(track=track, day=day, downloads=0)], ignore_conflicts=True)
    DownloadDay.objects.filter(track=track, day=day).update(downloads=F("downloads") + 1)
    TrackCounts.objects.filter(track=track).update(downloads=F("downloads") + 1)


def ensure_allowed(viewer: Viewer, track: Track, *, copy: Copy) -> None:
    """Raise NotDownloadable, OfflineNotIncluded for a copy that is not for this viewer."""
    if may_take(viewer, track, copy=copy):
        return
    if copy == Copy.OFFLINE and can_keep_track(viewer.user, track):
        raise OfflineNotIncluded
    raise NotDownloadable
