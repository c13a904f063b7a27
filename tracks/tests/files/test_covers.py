"""PUT and DELETE tracks/{track}/artwork/, and a cover that comes with an upload."""

import io
import struct
import zlib
from threading import BoundedSemaphore

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from config.lib import storage
from config.lib.pictures import taking
from config.lib.pictures.images import MAX_BYTES, VARIANTS, PictureRefused
from config.lib.testing import Api, emitted, race
from tracks import services
from tracks.audio.tags import Tags
from tracks.events import TrackUpdated
from tracks.models import Artwork, Track
from tracks.tests.conftest import assert_tidy, claim, owned, png, stored

pytestmark = pytest.mark.django_db

GPS = 0x8825


def file(content: bytes, name: str = "cover.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def photograph() -> bytes:
    """A JPEG that says where it was taken."""
    exif = Image.Exif()
    exif[GPS] = {1: "N", 2: (52.0, 30.0, 1.5)}
    sink = io.BytesIO()
    Image.new("RGB", (80, 40), "blue").save(sink, "JPEG", exif=exif)
    return sink.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A 1-bit PNG of a few kilobytes that stands for as many pixels as one likes."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes((1 + (width + 7) // 8) * height), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.fixture
def put(sign_in, owner):
    """Puts a cover and answers the response."""
    client = sign_in(owner)

    def send(track: Track, content: bytes = b"", **form):
        path = f"/api/v1/tracks/{track.pk}/artwork/"
        return client.put(path, form or {"image": file(content or png())}, format="multipart")

    return send


def artwork_of(track: Track) -> dict | None:
    track.refresh_from_db()
    return track.artwork and {"key": track.artwork.key, "color": track.artwork.color}


def test_a_cover_is_seen_at_once(put, owner, upload, rooms):
    track = upload(owner)
    with emitted() as events:
        answer = put(track)
    assert answer.status_code == 200, answer.content
    body = answer.json()["artwork"]
    assert body["color"].startswith("#f")
    assert body["placeholder"].startswith("data:image/webp;base64,")
    for size in ("thumb", "medium", "large"):
        picture = Api().get(body[size].removeprefix("http://earshot.test"))
        assert (picture.status_code, picture["Content-Type"]) == (200, "image/webp")
    assert events == [TrackUpdated(track_id=track.pk, owner_id=owner.pk)]
    assert len(artwork_of(track)["key"]) == 32
    assert_tidy(rooms)


def test_another_cover_takes_its_place_and_the_old_address_opens_nothing(
    put, owner, upload, rooms, django_capture_on_commit_callbacks
):
    track = upload(owner)
    old = put(track).json()["artwork"]["thumb"]
    with django_capture_on_commit_callbacks(execute=True):
        new = put(track, png("green")).json()["artwork"]["thumb"]
    assert [Api().get(url.removeprefix("http://earshot.test")).status_code for url in (old, new)] == [404, 200]
    assert Artwork.objects.count() == 1
    assert_tidy(rooms)


def test_a_cover_is_taken_away_once(put, sign_in, owner, upload, rooms, django_capture_on_commit_callbacks):
    track, client = upload(owner), sign_in(owner)
    put(track)
    with emitted() as events, django_capture_on_commit_callbacks(execute=True):
        for _ in range(2):
            assert client.delete(f"/api/v1/tracks/{track.pk}/artwork/").status_code == 204
    assert events == [TrackUpdated(track_id=track.pk, owner_id=owner.pk)]
    assert (artwork_of(track), Artwork.objects.count()) == (None, 0)
    assert_tidy(rooms)


def test_what_a_photograph_tells_of_its_place_is_not_kept(put, owner, upload):
    track = upload(owner)
    assert put(track, photograph()).status_code == 200
    for name in VARIANTS:
        with Image.open(io.BytesIO(storage.read(f"{track_folder(track)}/{name}"))) as picture:
            assert not picture.getexif()
            assert not {"exif", "xmp", "icc_profile"} & set(picture.info)


def track_folder(track: Track) -> str:
    track.refresh_from_db()
    return track.artwork.folder


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "it is not a JPEG, PNG or WebP file."),
        (b"GIF89a" + bytes(40), "it is not a JPEG, PNG or WebP file."),
        (bomb(13_000, 13_000), "it has more than 25 million pixels."),
        (bomb(5_001, 5_000), "it has more than 25 million pixels."),
        (png()[:-30], "it is damaged."),
        (bytes(MAX_BYTES + 1), "it is larger than 10 MB."),
    ],
    ids=["svg", "gif", "bomb", "a pixel too many", "cut off", "too large"],
)
def test_a_picture_that_is_not_taken_says_why_and_leaves_the_old_one(put, owner, upload, rooms, content, reason):
    track = upload(owner)
    put(track)
    before = artwork_of(track)
    problem = Api().problem(put(track, content), status=400, code="picture_refused")
    assert problem["reason"] == reason
    assert artwork_of(track) == before
    assert_tidy(rooms)


def test_the_largest_picture_fits_into_the_programs_memory(put, owner, upload):
    assert put(upload(owner), bomb(5_000, 5_000)).status_code == 200


def test_who_comes_while_too_many_pictures_are_decoded_is_told_when_to_come_again(put, owner, upload, monkeypatch):
    monkeypatch.setattr(taking, "AT_ONCE", BoundedSemaphore(1))
    monkeypatch.setattr(taking, "PATIENCE_S", 0.01)
    track = upload(owner)
    with taking.AT_ONCE:
        answer = put(track)
    Api().problem(answer, status=503, code="picture_busy")
    assert answer["Retry-After"] == "5"
    assert put(track).status_code == 200


@pytest.mark.parametrize(
    ("form", "complaint"),
    [
        ({"image": "just text"}, ("image", "invalid")),
        ({"title": "no picture"}, ("image", "required")),
        ({"image": file(b"")}, ("image", "empty")),
        ({"image": file(b"x"), "title": "Mine"}, ("title", "unknown")),
    ],
)
def test_a_form_that_is_wrong_says_where(put, owner, upload, form, complaint):
    problem = Api().problem(put(upload(owner), **form), status=400, code="invalid")
    assert complaint in {(error["field"], error["code"]) for error in problem["errors"]}


def test_an_upload_brings_its_cover_along(sign_in, owner, tone, rooms):
    form = {"audio": file(tone.read_bytes(), "tone.wav"), "artwork": file(png()), "title": "Night"}
    answer = sign_in(owner).post("/api/v1/tracks/", form, format="multipart")
    assert answer.status_code == 201, answer.content
    assert answer.json()["artwork"]["color"].startswith("#f")
    assert_tidy(rooms)


def test_an_upload_whose_cover_is_refused_stores_nothing(sign_in, owner, tone):
    client = sign_in(owner)
    form = {"audio": file(tone.read_bytes(), "tone.wav"), "artwork": file(b"GIF89a")}
    client.problem(client.post("/api/v1/tracks/", form, format="multipart"), status=400, code="picture_refused")
    form = {"audio": file(b"", "empty.wav"), "artwork": file(png())}
    client.problem(client.post("/api/v1/tracks/", form, format="multipart"), status=400, code="audio_empty")
    assert stored() == set()
    assert not Artwork.objects.exists()


def test_the_owners_cover_outlives_the_one_in_the_file(owner, upload, finish, rooms, put):
    track = upload(owner)
    put(track, png("green"))
    before = artwork_of(track)
    finish(claim(track), said=Tags(cover=png("red")))
    assert artwork_of(track) == before
    assert_tidy(rooms)


def test_nothing_is_changed_in_the_trash(owner, upload, rooms):
    track = upload(owner)
    services.trash_track(track=track, at=timezone.now())
    with pytest.raises(Track.DoesNotExist):
        services.set_artwork(track=track, image=file(png()), at=timezone.now())
    with pytest.raises(Track.DoesNotExist):
        services.remove_artwork(track=track, at=timezone.now())
    assert_tidy(rooms)


@pytest.mark.django_db(transaction=True)
def test_covers_that_meet_leave_one(owner, make_ready, rooms, patient_locks):
    track = make_ready(owner, visibility="private", said=Tags(cover=png()))
    moves = [lambda color=color: services.set_artwork(track=track, image=file(png(color)), at=timezone.now())
             for color in ("green", "blue", "white")]  # fmt: skip
    moves += [lambda: services.remove_artwork(track=track, at=timezone.now())]
    moves += [lambda: services.move_artwork(track_id=track.pk, artwork_id=track.artwork_id, at=timezone.now())]
    results = race(*moves)
    strange = [result for result in results if isinstance(result, Exception) and not isinstance(result, OSError)]
    assert strange == []
    assert not any(isinstance(result, PictureRefused) for result in results)
    assert Artwork.objects.count() == Track.objects.filter(artwork__isnull=False).count()
    assert stored() == owned()
