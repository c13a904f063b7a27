"""What an operator types: it says what it would do, does it, and does no harm the second time."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from config.lib.testing import emitted
from tracks import queries, services
from tracks.events import RenditionsQueued
from tracks.models import Sound
from tracks.services import queue
from tracks.tests.conftest import claim

pytestmark = pytest.mark.django_db


def said(*words: str) -> str:
    sink = StringIO()
    call_command(*words, stdout=sink)
    return sink.getvalue().splitlines()[-1]


@pytest.fixture
def failed(owner, upload) -> Sound:
    sound = claim(upload(owner))
    queue.fail_sound(sound=sound, code="processing_failed", reason="No.", at=timezone.now())
    return Sound.objects.get(pk=sound.pk)


def test_a_dry_run_counts_and_changes_nothing(owner, make_ready, failed):
    make_ready(owner)
    with emitted() as events:
        assert said("reprocess_tracks", "--dry-run") == "Would make 1 sounds anew."
        assert said("reprocess_tracks", "--dry-run", "--where", "codec=flac") == "Would make 0 sounds anew."
    assert events == []


def test_what_plays_is_made_anew_once(owner, make_ready):
    sound = make_ready(owner).sound
    with emitted() as events:
        assert said("reprocess_tracks").startswith("1 sounds wait to be made anew; 0 are busy")
        assert said("reprocess_tracks").startswith("0 sounds wait to be made anew; 1 are busy")
    assert events == [RenditionsQueued(sound_id=sound.pk)]
    assert (Sound.objects.get().state, Sound.objects.get().todo) == ("ready", "again")


def test_what_waits_or_has_failed_is_left_alone(owner, upload, failed):
    for sound in (upload(owner).sounds.get(), failed):
        assert not services.reprocess_sound(sound=sound, at=timezone.now())


def test_conditions_must_all_hold(owner, stranger, make_ready):
    first, second = make_ready(owner).sound, make_ready(stranger).sound
    second.renditions.filter(kind="opus").delete()
    assert list(queries.sounds_where(["missing=opus"])) == [second]
    assert list(queries.sounds_where(["codec=pcm_s16le"])) == [first, second]
    assert list(queries.sounds_where([f"owner={owner.username}", "missing=opus"])) == []
    assert list(queries.sounds_where([f"id={first.pk}", "before=9999-01-01"])) == [first]


@pytest.mark.parametrize("where", ["", "codec", "codec=", "nonsense=1", "id=x", "before=yesterday"])
def test_a_condition_that_is_not_understood_is_refused_and_changes_nothing(owner, make_ready, where):
    make_ready(owner)
    with pytest.raises(CommandError):
        said("reprocess_tracks", "--where", where)
    assert Sound.objects.get().todo == ""


def test_stuck_sounds_are_named_and_then_requeued(owner, upload):
    abandoned, overlooked, fresh = (upload(owner).sounds.get() for _ in range(3))
    claim(abandoned.track)
    long_ago = timezone.now() - timedelta(minutes=5)
    Sound.objects.filter(pk=abandoned.pk).update(heartbeat_at=long_ago)
    Sound.objects.filter(pk=overlooked.pk).update(due_at=long_ago)
    with emitted() as events:
        assert said("requeue_stuck", "--dry-run") == "Would requeue 2 sounds."
    assert events == []
    with emitted() as events:
        assert said("requeue_stuck") == "2 sounds requeued; 0 were taken meanwhile."
        assert said("requeue_stuck") == "0 sounds requeued; 0 were taken meanwhile."
    assert [event.sound_id for event in events] == [abandoned.pk, overlooked.pk]
    assert Sound.objects.get(pk=abandoned.pk).state == "queued"
    assert fresh.state == "queued"


def test_a_sound_that_is_taken_meanwhile_is_left_to_its_worker(owner, upload):
    sound = upload(owner).sounds.get()
    claimed = claim(sound.track)
    with emitted() as events:
        assert not services.requeue_sound(sound=sound, at=timezone.now())
        claimed.attempt = 0
        assert not services.requeue_sound(sound=claimed, at=timezone.now())
    assert events == []
