"""Another sound for a track: the old one plays until the new one can, and as long as anybody listens to it."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.core.files import File
from django.db import transaction
from django.utils import timezone

from billing.models import Usage
from config.lib.testing import emitted
from tracks import queries, services, tasks
from tracks.choices import State
from tracks.events import RenditionsQueued, SoundQueued, TrackPublished, TrackReady, TrackReplaced
from tracks.models import Sound, Track, TrackCounts
from tracks.services import queue, replacing
from tracks.services.recording import record_further
from tracks.tests.conftest import assert_tidy, claim, tracks_count, viewer
from tracks.uploads import services as upload_services

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def replace(tone):
    """Puts the tone in the place of a track's sound, as far as its owner does."""

    def put(track: Track, *, name: str = "second.wav") -> Sound:
        with tone.open("rb") as audio:
            services.replace_audio(track=track, audio=File(audio, name=name), at=timezone.now())
        return Sound.objects.filter(track=track).latest("pk")

    return put


@pytest.fixture
def replaced(owner, make_ready, replace, finish):
    """A track that plays its second sound; (track, first sound, second sound)."""
    track = make_ready(owner)
    first = track.sound
    second = replace(track)
    finish(claim(track))
    return Track.objects.get(pk=track.pk), first, second


def removals(sound: Sound) -> int:
    """How many sounds go when the last stream of this one is over."""
    return services.remove_replaced(at=Sound.objects.get(pk=sound.pk).remove_at)


def fail(track: Track) -> None:
    queue.fail_sound(sound=claim(track), code="damaged", reason="It is damaged.", at=timezone.now())


def test_the_old_sound_plays_until_the_new_one_is_ready(owner, make_ready, replace, finish):
    track = make_ready(owner)
    TrackCounts.objects.filter(track=track).update(likes=3, plays=7)
    before = track.sound
    with emitted() as events:
        waiting = replace(track)
    assert events == [SoundQueued(sound_id=waiting.pk, track_id=track.pk, owner_id=owner.pk)]
    track.refresh_from_db()
    assert (track.sound, track.state, track.published_at is None) == (before, State.READY, False)
    assert queries.timeline(track=track, at=timezone.now())["state"] == "queued"
    Track.objects.filter(pk=track.pk).update(duration_ms=1)
    with emitted() as events:
        finish(claim(track))
    after = Track.objects.get(pk=track.pk)
    assert events == [
        TrackReady(track_id=track.pk, owner_id=owner.pk),
        TrackReplaced(track_id=track.pk, owner_id=owner.pk, sound_id=before.pk),
        RenditionsQueued(sound_id=waiting.pk, lane=waiting.lane),
    ]
    assert (after.sound, after.permalink, after.published_at) == (waiting, track.permalink, track.published_at)
    assert after.duration_ms == 1000
    assert TrackCounts.objects.filter(track=track, likes=3, plays=7).exists()
    assert tracks_count(owner) == 1


def test_a_first_sound_replaces_none(owner, upload, finish):
    track = upload(owner)
    with emitted() as events:
        finish(claim(track))
    assert [type(event) for event in events] == [TrackReady, TrackPublished, RenditionsQueued]


def test_a_stream_that_is_heard_goes_on_until_it_is_over(replaced, owner, rooms, django_capture_on_commit_callbacks):
    track, first, second = replaced
    at = timezone.now()
    assert services.retire_sound(sound_id=first.pk, at=at)
    first.refresh_from_db()
    assert first.remove_at == at + HOUR  # the tone lasts a second, and a stream an hour at least
    assert services.remove_replaced(at=first.remove_at - timedelta(seconds=1)) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert removals(first) == 1
    assert list(Sound.objects.filter(track=track)) == [second]
    assert_tidy(rooms)


def test_who_has_begun_hears_the_old_sound_and_who_begins_hears_the_new_one(owner, make_ready, replace, finish):
    track = make_ready(owner)
    at, hearer = timezone.now(), viewer(owner)
    held = queries.streams(track=track, viewer=hearer, at=at)["aac_url"].split("/")[-2]
    replace(track)
    finish(claim(track))
    track.refresh_from_db()
    begun = queries.streams(track=track, viewer=hearer, at=at)["aac_url"].split("/")[-2]
    old = queries.open_media(capability=held, name="aac.mp4", at=at)
    new = queries.open_media(capability=begun, name="aac.mp4", at=at)
    assert old is not None
    assert new is not None
    assert old.key != new.key == f"{track.sound.attempt_prefix}/aac.mp4"


def test_retiring_and_removing_twice_is_once(replaced, rooms, django_capture_on_commit_callbacks):
    _, first, _ = replaced
    facts = {"sound_id": first.pk, "track_id": first.track_id, "owner_id": first.track.owner_id}
    assert tasks.retire_sound(**facts)
    assert not tasks.retire_sound(**facts)
    Sound.objects.filter(pk=first.pk).update(remove_at=timezone.now())
    with django_capture_on_commit_callbacks(execute=True):
        assert [tasks.remove_replaced(), tasks.remove_replaced()] == [1, 0]
    assert not tasks.retire_sound(**facts)
    assert_tidy(rooms)


def test_a_sweep_while_another_is_at_it_does_nothing(replaced, monkeypatch):
    _, first, _ = replaced
    services.retire_sound(sound_id=first.pk, at=timezone.now() - HOUR)
    monkeypatch.setattr("config.lib.advisory.try_hold", lambda _: False)
    assert services.remove_replaced(at=timezone.now()) == 0
    assert Sound.objects.filter(pk=first.pk).exists()


def test_the_plan_has_the_room_of_a_replaced_sound_back(replaced, owner):
    _, first, second = replaced
    assert Usage.objects.get(pk=owner.pk).used_bytes == first.original_bytes + second.original_bytes
    services.retire_sound(sound_id=first.pk, at=timezone.now())
    assert Usage.objects.get(pk=owner.pk).used_bytes == second.original_bytes


def test_a_failure_leaves_the_old_sound_as_it_is_and_the_next_one_takes_its_place(
    owner, make_ready, replace, rooms, finish, django_capture_on_commit_callbacks
):
    track = make_ready(owner)
    before = track.sound
    failed = replace(track)
    fail(track)
    track.refresh_from_db()
    assert (track.sound, track.state) == (before, State.READY)
    assert Sound.objects.get(pk=failed.pk).failure_code == "damaged"
    with django_capture_on_commit_callbacks(execute=True):
        third = replace(track)
    assert list(track.sounds.order_by("pk")) == [before, third]
    assert_tidy(rooms)
    finish(claim(track))
    assert Track.objects.get(pk=track.pk).sound == third


@pytest.mark.parametrize("far", ["waiting", "being worked on"])
def test_a_second_replacement_takes_the_place_of_the_first(
    owner, make_ready, replace, finish, far, rooms, django_capture_on_commit_callbacks
):
    track = make_ready(owner)
    before = track.sound
    overtaken = replace(track)
    worked_on = claim(track) if far == "being worked on" else None
    with django_capture_on_commit_callbacks(execute=True):
        newest = replace(track)
    assert list(track.sounds.order_by("pk")) == [before, newest]
    assert services.claim_sound(sound_id=overtaken.pk, at=timezone.now()) is None
    assert_tidy(rooms)
    if worked_on:
        with pytest.raises(services.LeaseLost):
            finish(worked_on)
        queue.remove_attempt(worked_on, attempt=1)
    reserved = Usage.objects.get(pk=owner.pk).reserved_bytes
    assert reserved == newest.original_bytes


@pytest.mark.parametrize("far", ["queued", "failed"])
def test_a_track_that_has_never_played_starts_anew(
    owner, upload, replace, far, rooms, django_capture_on_commit_callbacks
):
    track = upload(owner)
    if far == "failed":
        fail(track)
    with django_capture_on_commit_callbacks(execute=True):
        newest = replace(track)
    track.refresh_from_db()
    assert (track.sounds.get(), track.state, track.sound) == (newest, State.QUEUED, None)
    assert_tidy(rooms)


def test_what_a_person_looks_at_is_not_replaced(owner, make_ready, replace, rooms):
    track = make_ready(owner)
    held = replace(track)
    Sound.objects.filter(pk=held.pk).update(state=State.HELD)
    with pytest.raises(services.AudioHeld):
        replace(track, name="third.wav")
    assert track.sounds.latest("pk") == held
    assert_tidy(rooms)


def test_nothing_is_replaced_in_the_trash(owner, make_ready, replace, rooms):
    track = make_ready(owner)
    services.trash_track(track=track, at=timezone.now())
    with emitted() as events, pytest.raises(Track.DoesNotExist):
        replace(track)
    assert events == []
    assert_tidy(rooms)


def test_a_replacement_in_the_trash_publishes_nothing(owner, make_ready, replace, finish):
    track = make_ready(owner)
    replace(track)
    services.trash_track(track=track, at=timezone.now())
    with emitted() as events:
        finish(claim(track))
    assert [type(event) for event in events] == [TrackReady, TrackReplaced, RenditionsQueued]
    assert tracks_count(owner) == 0


class Undone(Exception):
    """Rolls a transaction back."""


def test_what_is_rolled_back_removes_nothing_and_tells_nothing(owner, make_ready, replace, rooms):
    track = make_ready(owner)
    waiting = replace(track)
    with emitted() as events, suppress(Undone), transaction.atomic():
        sound = Sound(
            key="f" * 32, original_name="x", original_bytes=1, created_at=timezone.now(), due_at=timezone.now()
        )
        replacing.queue_replacement(track=track, sound=sound, at=timezone.now())
        raise Undone
    assert events == []
    assert track.sounds.latest("pk") == waiting
    assert_tidy(rooms)


def test_an_upload_becomes_the_next_sound_once(owner, make_ready, arrived, finish):
    track, upload = make_ready(owner), arrived(owner)
    replace_by = {"track": track, "upload": upload, "at": timezone.now()}
    upload_services.replace_by_upload(**replace_by)
    with pytest.raises(upload_services.UploadUsed):
        upload_services.replace_by_upload(**replace_by)
    finish(claim(track))
    assert Track.objects.get(pk=track.pk).sound.key == upload.key


def test_nothing_more_is_made_of_a_sound_that_was_replaced(owner, upload, finish, replace):
    track = upload(owner)
    first = claim(track)
    finish(first)
    further = claim(track)  # its other renditions are being made when the next one is ready
    replace(track)
    finish(claim(track))
    services.retire_sound(sound_id=first.pk, at=timezone.now())
    with pytest.raises(services.LeaseLost):
        record_further(sound=further, renditions=())
    assert services.claim_sound(sound_id=first.pk, at=timezone.now()) is None
    assert not services.reprocess_sound(sound=first, at=timezone.now())
