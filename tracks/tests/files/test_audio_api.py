"""PUT tracks/{track}/audio/: a form or a complete upload becomes the next sound, or it says what is wrong."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from config.lib.testing import Api
from tracks import services
from tracks.models import Sound, Track
from tracks.services import queue
from tracks.tests.conftest import claim, owned, stored

pytestmark = pytest.mark.django_db


def path(track: Track) -> str:
    return f"/api/v1/tracks/{track.pk}/audio/"


@pytest.fixture
def put(sign_in, owner, tone):
    """Puts a form and answers the response."""
    client = sign_in(owner)

    def send(track: Track, **form):
        audio = SimpleUploadedFile("second.wav", tone.read_bytes(), content_type="audio/wav")
        return client.put(path(track), form or {"audio": audio}, format="multipart")

    return send


def test_a_form_brings_the_next_sound(put, owner, make_ready, finish):
    track = make_ready(owner)
    answer = put(track)
    assert answer.status_code == 202, answer.content
    body = answer.json()
    assert (body["id"], body["state"], body["manage"]["original"]["filename"]) == (track.pk, "ready", "second.wav")
    before = body["waveform_url"]
    finish(claim(track))
    after = put(track).json()
    assert after["waveform_url"] != before
    assert {name: after[name] for name in ("permalink", "published_at", "likes_count")} == {
        name: body[name] for name in ("permalink", "published_at", "likes_count")
    }


def test_an_upload_brings_the_next_sound(sign_in, owner, make_ready, arrived):
    track, upload, client = make_ready(owner), arrived(owner, filename="third.wav"), sign_in(owner)
    answer = client.put(path(track), {"upload_id": upload.pk})
    assert answer.status_code == 202, answer.content
    assert answer.json()["manage"]["original"]["filename"] == "third.wav"
    problem = client.problem(client.put(path(track), {"upload_id": upload.pk}), status=409, code="upload_used")
    assert problem["track_id"] == track.pk


def test_the_uploads_of_others_are_absent(sign_in, owner, stranger, make_ready, arrived):
    client = sign_in(owner)
    answer = client.put(path(make_ready(owner)), {"upload_id": arrived(stranger).pk})
    client.problem(answer, status=404, code="not_found")


def test_an_upload_that_is_not_complete_waits(sign_in, owner, make_ready, announce):
    client = sign_in(owner)
    answer = client.put(path(make_ready(owner)), {"upload_id": announce(owner).pk})
    client.problem(answer, status=409, code="upload_incomplete")


def test_a_failure_is_told_to_the_owner_and_the_old_sound_plays(put, sign_in, owner, make_ready):
    track = make_ready(owner)
    put(track)
    queue.fail_sound(sound=claim(track), code="damaged", reason="It is damaged.", at=timezone.now())
    body = sign_in(owner).get(f"/api/v1/tracks/{track.pk}/").json()
    assert body["manage"]["failure"] == {"code": "damaged", "reason": "It is damaged."}
    assert body["state"] == "ready"
    assert Api().get(f"/api/v1/tracks/{track.pk}/streams/").json()["access"] == "playable"


@pytest.mark.parametrize(
    ("form", "complaint"),
    [
        ({"audio": "just text"}, ("audio", "invalid")),
        ({"title": "no file"}, ("audio", "required")),
        ({"audio": SimpleUploadedFile("a.wav", b"x"), "title": "Mine"}, ("title", "unknown")),
        ({"audio": [SimpleUploadedFile("a.wav", b"x"), SimpleUploadedFile("b.wav", b"y")]}, ("audio", "repeated")),
    ],
)
def test_a_form_that_is_wrong_says_where(put, owner, upload, form, complaint):
    track = upload(owner)
    problem = Api().problem(put(track, **form), status=400, code="invalid")
    assert complaint in {(error["field"], error["code"]) for error in problem["errors"]}
    assert stored() == owned()
    assert Sound.objects.count() == 1


@pytest.mark.parametrize("body", [{}, {"upload_id": 0}, {"upload_id": "x"}, {"upload_id": 1, "title": "Mine"}])
def test_a_body_that_is_wrong_is_refused(sign_in, owner, upload, body):
    client = sign_in(owner)
    client.problem(client.put(path(upload(owner)), body), status=400, code="invalid")


def test_an_empty_file_and_one_over_the_limit_are_refused(put, owner, upload, settings):
    track = upload(owner)
    Api().problem(put(track, audio=SimpleUploadedFile("empty.wav", b"")), status=400, code="audio_empty")
    settings.UPLOAD_MAX_BYTES = 1000
    Api().problem(put(track), status=413, code="audio_too_large")
    assert stored() == owned()


def test_what_a_person_looks_at_is_not_replaced(put, owner, upload):
    track = upload(owner)
    track.sounds.update(state="held")
    Api().problem(put(track), status=409, code="audio_held")


def test_a_track_that_goes_to_the_trash_meanwhile_is_absent(put, owner, upload, monkeypatch):
    track = upload(owner)
    replace = services.replace_audio

    def late(**facts):
        services.trash_track(track=track, at=timezone.now())
        return replace(**facts)

    monkeypatch.setattr(services, "replace_audio", late)
    Api().problem(put(track), status=404, code="not_found")
    assert stored() == owned()


def test_replacements_draw_from_the_budget_of_uploads(put, owner, upload):
    assert '"uploads"' in put(upload(owner))["RateLimit"]
