"""POST tracks/ with an Idempotency-Key: an upload that is sent again stays one upload, and leaves no file behind."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from config.lib.testing import emitted
from config.models import IdempotencyKey
from tracks import services
from tracks.events import SoundQueued
from tracks.models import Track
from tracks.tests.conftest import owned, remove_orphans, stored
from tracks.viewsets import TrackViewSet

pytestmark = pytest.mark.django_db

PATH = "/api/v1/tracks/"


@pytest.fixture
def send(sign_in, owner, tone):
    """Posts the tone under one key."""
    client = sign_in(owner)

    def post(client=client, **fields):
        audio = SimpleUploadedFile("tone.wav", tone.read_bytes(), content_type="audio/wav")
        return client.post(PATH, {"audio": audio, **fields}, format="multipart", headers={"idempotency-key": "one-key"})

    return post


def test_an_upload_that_is_sent_again_is_one_track_one_file_and_one_event(send):
    with emitted() as events:
        first, again = send(title="Night"), send(title="Night")
    track = Track.objects.get()
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert first["Location"] == again["Location"] == f"{PATH}{track.pk}/"
    assert again["Idempotent-Replayed"] == "true"
    assert events == [SoundQueued(sound_id=track.sounds.get().pk, track_id=track.pk, owner_id=track.owner_id)]
    assert stored() == owned() != set()


def test_the_first_answer_stays_whatever_becomes_of_the_track(send):
    first = send()
    services.update_track(track=Track.objects.get(), changes={"title": "Later"}, at=timezone.now())
    assert send().content == first.content
    services.trash_track(track=Track.objects.get(), at=timezone.now())
    assert send().content == first.content


def test_the_title_is_part_of_the_request(send, api):
    send(title="Night")
    api.problem(send(title="Day"), status=409, code="idempotency_key_reused")
    assert stored() == owned()
    assert Track.objects.count() == 1


def test_two_people_may_choose_one_key(send, stranger, sign_in):
    assert send().content != send(sign_in(stranger)).content
    assert Track.objects.count() == 2


def test_a_refused_upload_leaves_nothing_and_its_key_is_good_for_the_next(send, upload, owner, api):
    upload(owner, permalink="night")
    api.problem(send(permalink="night"), status=409, code="permalink_taken")
    api.problem(send(bpm="fast"), status=400, code="invalid")
    assert stored() == owned()
    assert not IdempotencyKey.objects.exists()
    assert send(permalink="day").status_code == 201
    assert stored() == owned()


def test_an_upload_that_breaks_after_it_was_stored_has_no_rows_and_its_file_goes_with_the_orphans(send, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(TrackViewSet, "representation", broken)
    with emitted() as events, pytest.raises(ZeroDivisionError):
        send()
    assert events == []
    assert not Track.objects.exists()
    assert not IdempotencyKey.objects.exists()
    assert len(stored()) == 1
    remove_orphans(at=timezone.now() + timedelta(days=1, minutes=1))
    assert stored() == set()
    monkeypatch.undo()
    assert send().status_code == 201


def test_a_form_under_a_cookie_is_read_once_for_its_proof_and_once_for_its_key(send, browser, owner):
    client = browser(owner)
    client.handler.enforce_csrf_checks = True
    client.cookies["earshot_csrf"] = "c" * 32
    client.credentials(HTTP_X_CSRFTOKEN="c" * 32)
    assert send(client).content == send(client).content
    assert stored() == owned()
    assert Track.objects.count() == 1
