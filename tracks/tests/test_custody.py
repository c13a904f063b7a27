"""Every stored object has a row and every row its objects; what has no row goes after a day, and it is written why."""

import os
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from config.lib import storage
from config.lib.custody import comparing
from config.lib.custody.reconciling import only_look, reconcile, reconcile_daily
from config.models import Reconciliation, Removal
from tracks import custody, services
from tracks.custody import SHELVES
from tracks.models import Artwork, Rendition, Sound, Upload
from tracks.tests.conftest import claim, owned, png, remove_orphans, stored
from tracks.uploads import services as upload_services
from tracks.uploads.choices import Protocol, UploadState
from tracks.uploads.part import create_part, path_of

pytestmark = pytest.mark.django_db

ORPHANS = ("sounds/abc/original", "sounds/abc/1/mp3.mp3", "art/def/thumb.webp")
DAY = timedelta(days=1, minutes=1)


def put(*keys: str) -> None:
    for key in keys:
        storage.store(key=key, content=ContentFile(b"x"))


def told(*, older_than: timedelta = timedelta()) -> list[str]:
    found: list[str] = []
    at = timezone.now()
    reconcile(
        shelves=SHELVES, act=only_look, by="test", at=at, older_than=older_than, tell=lambda one: found.append(str(one))
    )
    return found


def test_what_no_row_owns_goes_after_a_day_and_it_is_written_why(owner, make_ready, monkeypatch):
    monkeypatch.setattr(comparing, "BATCH", 1)
    for _ in range(2):
        make_ready(owner)
    put(*ORPHANS)
    assert remove_orphans(at=timezone.now()) == 0
    later = timezone.now() + DAY
    assert remove_orphans(at=later) == 3
    assert remove_orphans(at=later) == 0
    assert stored() == owned()
    assert len(stored()) == 2 * 7
    assert set(Removal.objects.values_list("prefix", "reason", "by", "removed_at")) == {
        ("sounds/abc", "orphaned", "test", later),
        ("art/def", "orphaned", "test", later),
    }


def test_a_name_under_which_something_is_young_stays_whole():
    put(*ORPHANS)
    old = (timezone.now() - DAY).timestamp()
    os.utime(default_storage.path("sounds/abc/original"), (old, old))
    assert remove_orphans(at=timezone.now()) == 0
    assert stored() == set(ORPHANS)


def test_what_an_attempt_left_in_the_folder_of_a_sound_that_plays_is_an_orphan(owner, make_ready):
    sound = make_ready(owner).sound
    put(f"{sound.folder}/9/aac.mp4")
    assert remove_orphans(at=timezone.now() + DAY) == 1
    assert stored() == owned()


def test_what_an_attempt_that_is_at_work_has_stored_is_no_orphan(owner, upload):
    sound = claim(upload(owner))
    put(f"{sound.attempt_prefix}/aac.mp4")
    assert told() == []


def test_nothing_differs_after_the_whole_life_of_a_track(owner, make_ready):
    assert told() == []
    track = make_ready(owner)
    services.set_artwork(track=track, image=ContentFile(png(), name="a.png"), at=timezone.now())
    assert told() == []


@pytest.mark.parametrize("lost", ["one object", "the whole folder"])
def test_what_a_row_misses_is_reported_with_what_to_do(owner, make_ready, lost):
    sound = make_ready(owner).sound
    needed = [f"{sound.attempt_prefix}/mp3.mp3", sound.original_key]
    if lost == "one object":
        storage.delete(key=sound.original_key)
        needed = [sound.original_key]
    else:
        storage.delete_folder(prefix=sound.folder)
    found = told()
    assert {line.split()[1] for line in found} >= set(needed)
    assert all(line.startswith("missing  ") and " -> " in line for line in found)
    assert len(found) == (1 if lost == "one object" else 7)
    rendition = Rendition.objects.filter(sound=sound)
    assert remove_orphans(at=timezone.now() + DAY) == 0
    assert rendition.count() == 4


def test_a_cover_without_its_pictures_is_reported(owner, make_ready):
    track = make_ready(owner)
    services.set_artwork(track=track, image=ContentFile(png(), name="a.png"), at=timezone.now())
    cover = Artwork.objects.get()
    storage.delete(key=f"{cover.folder}/large.webp")
    [line] = told()
    assert line.startswith(f"missing  {cover.folder}/large.webp -> ")


def test_a_row_that_goes_while_the_listing_passes_misses_nothing(owner, make_ready, monkeypatch):
    """The row was there when its name was read, and has gone with its objects by the time it is looked at."""
    make_ready(owner)
    shelf = SHELVES[0]
    names = shelf.names("", 10)
    Sound.objects.update(key="0" * 32)
    found = [one for name in names for one in comparing.missing_of(shelf, name)]
    assert found == []


def opened(owner, **fields) -> Upload:
    now = timezone.now()
    facts = {"protocol": Protocol.TUS, "size": 1, "created_at": now, "expires_at": now} | fields
    return Upload.objects.create(owner=owner, **facts)


def test_what_uploads_hold_is_theirs_until_they_end(owner):
    coming, complete = opened(owner, key="a" * 32), opened(owner, key="b" * 32, state=UploadState.COMPLETE)
    create_part(coming.key)
    put(f"sounds/{coming.key}/original", f"sounds/{complete.key}/original")
    assert told() == []
    assert remove_orphans(at=timezone.now() + DAY) == 0
    upload_services.cancel_upload(upload=complete, at=timezone.now())
    Upload.objects.filter(pk=complete.pk).update(state=UploadState.COMPLETE, ended_at=None)
    storage.delete_folder(prefix=f"sounds/{complete.key}")
    [line] = told()
    assert line.startswith(f"missing  sounds/{complete.key}/original -> upload {complete.pk} is lost")


def test_files_of_uploads_that_no_row_knows_go_after_a_day():
    create_part("c" * 32)
    path_of("c" * 32 + ".wanted").touch()
    assert remove_orphans(at=timezone.now()) == 0
    assert remove_orphans(at=timezone.now() + DAY) > 0
    assert not path_of("c" * 32).exists()
    assert not path_of("c" * 32 + ".wanted").exists()


def test_no_file_is_ownerless_while_it_passes_from_an_upload_to_its_sound(owner, upload):
    """Between any two questions a commit may turn an upload into a sound."""
    sound = upload(owner).sounds.get()
    waiting = opened(owner, key="d" * 32, state=UploadState.COMPLETE)
    left = ["what makes a sound of it"]

    def after_the_first_question(execute, sql, params, many, context):
        answer = execute(sql, params, many, context)
        if left and sql.startswith("SELECT"):
            left.clear()
            Upload.objects.filter(pk=waiting.pk).delete()
            Sound.objects.filter(pk=sound.pk).update(key=waiting.key)
        return answer

    with connection.execute_wrapper(after_the_first_question):
        claims = custody.sound_claims({waiting.key})
    assert left == []
    assert claims[waiting.key].covers(f"sounds/{waiting.key}/original")


def test_a_folder_of_which_nobody_knows_is_told_and_left_alone():
    put("holiday/photos/beach.jpg")
    assert told() == ["stranger holiday/: nothing of ours is stored there -> look at it, and move it elsewhere"]
    remove_orphans(at=timezone.now() + DAY)
    assert default_storage.exists("holiday/photos/beach.jpg")


def test_the_place_of_work_may_lie_in_the_storage(settings):
    settings.WORK_ROOT = settings.MEDIA_ROOT / "tmp"
    put("tmp/sound-1-1-x/half")
    assert told() == []


def test_an_empty_storage_is_no_trouble():
    assert remove_orphans(at=timezone.now()) == 0
    assert told() == []


def test_in_a_bucket_objects_and_begun_uploads_are_looked_at_likewise(owner, in_bucket):
    put(*ORPHANS)
    begun = opened(owner, key="e" * 32, protocol=Protocol.S3)
    for key in (begun.key, "f" * 32):
        name = storage.bucket.start_multipart(f"sounds/{key}/original")
        Upload.objects.filter(key=key).update(multipart_id=name)
    assert remove_orphans(at=timezone.now()) == 1  # moto says of every upload in parts that it began in 2010
    assert remove_orphans(at=timezone.now() + DAY) == 3
    assert [key for key, *_ in storage.bucket.list_multiparts(prefix="sounds/")] == [f"sounds/{begun.key}/original"]
    assert told() == []


def test_the_daily_look_keeps_its_result_and_two_at_once_are_one(owner, make_ready):
    storage.delete(key=make_ready(owner).sound.original_key)
    put(*ORPHANS)
    assert reconcile_daily(shelves=SHELVES, at=timezone.now() + DAY) == 1
    kept = Reconciliation.objects.get()
    assert (kept.orphans, kept.removed, kept.missing, kept.left) == (3, 3, 1, 1)
    assert kept.objects_seen == 6 + 3
