"""Tracks for tests: made by the real services; the work of ffmpeg on a second of sound is done once and shared."""

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files import File
from django.core.files.storage import default_storage
from django.utils import timezone
from mutagen.flac import FLAC, Picture
from PIL import Image

from accounts.models import User, UserCounts
from accounts.services import Device
from accounts.services.sessions import open_session
from config.lib import storage
from config.lib.custody.reconciling import reconcile, removing
from config.lib.testing import Api, write_tone
from config.lib.viewer import Viewer
from tracks import services
from tracks.audio.ffmpeg import ffmpeg_binary
from tracks.audio.limits import SourceLimits
from tracks.audio.packaging import RenditionFacts
from tracks.audio.probe import probe
from tracks.audio.tags import Tags
from tracks.audio.transcode import transcode, transcode_further
from tracks.custody import SHELVES
from tracks.models import Artwork, ProcessingStage, Rendition, Sound, Track
from tracks.queries import MEDIA_FILES
from tracks.services.processing import digest_file, store_renditions
from tracks.services.recording import Outcome, record_further, record_outcome

NO_TAGS = Tags()
# The steps of the work, as names in the module that does it.
STEPS = ("probe", "read_tags", "digest_file", "transcode", "store_renditions", "record_outcome")
VARIANTS = ("thumb.webp", "medium.webp", "large.webp")


@pytest.fixture(autouse=True)
def rooms(settings, tmp_path) -> Path:
    """Every test has a storage and a place for jobs of its own; answers the latter."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.WORK_ROOT = tmp_path / "jobs"
    return settings.WORK_ROOT


@pytest.fixture(scope="session")
def tone(tmp_path_factory) -> Path:
    """A second of sound, written once."""
    return write_tone(tmp_path_factory.mktemp("tone") / "tone.wav")


@dataclass(frozen=True)
class Made:
    """What the pipeline made of the tone, and where the files lie."""

    outcome: Outcome
    further: tuple[RenditionFacts, ...]
    folder: Path


@pytest.fixture(scope="session")
def made(tone, tmp_path_factory) -> Made:
    folder, limits = tmp_path_factory.mktemp("made"), SourceLimits()
    facts = probe(tone, limits=limits, workdir=folder)
    done = transcode(tone, facts=facts, out=folder, limits=limits, on_progress=lambda _: None)
    length_ms = done.duration_ms
    further = transcode_further(
        tone, facts=facts, waveform=done.waveform, duration_ms=length_ms, out=folder, limits=limits
    )
    outcome = Outcome(facts=facts, tags=Tags(), sha256=digest_file(tone), transcoded=done)
    return Made(outcome=outcome, further=further, folder=folder)


@pytest.fixture
def finish(made) -> Callable[..., None]:
    """Ends the work on a claimed sound as the pipeline does, but for the decoding."""

    def end(sound: Sound, *, said: Tags = NO_TAGS) -> None:
        last_step(made, sound, said=said)()

    return end


def last_step(made: Made, sound: Sound, *, said: Tags = NO_TAGS) -> Callable[[], None]:
    """Store the first rendition of a claimed sound; what is left to do for the track to be ready."""
    store_renditions(sound, made.outcome.transcoded.renditions, folder=made.folder)
    outcome = Outcome(**{**vars(made.outcome), "tags": said})
    return lambda: record_outcome(sound=sound, outcome=outcome, at=timezone.now())


@pytest.fixture
def make_ready(upload, finish, made) -> Callable[..., Track]:
    """A track that can be played, in every form."""

    def make(owner: User, *, said: Tags = NO_TAGS, **details: Any) -> Track:
        track = upload(owner, **details)
        finish(claim(track), said=said)
        complete(claim(track), made=made)
        return Track.objects.get(pk=track.pk)

    return make


@pytest.fixture
def upload_bytes() -> Callable[..., Track]:
    """Uploads whatever bytes."""

    def make(owner: User, content: Path, *, name: str = "", **details: Any) -> Track:
        with content.open("rb") as audio:
            file = File(audio, name=name or content.name)
            return services.upload_track(owner=owner, audio=file, details=details, at=timezone.now())

    return make


@pytest.fixture(scope="session")
def tagged(tone, tmp_path_factory) -> Path:
    """The tone as FLAC, with tags and a cover."""
    path = tmp_path_factory.mktemp("tagged") / "tagged.flac"
    subprocess.run([ffmpeg_binary(), "-v", "error", "-i", str(tone), str(path)], check=True)
    file = FLAC(path)
    file.update({"title": "Tagged", "artist": "Tagger", "bpm": "98", "isrc": "QZES12600001", "date": "2026-01-31"})
    cover = Picture()
    cover.type, cover.mime, cover.data = 3, "image/png", png()
    file.add_picture(cover)
    file.save()
    return path


@pytest.fixture
def waiting(owner, upload_bytes, tagged) -> Sound:
    """A sound with tags and a cover that nobody works on yet."""
    return upload_bytes(owner, tagged).sounds.get()


@pytest.fixture
def browser() -> Callable[[User], Api]:
    """A client that is signed in by cookie, as pages are."""

    def client(user: User) -> Api:
        pair = open_session(user=user, device=Device(user_agent="pytest", address="127.0.0.1"), at=timezone.now())
        signed_in = Api()
        signed_in.cookies["earshot_access"] = pair.access
        return signed_in

    return client


def png(color: str = "red") -> bytes:
    sink = BytesIO()
    Image.new("RGB", (40, 40), color).save(sink, "PNG")
    return sink.getvalue()


def claim(track: Track) -> Sound:
    """The track's newest sound, claimed by a worker."""
    sound = services.claim_sound(sound_id=Sound.objects.filter(track=track).latest("pk").pk, at=timezone.now())
    assert sound is not None
    return sound


def complete(sound: Sound, *, made: Made) -> None:
    """Store and record the other renditions of a claimed sound that plays."""
    store_renditions(sound, made.further, folder=made.folder)
    record_further(sound=sound, renditions=made.further)


def viewer(user: Any, token: str = "") -> Viewer:
    return Viewer.with_token(user=user, secret_token=token)


def tracks_count(owner: User) -> int:
    return UserCounts.objects.get(user=owner).tracks


def stored(folder: str = "") -> set[str]:
    """The keys of all stored objects; an empty folder below the roots counts as one, for it is left over too."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return set()
    if "/" in folder and not folders and not files:
        return {f"{folder}/"}
    prefix = f"{folder}/" if folder else ""
    return {f"{prefix}{name}" for name in files}.union(*(stored(f"{prefix}{name}") for name in folders))


def owned() -> set[str]:
    """The keys of the objects that rows own."""
    originals = {sound.original_key for sound in Sound.objects.all()}
    files = {
        f"{rendition.prefix}/{name}"
        for rendition in Rendition.objects.all()
        for name, (kind, _) in MEDIA_FILES.items()
        if kind == rendition.kind
    }
    return originals | files | {f"{cover.folder}/{name}" for cover in Artwork.objects.all() for name in VARIANTS}


def assert_tidy(rooms: Path) -> None:
    """Stored is what rows own, and no job has left a folder."""
    assert stored() == owned()
    assert not rooms.exists() or not list(rooms.iterdir())


def remove_orphans(*, at: datetime) -> int:
    """What the daily comparison removes; the number of objects."""
    return reconcile(shelves=SHELVES, act=removing(by="test", at=at), by="test", at=at).removed


def leave_behind(sound: Sound, *, rooms: Path, made: Made) -> None:
    """What a worker that is killed while it stores leaves: some objects, and its folder."""
    storage.store_file(key=f"{sound.attempt_prefix}/aac.mp4", path=made.folder / "aac.mp4")
    folder = rooms / f"sound-{sound.pk}-{sound.attempt}-killed"
    folder.mkdir(parents=True)
    shutil.copy(made.folder / "aac.mp4", folder / "half")


def run(sound: Sound) -> bool:
    return services.process_sound(sound_id=sound.pk)


def states(sound: Sound) -> list[str]:
    return list(ProcessingStage.objects.filter(sound=sound).order_by("position").values_list("state", flat=True))


def steal(sound: Sound) -> Sound:
    """The sweep takes the sound for abandoned, and another worker claims it."""
    at = timezone.now()
    Sound.objects.filter(pk=sound.pk).update(heartbeat_at=at - timedelta(minutes=1))
    services.sweep_sounds(at=at)
    return claim(sound.track)
