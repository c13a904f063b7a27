"""What tracks holds of a person: what they have uploaded and said of it."""

from collections.abc import Iterator

from django.utils import timezone

from config.lib import storage
from config.lib.privacy import Holding, StoredFile, Table, documents
from social.services import vacate_spaces
from tracks.files.queries import SUFFIXES
from tracks.models import Artwork, Sound, Track, TrackCounts, TrackShareLink, Upload
from tracks.services import purge_track
from tracks.uploads.choices import UploadState
from tracks.uploads.services import erase_uploads

TABLES = (
    Table(
        name="tracks/tracks",
        model=Track,
        of="owner_id",
        columns=(
            "id", "space_id", "title", "permalink", "artist", "credits", "description", "genre", "tags", "license",
            "purchase_url", "audience", "visibility", "secret_token", "downloadable", "comments_enabled", "explicit",
            "release_date", "isrc", "bpm", "key", "artwork_id", "sound_id", "state", "duration_ms", "created_at",
            "updated_at", "published_at", "publish_at", "deleted_at",
        ),
        about="Every track, those in the trash too. `tracks/artwork/<artwork_id>.webp` is its cover.",
    ),
    Table(
        name="tracks/counts",
        model=TrackCounts,
        of="track__owner_id",
        columns=("track_id", "plays", "likes", "reposts", "comments", "downloads"),
        about="The numbers on the tracks' cards.",
    ),
    Table(
        name="tracks/share_links",
        model=TrackShareLink,
        of="track__owner_id",
        columns=(
            "id", "track_id", "label", "permission", "expires_at", "max_uses", "uses", "created_at", "last_opened_at",
        ),
        about="Links that were handed out to open the tracks, each with how often it was opened.",
        withheld=(("password", "a hash, which only opening the link compares"),),
    ),
    Table(
        name="tracks/sounds",
        model=Sound,
        of="track__owner_id",
        columns=(
            "id", "track_id", "state", "failure_code", "failure_reason", "original_name", "original_bytes",
            "original_sha256", "container", "codec", "sample_rate_hz", "channels", "bit_depth", "duration_ms",
            "integrated_lufs", "true_peak_dbtp", "range_lu", "created_at", "ready_at",
        ),
        about="The sound files of the tracks. `tracks/audio/<track_id>-<permalink>/<id>.*` is what was uploaded.",
    ),
    Table(
        name="tracks/uploads",
        model=Upload,
        of="owner_id",
        columns=(
            "id", "filename", "size", "content_type", "sha256", "metadata", "protocol", "state", "sound_id",
            "created_at", "expires_at", "ended_at",
        ),
        about="Files on their way in. `tracks/uploads/<id>` is one that is complete and no track yet.",
    ),
)  # fmt: skip


def export(user_id: int) -> Iterator[Holding]:
    """All that is handed out: what was uploaded as it was, and covers in their largest form; nothing that we made of
    the sound."""
    yield from documents(TABLES, user_id)
    for sound in Sound.objects.filter(track__owner_id=user_id).select_related("track").order_by("pk").iterator():
        name = f"tracks/audio/{sound.track_id}-{sound.track.permalink}/{sound.pk}{SUFFIXES.get(sound.container, '')}"
        yield StoredFile(name=name, key=sound.original_key, size=sound.original_bytes)
    covers = Artwork.objects.filter(pk__in=Track.objects.filter(owner_id=user_id).values("artwork"))
    for cover in covers.order_by("pk").iterator():
        key = f"{cover.folder}/large.webp"
        yield StoredFile(name=f"tracks/artwork/{cover.pk}.webp", key=key, size=storage.size_of(key) or 0)
    for upload in Upload.objects.filter(owner_id=user_id, state=UploadState.COMPLETE).order_by("pk").iterator():
        key = Sound(key=upload.key).original_key
        yield StoredFile(name=f"tracks/uploads/{upload.pk}", key=key, size=upload.size)


def erase(user_id: int) -> None:
    """Leave nothing of what the person has uploaded, but for what is others' too: that passes to the owners of its
    spaces. Twice is once. Raises UploadLocked."""
    vacate_spaces(user_id=user_id, at=timezone.now())
    erase_uploads(owner_id=user_id, at=timezone.now())
    for track_id in list(Track.objects.filter(owner_id=user_id).order_by("pk").values_list("pk", flat=True)):
        purge_track(track_id=track_id, reason="its owner was erased", at=timezone.now())
