"""Uploads that become no track: cancelled, forgotten, lost; and what is left of them."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from tracks.models import Track, Upload
from tracks.tests.conftest import remove_orphans, stored
from tracks.tests.uploads.conftest import age, files
from tracks.uploads import part, services
from tracks.uploads.choices import UploadState
from tracks.uploads.services import arriving, states

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1, minutes=1)


def now():
    return timezone.now()


def finish(upload: Upload, **details) -> Track:
    return services.finish_upload(upload=upload, details=details, at=now())


@pytest.mark.parametrize("stage", ["open", "complete"])
def test_a_cancelled_upload_leaves_nothing(owner, announce, arrived, stage, django_capture_on_commit_callbacks):
    upload = announce(owner) if stage == "open" else arrived(owner)
    with django_capture_on_commit_callbacks(execute=True):
        services.cancel_upload(upload=upload, at=now())
    assert stored() == set()
    upload.refresh_from_db()
    assert upload.state == UploadState.CANCELLED
    for call in (services.cancel_upload, arriving.settle_upload, services.finish_upload):
        with pytest.raises(services.UploadOver):
            call(upload=upload, at=now(), **({"details": {}} if call is services.finish_upload else {}))


def test_an_open_upload_whose_file_is_gone_can_be_cancelled(owner, announce):
    upload = announce(owner)
    part.remove_part(upload.key)
    services.cancel_upload(upload=upload, at=now())
    assert Upload.objects.get().state == UploadState.CANCELLED


def test_what_became_a_track_is_not_cancelled(owner, arrived):
    upload = arrived(owner)
    stale = Upload.objects.get()
    track = finish(upload)
    for seen in (stale, Upload.objects.get()):
        with pytest.raises(services.UploadUsed) as refused:
            services.cancel_upload(upload=seen, at=now())
        assert refused.value.facts == {"track_id": track.pk}
    assert stored() == {track.sounds.get().original_key}


def test_an_upload_that_ended_between_looking_and_cancelling_is_over(owner, arrived):
    stale = arrived(owner)
    services.cancel_upload(upload=Upload.objects.get(), at=now())
    with pytest.raises(services.UploadOver):
        services.cancel_upload(upload=stale, at=now())


def test_a_used_upload_needs_its_sound(owner, announce):
    announce(owner)
    with pytest.raises(IntegrityError, match="upload_used_by_sound"):
        Upload.objects.update(state=UploadState.USED, ended_at=now())


@pytest.mark.parametrize("stage", ["open", "complete", "gone"])
def test_what_nobody_comes_back_for_goes_after_a_day(
    owner, announce, arrived, stage, django_capture_on_commit_callbacks
):
    upload = arrived(owner) if stage == "complete" else announce(owner)
    if stage == "gone":
        part.remove_part(upload.key)
    assert services.sweep_uploads(at=now()) == 0
    upload.refresh_from_db()
    age(upload, DAY)
    with django_capture_on_commit_callbacks(execute=True):
        assert services.sweep_uploads(at=now()) == 1
    assert services.sweep_uploads(at=now()) == 0
    assert Upload.objects.get().state == UploadState.EXPIRED
    assert stored() == set()


def test_bytes_that_came_after_the_row_was_written_count(owner, announce):
    """A killed process has appended and not said so."""
    upload = announce(owner)
    age(upload, DAY)
    with part.held(upload.key) as held:
        held.append(b"x")
    assert services.sweep_uploads(at=now()) == 0
    assert Upload.objects.get().expires_at > now() + timedelta(hours=23)


def test_an_upload_that_is_written_to_at_this_moment_stays_and_its_writer_is_not_disturbed(owner, announce):
    upload = announce(owner)
    age(upload, DAY)
    with part.held(upload.key) as held:
        assert services.sweep_uploads(at=now()) == 0
        assert not held.is_wanted()
    assert Upload.objects.get().state == UploadState.OPEN


def test_what_ended_is_told_of_for_a_month(owner, arrived):
    finish(arrived(owner))
    services.sweep_uploads(at=now() + timedelta(days=29))
    assert Upload.objects.exists()
    services.sweep_uploads(at=now() + timedelta(days=31))
    assert not Upload.objects.exists()
    assert Track.objects.exists()


def test_files_of_no_open_upload_go_after_a_day(owner, announce):
    upload = announce(owner)
    part.create_part("stray")
    part.path_of("stray.wanted").touch()
    remove_orphans(at=now())
    assert files() == {upload.key, "stray", "stray.wanted"}
    remove_orphans(at=now() + DAY)
    assert files() == {upload.key}


def test_a_complete_upload_owns_its_object_and_an_expired_one_does_not(owner, arrived):
    upload = arrived(owner)
    assert remove_orphans(at=now() + DAY) == 0
    assert stored() == {states.object_of(upload)}
    Upload.objects.update(state=UploadState.EXPIRED, ended_at=now())
    assert remove_orphans(at=now() + DAY) == 1
    assert stored() == set()
