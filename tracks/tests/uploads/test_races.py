"""Twenty who finish, open or end an upload at the same moment."""

import pytest
from django.utils import timezone

from config.lib.testing import race
from tracks.models import Sound, Track, Upload
from tracks.tests.conftest import owned, stored
from tracks.tests.uploads.conftest import files
from tracks.uploads import part, services
from tracks.uploads.choices import UploadState
from tracks.uploads.services.arriving import settle_upload

pytestmark = pytest.mark.django_db(transaction=True)

CROWD = 20


def now():
    return timezone.now()


@pytest.mark.parametrize("marked", [True, False])
def test_of_twenty_who_finish_an_upload_one_makes_the_track(owner, announce, marked):
    upload = announce(owner, size=4)
    with part.held(upload.key) as held:
        held.append(b"RIFF")
    if marked:
        settle_upload(upload=upload, at=now())
    upload = Upload.objects.get()
    results = race(*[lambda: services.finish_upload(upload=upload, details={"title": "Night"}, at=now())] * CROWD)
    [track] = [result for result in results if isinstance(result, Track)]
    refused = [result for result in results if isinstance(result, services.UploadUsed)]
    assert len(refused) == CROWD - 1, results
    assert {error.facts["track_id"] for error in refused} == {track.pk}
    assert Track.objects.count() == Sound.objects.count() == 1
    assert stored() == owned()
    assert files() == set()


def test_of_twenty_who_open_one_upload_more_as_many_do_as_may(owner, announce, settings):
    settings.UPLOADS_WAITING_MOST = 3
    results = race(*[lambda: announce(owner)] * CROWD)
    assert sum(isinstance(result, Upload) for result in results) == 3, results
    assert sum(isinstance(result, services.TooManyUploads) for result in results) == CROWD - 3
    assert files() == set(Upload.objects.values_list("key", flat=True))


def test_an_upload_is_a_track_or_cancelled_and_never_both(owner, arrived):
    for _ in range(3):
        upload = arrived(owner)
        finish = [lambda upload=upload: services.finish_upload(upload=upload, details={}, at=now())] * 4
        cancel = [lambda upload=upload: services.cancel_upload(upload=upload, at=now())] * 4
        results = race(*finish, *cancel)
        upload.refresh_from_db()
        made = [result for result in results if isinstance(result, Track)]
        assert len(made) == (upload.state == UploadState.USED), results
        assert results[4:].count(None) == (upload.state == UploadState.CANCELLED), results
        assert stored() == owned()


def test_an_upload_that_the_sweep_and_its_owner_end_ends_once(owner, announce):
    upload = announce(owner)
    Upload.objects.update(expires_at=now())
    part.path_of(upload.key).unlink()
    race(
        *[lambda: services.sweep_uploads(at=now())] * 4,
        *[lambda: services.cancel_upload(upload=Upload.objects.get(), at=now())] * 4,
    )
    assert Upload.objects.get().state in {UploadState.EXPIRED, UploadState.CANCELLED}
    assert files() == set()
