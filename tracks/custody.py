"""Which stored objects the rows of this app own. Every question is asked in an order in which no row can slip through:
what an upload owns passes to its sound in one commit, so uploads are asked first."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime

from config.lib import bucket
from config.lib.custody import Claim, Shelf, names_of, stored_shelf
from config.lib.pictures.custody import picture_shelf
from config.lib.storage import StoredObject
from tracks.models import Artwork, Rendition, Sound, Upload
from tracks.queries import MEDIA_FILES
from tracks.uploads import part
from tracks.uploads.choices import Protocol, UploadState

# The parts of uploads that go straight into the bucket: they are no objects yet, and cost as much.
MULTIPARTS = "multiparts"
RESTORE = "restore it from a backup; without one"


def sound_claims(names: Collection[str]) -> Mapping[str, Claim]:
    """What sounds own, and uploads that are no sound yet."""
    claims = {upload.key: upload_claim(upload) for upload in Upload.objects.waiting().filter(key__in=names)}
    sounds = list(Sound.objects.filter(key__in=names))
    working = {sound.pk for sound in Sound.objects.claimed().filter(pk__in=[sound.pk for sound in sounds])}
    files = files_of([sound.pk for sound in sounds])
    for sound in sounds:
        again = f"{RESTORE} nothing can be made of sound {sound.pk} again, and what plays goes on playing"
        needed = {sound.original_key: again, **files.get(sound.pk, {})}
        kept = frozenset({f"{sound.attempt_prefix}/"} if sound.pk in working else ())
        claims[sound.key] = Claim(needed=needed, kept=kept)
    return claims


def upload_claim(upload: Upload) -> Claim:
    """What an upload has of its sound's folder: all of it, until its row says that it is complete."""
    sound = Sound(key=upload.key)
    if upload.state == UploadState.OPEN:
        return Claim(kept=frozenset({f"{sound.folder}/"}))
    return Claim(needed={sound.original_key: f"upload {upload.pk} is lost: its owner sends the file again"})


def files_of(sounds: Collection[int]) -> dict[int, dict[str, str]]:
    """The files of the renditions of each sound."""
    files: dict[int, dict[str, str]] = defaultdict(dict)
    for rendition in Rendition.objects.filter(sound_id__in=sounds):
        remedy = f"manage.py reprocess_tracks --where id={rendition.sound_id}"
        for name, (kind, _) in MEDIA_FILES.items():
            if kind == rendition.kind:
                files[rendition.sound_id][f"{rendition.prefix}/{name}"] = remedy
    return files


def part_claims(names: Collection[str]) -> Mapping[str, Claim]:
    """What open uploads have of their file that has not come as a whole yet."""
    opened = Upload.objects.filter(key__in=names, state=UploadState.OPEN, protocol=Protocol.TUS)
    endings = ("", part.WANTED, part.CHECKED)
    return {
        upload.key: Claim(kept=frozenset(f"{part.FOLDER}/{upload.key}{ending}" for ending in endings))
        for upload in opened
    }


def part_files() -> Iterator[StoredObject]:
    """The files of uploads that are on their way; they are on this disk wherever the objects are."""
    for path in part.folder().glob("*"):
        facts = path.stat()
        stored_at = datetime.fromtimestamp(facts.st_mtime, UTC)
        yield StoredObject(key=f"{part.FOLDER}/{path.name}", size=facts.st_size, stored_at=stored_at)


def multipart_claims(names: Collection[str]) -> Mapping[str, Claim]:
    """What open uploads have in the bucket that is no object yet."""
    opened = Upload.objects.filter(key__in=names, state=UploadState.OPEN, protocol=Protocol.S3)
    return {
        upload.key: Claim(kept=frozenset({f"{MULTIPARTS}/{upload.key}/{upload.multipart_id}"})) for upload in opened
    }


def multiparts() -> Iterator[StoredObject]:
    """The uploads in parts that the bucket keeps; what their parts weigh it does not say."""
    if bucket.is_on():
        for key, multipart_id, begun_at in bucket.list_multiparts(prefix=f"{Sound.ROOT}/"):
            name = key.split("/")[1]
            yield StoredObject(key=f"{MULTIPARTS}/{name}/{multipart_id}", size=0, stored_at=begun_at)


def abort_multipart(key: str) -> None:
    """Throw the parts of one of them away."""
    _, name, multipart_id = key.split("/", 2)
    bucket.abort_multipart(Sound(key=name).original_key, multipart_id=multipart_id)


def no_names(last: str, most: int) -> list[str]:
    """Rows that need nothing: what has not come yet cannot be missing."""
    return []


def nothing_needed(key: str) -> int:
    """Never asked: see `no_names`."""
    return 0


SHELVES = (
    stored_shelf(
        Sound.ROOT,
        claims=sound_claims,
        names=lambda last, most: sorted(
            {
                *names_of(Sound.objects.all(), last, most),
                *names_of(Upload.objects.filter(state=UploadState.COMPLETE), last, most),
            }
        )[:most],
    ),
    picture_shelf(Artwork, remedy=f"{RESTORE} its owner chooses the cover again"),
    Shelf(
        root=part.FOLDER,
        claims=part_claims,
        names=no_names,
        objects=part_files,
        size_of=nothing_needed,
        remove=lambda key: part.remove_part(key.split("/")[1].partition(".")[0]),
    ),
    Shelf(
        root=MULTIPARTS,
        claims=multipart_claims,
        names=no_names,
        objects=multiparts,
        size_of=nothing_needed,
        remove=abort_multipart,
    ),
)
