"""Uploads that go straight into the bucket, and instances that live in one."""

from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from config import env
from config.lib import bucket, storage
from config.lib.bucket import BucketRefused
from config.lib.pictures.images import prepare_picture
from config.lib.pictures.storing import stored_picture
from config.lib.testing_bucket import make_bucket, rclone
from tracks.models import Artwork, Sound, Track, Upload
from tracks.tests.conftest import owned, png, remove_orphans, run, stored
from tracks.tests.uploads.conftest import files
from tracks.uploads import parts, services
from tracks.uploads.choices import UploadState
from tracks.uploads.services.states import object_of

pytestmark = pytest.mark.django_db

PATH = "/api/v1/uploads/"
TRACKS = "/api/v1/tracks/"
MB = 1024**2


def now():
    return timezone.now()


@pytest.fixture
def client(in_bucket, sign_in, owner, settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    return sign_in(owner)


def announce(client, size: int) -> dict:
    answer = client.post(PATH, {"filename": "tone.wav", "size": size})
    assert answer.status_code == 201, answer.content
    return answer.json()


def put(client, upload: dict, content: bytes) -> list[dict[str, object]]:
    """Send all parts, as somebody who has only what the API tells; answers what `complete/` wants to know."""
    numbers = list(range(1, upload["parts_count"] + 1))
    signed = client.post(f"{PATH}{upload['id']}/parts/", {"numbers": numbers}).json()["parts"]
    sent = []
    for part in signed:
        start = (part["number"] - 1) * upload["part_size"]
        answer = httpx.put(part["url"], content=content[start : start + part["size"]], timeout=60)
        assert answer.status_code == 200, answer.text
        sent.append({"number": part["number"], "etag": answer.headers["etag"]})
    return sent


def complete(client, upload: dict, sent: list[dict[str, object]]):
    return client.post(f"{PATH}{upload['id']}/complete/", {"parts": sent})


def multiparts() -> list[tuple[str, str]]:
    return [(key, name) for key, name, _ in bucket.list_multiparts(prefix="")]


@pytest.mark.parametrize(
    ("size", "step", "count"),
    [
        (1, 16 * MB, 1),
        (16 * MB, 16 * MB, 1),
        (16 * MB + 1, 16 * MB, 2),
        (4096 * MB, 16 * MB, 256),
        (160_000 * MB, 16 * MB, 10_000),
        (160_000 * MB + 1, 17 * MB, 9_412),
    ],
)
def test_a_file_is_cut_into_whole_mebibytes_and_no_more_parts_than_s3_takes(size, step, count):
    assert (parts.part_size(size), parts.parts_count(size)) == (step, count)
    last = parts.size_of_part(count, size=size)
    assert 0 < last <= step
    assert (count - 1) * step + last == size


def test_a_file_goes_into_the_bucket_and_becomes_a_track_there(client, tone, monkeypatch):
    monkeypatch.setattr(parts, "SMALLEST_PART", 5 * MB)
    content = tone.read_bytes() + bytes(6 * MB)
    upload = announce(client, len(content))
    assert (upload["protocol"], upload["part_size"], upload["parts_count"]) == ("s3", 5 * MB, 2)
    done = complete(client, upload, put(client, upload, content))
    assert (done.status_code, done.json()["state"]) == (200, "complete")
    again = complete(client, upload, [{"number": 1, "etag": "whatever"}])
    assert (again.status_code, again.json()["state"]) == (200, "complete")
    assert files() == set()

    track = client.post(TRACKS, {"upload_id": upload["id"], "title": "Night bus"})
    assert track.status_code == 201, track.content
    sound = Sound.objects.get()
    assert storage.read(sound.original_key) == content
    assert run(sound)
    assert Track.objects.get().state == "ready"
    assert stored() == owned()
    assert multiparts() == []


def test_what_is_ready_plays_from_the_bucket(client, owner, make_ready):
    public, private = make_ready(owner), make_ready(owner, visibility="private", title="Hidden")
    for track, life in ((public, 3600), (private, 60)):
        streams = client.get(f"{TRACKS}{track.pk}/streams/").json()
        for field in ("aac_url", "mp3_url"):
            answer = client.get(streams[field].removeprefix("http://earshot.test"))
            assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (302, "*")
            assert answer["Cache-Control"] == "no-store"
            assert f"X-Amz-Expires={life}" in answer["Location"]
            ranged = httpx.get(answer["Location"], headers={"Range": "bytes=0-9"}, timeout=60)
            assert (ranged.status_code, len(ranged.content)) == (206, 10)
            assert ranged.headers["content-type"].startswith("audio/")
            asked = client.head(streams[field].removeprefix("http://earshot.test"))
            assert httpx.head(asked["Location"], timeout=60).status_code == 200
        playlist = client.get(streams["hls_url"].removeprefix("http://earshot.test"))
        assert (playlist.status_code, playlist["Cache-Control"]) == (200, "private, no-cache")
        assert b"aac.m3u8" in playlist.content


def test_covers_come_from_the_bucket(client, picture_of):
    cover = picture_of(png())
    answer = client.get(f"/files/{cover.key}/thumb.webp")
    assert (answer.status_code, answer["Cache-Control"]) == (302, "public, max-age=1800")
    shown = httpx.get(answer["Location"], timeout=60)
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/webp")


@pytest.fixture
def picture_of():
    """A stored cover made of these bytes."""

    def make(content: bytes):
        with stored_picture(Artwork, picture=prepare_picture(content), at=now()) as cover:
            cover.save()
        return cover

    return make


def test_bytes_that_come_by_tus_end_in_the_bucket_too(in_bucket, owner, arrived, tone, settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    upload = arrived(owner)
    assert storage.read(object_of(upload)) == tone.read_bytes()
    assert files() == set()


def test_parts_that_make_no_file_are_told_and_can_be_sent_again(client, tone):
    content = tone.read_bytes()
    upload = announce(client, len(content))
    for numbers in ([2], [1, 10_000]):
        answer = client.post(f"{PATH}{upload['id']}/parts/", {"numbers": numbers})
        client.problem(answer, status=409, code="parts_wrong")
    client.problem(complete(client, upload, [{"number": 1, "etag": "x"}]), status=409, code="parts_wrong")
    client.problem(client.post(TRACKS, {"upload_id": upload["id"]}), status=409, code="upload_incomplete")
    assert complete(client, upload, put(client, upload, content)).status_code == 200
    answer = client.post(f"{PATH}{upload['id']}/parts/", {"numbers": [1]})
    client.problem(answer, status=409, code="upload_complete")


def test_a_completion_whose_answer_was_lost_is_noticed(client, tone, monkeypatch):
    content = tone.read_bytes()
    upload = announce(client, len(content))
    sent = put(client, upload, content)
    real = bucket.complete_multipart

    def lost(key, **named):
        real(key, **named)
        raise BucketRefused("NoSuchUpload")

    monkeypatch.setattr(bucket, "complete_multipart", lost)
    assert complete(client, upload, sent).json()["state"] == "complete"


def test_a_file_of_another_size_than_announced_is_thrown_away(
    client, tone, monkeypatch, django_capture_on_commit_callbacks
):
    """A server that lets a part be larger than its signature says, as moto does."""
    upload = announce(client, 10)
    signed = client.post(f"{PATH}{upload['id']}/parts/", {"numbers": [1]}).json()["parts"]
    etag = httpx.put(signed[0]["url"], content=b"x" * 11, timeout=60).headers["etag"]
    with django_capture_on_commit_callbacks(execute=True):
        problem = client.problem(
            complete(client, upload, [{"number": 1, "etag": etag}]), status=409, code="upload_size_wrong"
        )
    assert (problem["size"], problem["came"]) == (10, 11)
    assert Upload.objects.get().state == UploadState.REFUSED
    assert stored() == set()
    client.problem(complete(client, upload, [{"number": 1, "etag": etag}]), status=410, code="upload_over")


def test_the_same_against_a_server_that_looks_at_signatures(sign_in, owner, tone, settings, tmp_path):
    with rclone(tmp_path) as address:
        settings.BUCKET = make_bucket(address, name="strict")
        settings.STORAGES = settings.STORAGES | {"default": env.default_storage(settings.BUCKET)}
        settings.FILE_UPLOAD_TEMP_DIR = tmp_path
        client, content = sign_in(owner), tone.read_bytes()
        upload = announce(client, len(content))
        signed = client.post(f"{PATH}{upload['id']}/parts/", {"numbers": [1]}).json()["parts"]
        assert httpx.put(signed[0]["url"], content=content + b"x", timeout=60).status_code == 403
        sent = put(client, upload, content)
        assert complete(client, upload, sent).status_code == 200
        for _ in range(20):
            assert httpx.put(signed[0]["url"], content=bytes(len(content)), timeout=60).status_code == 404
        assert client.post(TRACKS, {"upload_id": upload["id"]}).status_code == 201
        assert storage.read(Sound.objects.get().original_key) == content


@pytest.mark.parametrize("how", ["cancelled", "expired"])
def test_what_becomes_no_track_leaves_nothing_in_the_bucket(client, tone, how, django_capture_on_commit_callbacks):
    content = tone.read_bytes()
    begun, whole = announce(client, len(content)), announce(client, len(content))
    put(client, begun, content)
    complete(client, whole, put(client, whole, content))
    assert len(multiparts()) == 1
    with django_capture_on_commit_callbacks(execute=True):
        if how == "cancelled":
            assert [client.delete(f"{PATH}{one['id']}/").status_code for one in (begun, whole)] == [204, 204]
        else:
            assert services.sweep_uploads(at=now() + timedelta(hours=25)) == 2
    assert multiparts() == []
    assert stored() == set()


def test_a_bucket_that_does_not_answer_leaves_the_bytes_to_the_reconciliation(
    client, settings, caplog, django_capture_on_commit_callbacks
):
    upload = announce(client, 10)
    place = settings.BUCKET
    settings.BUCKET = replace(place, endpoint="http://127.0.0.1:9")
    with django_capture_on_commit_callbacks(execute=True):
        assert client.delete(f"{PATH}{upload['id']}/").status_code == 204
    client.problem(client.post(PATH, {"filename": "a", "size": 1}), status=503, code="storage_unavailable")
    settings.BUCKET = place
    assert "upload_bytes_left" in caplog.text
    assert len(multiparts()) == 1
    assert remove_orphans(at=now()) == 1
    assert multiparts() == []


def test_uploads_in_parts_of_no_open_upload_are_aborted_and_the_others_stay(client):
    upload = announce(client, 10)
    bucket.start_multipart("sounds/stray/original")
    assert len(multiparts()) == 2
    assert remove_orphans(at=now()) == 1
    assert multiparts() == [(object_of(Upload.objects.get()), Upload.objects.get(pk=upload["id"]).multipart_id)]


def test_objects_that_no_row_owns_go_from_the_bucket_too(client, tone):
    content = tone.read_bytes()
    upload = announce(client, len(content))
    complete(client, upload, put(client, upload, content))
    default_storage.save("sounds/stray/original", ContentFile(b"stray"))
    assert remove_orphans(at=now() + timedelta(days=2)) == 1
    assert stored() == {object_of(Upload.objects.get())}
