"""What an upload takes of its owner's plan: set aside when it begins, charged when it plays, given back otherwise."""

from datetime import timedelta

import pytest
from django.utils import timezone

from billing.models import Plan, Usage
from billing.services import OverQuota, release_expired
from tracks.models import Sound, Track, Upload
from tracks.services.quota import charge
from tracks.tests.conftest import claim, run, stored
from tracks.tests.uploads.conftest import age, files
from tracks.uploads import services
from tracks.uploads.services.states import expect_bytes

pytestmark = pytest.mark.django_db


def now():
    return timezone.now()


def taken(owner) -> tuple[int, int, int]:
    """(bytes set aside, bytes charged, milliseconds charged)"""
    usage = Usage.objects.get(pk=owner.pk)
    return usage.reserved_bytes, usage.used_bytes, usage.used_ms


def make_track(upload) -> Track:
    return services.finish_upload(upload=upload, details={}, at=now())


@pytest.fixture
def room(default_plan):
    """Lets everybody store so many bytes, or send sounds of such a length."""

    def leave(**limits):
        Plan.objects.filter(pk=default_plan.pk).update(**limits)

    return leave


def test_an_upload_is_set_aside_and_then_charged_with_its_real_length(owner, arrived, tone):
    upload = arrived(owner)
    size = tone.stat().st_size
    assert taken(owner) == (size, 0, 0)
    track = make_track(upload)
    assert taken(owner) == (size, 0, 0)
    assert run(track.sounds.get())
    reserved, used, milliseconds = taken(owner)
    assert (reserved, used) == (0, size)
    assert 950 <= milliseconds <= 1050


def test_a_form_is_set_aside_and_charged_too(owner, upload, tone):
    track = upload(owner)
    assert taken(owner)[0] == tone.stat().st_size
    assert run(track.sounds.get())
    assert taken(owner)[:2] == (0, tone.stat().st_size)


def test_without_room_nothing_is_begun(owner, announce, upload, room):
    room(storage_bytes=99)
    with pytest.raises(OverQuota):
        announce(owner, size=100)
    with pytest.raises(OverQuota):
        upload(owner)
    assert files() == set()
    assert stored() == set()
    assert not Upload.objects.exists()
    assert not Track.objects.exists()
    announce(owner, size=99)
    with pytest.raises(OverQuota):
        announce(owner, size=1)


def test_the_api_says_which_limit_it_is(owner, sign_in, room):
    room(storage_bytes=99)
    client = sign_in(owner)
    answer = client.post("/api/v1/uploads/", {"filename": "a.wav", "size": 100})
    assert client.problem(answer, status=402, code="over_quota")["limit"] == "storage_bytes"


@pytest.mark.parametrize("how", ["cancelled", "expired"])
def test_what_becomes_no_track_gives_its_room_back(owner, announce, how):
    upload = announce(owner, size=100)
    if how == "cancelled":
        services.cancel_upload(upload=upload, at=now())
    else:
        age(upload, timedelta(hours=25))
        assert services.sweep_uploads(at=now()) == 1
    assert taken(owner) == (0, 0, 0)


def test_a_file_that_is_no_sound_gives_its_room_back(owner, arrived):
    track = make_track(arrived(owner, b"no sound at all"))
    assert run(track.sounds.get())
    assert Track.objects.get().state == "failed"
    assert taken(owner) == (0, 0, 0)


def test_a_sound_that_is_longer_than_the_plan_allows_is_refused_with_the_reason(owner, arrived, room):
    track = make_track(arrived(owner))
    room(minutes_per_upload=0)
    assert run(track.sounds.get())
    sound = Sound.objects.get()
    assert (sound.state, sound.failure_code) == ("failed", "over_quota")
    assert sound.failure_reason
    assert taken(owner) == (0, 0, 0)


def test_room_that_has_lapsed_is_asked_for_again_before_the_next_piece(owner, announce, room):
    upload = announce(owner, size=100)
    release_expired(at=now() + timedelta(hours=1))
    assert taken(owner) == (0, 0, 0)
    expect_bytes(upload=upload, at=now())
    assert taken(owner) == (100, 0, 0)
    release_expired(at=now() + timedelta(hours=2))
    room(storage_bytes=99)
    with pytest.raises(OverQuota):
        expect_bytes(upload=upload, at=now())


def test_a_second_attempt_charges_nothing_more(owner, arrived, finish, tone):
    sound = claim(make_track(arrived(owner)))
    charge(sound=sound, duration_ms=1000, at=now())
    finish(sound)
    assert taken(owner)[:2] == (0, tone.stat().st_size)
