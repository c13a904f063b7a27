"""A track goes for good: rows, stored objects, the room it took; and a person's uploads with it."""

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from billing.models import Reservation, Usage
from config.lib.testing import emitted
from tracks import services
from tracks.events import TrackPurged
from tracks.models import Artwork, Sound, Track, Upload
from tracks.services import purging
from tracks.tests.conftest import claim, png, stored, tracks_count
from tracks.uploads import services as uploads
from tracks.uploads.choices import Protocol

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """What no handler expects."""


@pytest.fixture
def covered(owner, make_ready) -> Track:
    track = make_ready(owner)
    with ContentFile(png(), name="cover.png") as image:
        return services.set_artwork(track=track, image=image, at=timezone.now())


def purge(track: Track) -> bool:
    return services.purge_track(track_id=track.pk, reason="a test", at=timezone.now())


def test_rows_objects_and_room_go_and_twice_is_once(owner, covered):
    assert (tracks_count(owner), Usage.objects.get().used_bytes > 0) == (1, True)
    with emitted() as events:
        assert purge(covered)
        assert not purge(covered)
    assert events == [TrackPurged(track_id=covered.pk, owner_id=owner.pk)]
    assert stored() == set()
    for model in (Track, Sound, Artwork):
        assert not model.objects.exists()
    assert (tracks_count(owner), Usage.objects.get().used_bytes) == (0, 0)
    assert set(Reservation.objects.values_list("state", flat=True)) == {"released"}


def test_a_track_in_the_trash_counts_once(owner, covered):
    services.trash_track(track=covered, at=timezone.now())
    assert purge(covered)
    assert tracks_count(owner) == 0


def test_whoever_is_killed_between_objects_and_rows_is_followed_by_one_that_ends_it(covered, monkeypatch):
    def die(**_):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(purging, "remove_rows", die)
        with pytest.raises(Killed):
            purge(covered)
    assert stored() == set()
    assert purge(covered)
    assert not Track.objects.exists()


def test_whoever_works_on_its_sound_loses_the_lease(owner, upload):
    track = upload(owner)
    sound = claim(track)
    assert purge(track)
    assert not Sound.objects.leased(sound).exists()
    assert stored() == set()


def test_what_comes_while_nobody_has_locked_the_track_goes_too(
    owner, upload, tone, monkeypatch, django_capture_on_commit_callbacks
):
    track = upload(owner)
    real = purging.remove_rows

    def late(**options):
        with tone.open("rb") as audio, ContentFile(audio.read(), name="next.wav") as file:
            services.replace_audio(track=track, audio=file, at=timezone.now())
        return real(**options)

    monkeypatch.setattr(purging, "remove_rows", late)
    with django_capture_on_commit_callbacks(execute=True):
        assert purge(track)
    assert stored() == set()


# --- uploads -------------------------------------------------------------------------------------


def begin(owner) -> Upload:
    offer = uploads.Offer(filename="some.wav", size=4)
    return uploads.open_upload(owner=owner, offer=offer, protocol=Protocol.TUS, at=timezone.now())


def test_uploads_go_with_their_bytes_and_those_of_others_stay(owner, stranger):
    begin(owner)
    uploads.cancel_upload(upload=begin(owner), at=timezone.now())
    kept = begin(stranger)
    uploads.erase_uploads(owner_id=owner.pk, at=timezone.now())
    uploads.erase_uploads(owner_id=owner.pk, at=timezone.now())
    assert Upload.objects.get() == kept
    assert stored() == {f"uploads/{kept.key}"}


def test_bytes_that_a_kill_left_go_at_the_next_attempt(owner, monkeypatch):
    upload = begin(owner)

    def die(_):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("tracks.uploads.services.ending.remove_bytes", die)
        with pytest.raises(Killed):
            uploads.erase_uploads(owner_id=owner.pk, at=timezone.now())
    assert stored() == {f"uploads/{upload.key}"}
    uploads.erase_uploads(owner_id=owner.pk, at=timezone.now())
    assert not Upload.objects.exists()
    assert stored() == set()
