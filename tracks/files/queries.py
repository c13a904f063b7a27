"""Which file a download hands out."""

from datetime import datetime

from billing.queries import entitlements
from config.lib.viewer import Viewer
from tracks.capabilities import unseal_download
from tracks.choices import Copy, RenditionKind
from tracks.models import Rendition, Sound, Track
from tracks.policies import can_download_track, can_keep_track
from tracks.queries import MediaFile, holder
from tracks.texts import file_name

# By what the probe found and not by what the file was called: a name may promise a program.
SUFFIXES = {
    "aac": ".aac",
    "aiff": ".aiff",
    "asf": ".wma",
    "caf": ".caf",
    "flac": ".flac",
    "matroska": ".mka",
    "mp3": ".mp3",
    "mp4": ".m4a",
    "ogg": ".ogg",
    "w64": ".w64",
    "wav": ".wav",
}
# No reader takes it for anything but a file to keep.
BYTES = "application/octet-stream"


def may_take(viewer: Viewer, track: Track, *, copy: Copy) -> bool:
    """Whether this copy of a track, which the viewer may open, is for them at this moment."""
    if copy == Copy.ORIGINAL:
        return can_download_track(viewer.user, track)
    return can_keep_track(viewer.user, track) and entitlements(viewer.user).features.offline


def find_file(*, track: Track, sound: Sound, copy: Copy) -> tuple[MediaFile, int] | None:
    """The stored file of a copy, and its bytes; None as long as there is none."""
    name = f"{track.artist} - {track.title}" if track.artist else track.title
    if copy == Copy.ORIGINAL:
        filename = file_name(name, suffix=SUFFIXES.get(sound.container, ""))
        return MediaFile(sound.original_key, BYTES, is_public=False, filename=filename), sound.original_bytes
    mp3 = Rendition.objects.filter(sound=sound, kind=RenditionKind.MP3).first()
    if mp3 is None:
        return None
    key = f"{mp3.prefix}/mp3.mp3"
    return MediaFile(key, BYTES, is_public=False, filename=file_name(name, suffix=".mp3")), mp3.bytes


def open_download(*, capability: str, at: datetime) -> MediaFile | None:
    """The stored file behind the address of a download, if whoever holds it may still have it at this moment."""
    opened = unseal_download(capability, at=at)
    viewer = holder(opened) if opened else None
    if opened is None or viewer is None:
        return None
    track = Track.objects.visible_to(viewer).filter(pk=opened.track_id).first()
    if track is None or not may_take(viewer, track, copy=Copy(opened.copy)):
        return None
    sound = Sound.objects.filter(pk=opened.sound_id, track=track).first()
    found = find_file(track=track, sound=sound, copy=Copy(opened.copy)) if sound else None
    return found[0] if found else None
