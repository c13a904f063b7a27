"""uploads/ and POST tracks/ with an upload: the shapes, and what is said of what is wrong."""

import pytest

from config.lib.testing import Api, emitted
from tracks.events import SoundQueued
from tracks.models import Track, Upload
from tracks.tests.conftest import stored
from tracks.tests.uploads.conftest import bring, files
from tracks.uploads import part

pytestmark = pytest.mark.django_db

PATH = "/api/v1/uploads/"
TRACKS = "/api/v1/tracks/"


def test_a_file_is_announced(sign_in, owner, settings):
    said = {"filename": "a.wav", "size": 100, "content_type": "audio/wav", "sha256": "A" * 64}
    answer = sign_in(owner).post(PATH, said)
    upload = Upload.objects.get()
    assert answer.status_code == 201, answer.content
    assert answer["Location"] == f"{PATH}{upload.pk}/"
    body = answer.json()
    assert body.pop("created_at") < body.pop("expires_at")
    assert body == {
        "id": upload.pk,
        "protocol": "tus",
        "state": "open",
        "url": f"{settings.SITE_URL}{PATH}{upload.pk}/",
        "filename": "a.wav",
        "size": 100,
        "content_type": "audio/wav",
        "sha256": "a" * 64,
        "part_size": None,
        "parts_count": None,
        "track_id": None,
    }
    assert files() == {upload.key}


@pytest.mark.parametrize(
    ("said", "field", "code"),
    [
        ({}, "filename", "required"),
        ({"filename": ""}, "filename", "blank"),
        ({"filename": "a\nb"}, "filename", "control_characters"),
        ({"filename": "x" * 256}, "filename", "max_length"),
        ({"size": -1}, "size", "min_value"),
        ({"size": "many"}, "size", "invalid"),
        ({"size": 2**63}, "size", "max_value"),
        ({"sha256": "abc"}, "sha256", "invalid"),
        ({"protocol": "ftp"}, "protocol", "unknown"),
    ],
)
def test_what_cannot_be_announced(sign_in, owner, said, field, code):
    client = sign_in(owner)
    said = {"filename": "a.wav", "size": 100, **said} if said else {"size": 100}
    problem = client.problem(client.post(PATH, said), status=400, code="invalid")
    assert {"field": field, "code": code} in [
        {"field": error["field"], "code": error["code"]} for error in problem["errors"]
    ]
    assert not Upload.objects.exists()


def test_sizes_and_numbers_have_their_limits(sign_in, owner, settings):
    settings.UPLOAD_MAX_BYTES, settings.UPLOADS_WAITING_MOST = 60, 1
    client = sign_in(owner)
    client.problem(client.post(PATH, {"filename": "a", "size": 0}), status=400, code="audio_empty")
    client.problem(client.post(PATH, {"filename": "a", "size": 61}), status=413, code="audio_too_large")
    assert client.post(PATH, {"filename": "a", "size": 60}).status_code == 201
    problem = client.problem(client.post(PATH, {"filename": "a", "size": 60}), status=409, code="too_many_uploads")
    assert problem["limit"] == 1


def test_a_full_disk_is_told(sign_in, owner, settings):
    settings.KEEP_FREE_BYTES = 2**62
    client = sign_in(owner)
    client.problem(client.post(PATH, {"filename": "a", "size": 60}), status=507, code="storage_full")


def test_a_complete_upload_becomes_a_track(sign_in, owner, arrived, tone):
    client, upload = sign_in(owner), arrived(owner)
    with emitted() as events:
        answer = client.post(TRACKS, {"upload_id": upload.pk, "title": "Night bus", "tags": ["slow"]})
    assert answer.status_code == 201, answer.content
    body, track = answer.json(), Track.objects.get()
    assert (body["title"], body["tags"], body["state"]) == ("Night bus", ["slow"], "queued")
    assert body["manage"]["original"]["bytes"] == tone.stat().st_size
    assert answer["Location"] == f"{TRACKS}{track.pk}/"
    assert events == [SoundQueued(sound_id=track.sounds.get().pk, track_id=track.pk, owner_id=owner.pk)]
    told = client.get(f"{PATH}{upload.pk}/").json()
    assert (told["state"], told["track_id"]) == ("used", track.pk)
    problem = client.problem(client.post(TRACKS, {"upload_id": upload.pk}), status=409, code="upload_used")
    assert problem["track_id"] == track.pk


def test_an_upload_that_is_not_whole_is_no_track(sign_in, owner, announce):
    client, upload = sign_in(owner), announce(owner, size=10)
    bring(upload, b"012")
    problem = client.problem(client.post(TRACKS, {"upload_id": upload.pk}), status=409, code="upload_incomplete")
    assert problem["size"] == 10


def test_a_form_without_its_file_and_a_body_without_its_upload_say_so(sign_in, owner):
    client = sign_in(owner)
    form = client.problem(client.post(TRACKS, {"title": "a"}, format="multipart"), status=400, code="invalid")
    json = client.problem(client.post(TRACKS, {"title": "a"}), status=400, code="invalid")
    assert [error["field"] for error in form["errors"]] == ["audio"]
    assert [error["field"] for error in json["errors"]] == ["upload_id"]
    both = client.post(TRACKS, {"upload_id": 1, "audio": "x"})
    assert [error["field"] for error in both.json()["errors"]] == ["audio"]


def test_a_body_that_is_no_object_is_refused(sign_in, owner):
    client = sign_in(owner)
    for path in (TRACKS, PATH):
        client.problem(client.post(path, [1]), status=400, code="invalid")


def test_an_upload_is_cancelled(sign_in, owner, announce, django_capture_on_commit_callbacks):
    client, upload = sign_in(owner), announce(owner)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.delete(f"{PATH}{upload.pk}/").status_code == 204
    assert stored() == set()
    assert client.get(f"{PATH}{upload.pk}/").json()["state"] == "cancelled"
    client.problem(client.delete(f"{PATH}{upload.pk}/"), status=410, code="upload_over")
    client.problem(client.post(TRACKS, {"upload_id": upload.pk}), status=410, code="upload_over")


def test_an_upload_that_is_written_to_without_an_end_is_locked(sign_in, owner, announce, monkeypatch):
    monkeypatch.setattr(part, "PATIENCE_S", 0.1)
    client, upload = sign_in(owner), announce(owner)
    with part.held(upload.key):
        client.problem(client.delete(f"{PATH}{upload.pk}/"), status=423, code="upload_locked")
        client.problem(client.post(TRACKS, {"upload_id": upload.pk}), status=423, code="upload_locked")


def test_a_strangers_upload_is_like_one_that_never_was(sign_in, stranger, owner, arrived):
    client, upload = sign_in(stranger), arrived(owner)
    for verb, path in (("get", ""), ("delete", ""), ("post", "parts/"), ("post", "complete/")):
        told = [
            without_names(getattr(client, verb)(f"{PATH}{pk}/{path}"), pk) for pk in (upload.pk, upload.pk + 100_000)
        ]
        assert told[0] == told[1], (verb, path)
        assert told[0][0] == 404
    for pk in (upload.pk, upload.pk + 100_000):
        client.problem(client.post(TRACKS, {"upload_id": pk}), status=404, code="not_found")
    assert not Track.objects.exists()


def without_names(answer, pk: int) -> tuple[int, bytes]:
    body = answer.content.replace(answer["X-Request-ID"].encode(), b"").replace(b"/%d/" % pk, b"/ID/")
    return answer.status_code, body


def test_bytes_that_come_by_tus_are_not_signed_for_a_bucket(sign_in, owner, announce):
    client, upload = sign_in(owner), announce(owner)
    for path, body in (("parts/", {"numbers": [1]}), ("complete/", {"parts": [{"number": 1, "etag": "x"}]})):
        answer = client.post(f"{PATH}{upload.pk}/{path}", body)
        assert client.problem(answer, status=409, code="upload_wrong_protocol")["protocol"] == "tus"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("parts/", {}),
        ("parts/", {"numbers": []}),
        ("parts/", {"numbers": [0]}),
        ("parts/", {"numbers": list(range(1, 202))}),
        ("parts/", {"numbers": [1], "size": 9}),
        ("complete/", {}),
        ("complete/", {"parts": []}),
        ("complete/", {"parts": [{"number": 1}]}),
        ("complete/", {"parts": [{"number": 0, "etag": "x"}]}),
        ("complete/", {"parts": [{"number": 1, "etag": "a\nb"}]}),
    ],
)
def test_parts_have_numbers_and_etags(sign_in, owner, announce, path, body):
    client = sign_in(owner)
    client.problem(client.post(f"{PATH}{announce(owner).pk}/{path}", body), status=400, code="invalid")


def test_nobody_announces_without_sign_in(api: Api):
    api.problem(api.post(PATH, {"filename": "a", "size": 1}), status=401, code="not_authenticated")
