"""A replacement meets another one, the end of the work, the trash: real threads, real locks, no deadlock."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files import File
from django.db import transaction
from django.utils import timezone

from billing.models import Usage
from config.lib.testing import race, wait_for_a_waiter
from tracks import services
from tracks.models import Sound, Track
from tracks.services import queue
from tracks.tests.conftest import claim, last_step, owned, stored, tracks_count

pytestmark = pytest.mark.django_db(transaction=True)

CROWD = 6


def now():
    return timezone.now()


def replacement(track: Track, tone):
    """A move that replaces the sound of the track."""

    def put():
        with tone.open("rb") as audio:
            return services.replace_audio(track=track, audio=File(audio, name="next.wav"), at=now())

    return put


def assert_one_next_sound(track: Track) -> None:
    """What plays, at most one newer sound, nothing else; and the ledger knows of both."""
    track.refresh_from_db()
    sounds = list(track.sounds.order_by("pk"))
    newer = [sound for sound in sounds if sound.pk > (track.sound_id or 0)]
    assert len(newer) <= 1
    usage = Usage.objects.get(pk=track.owner_id)
    expected = sum(sound.original_bytes for sound in sounds if sound.state != "failed")
    assert usage.used_bytes + usage.reserved_bytes == expected


def test_of_a_crowd_of_replacements_one_is_left(owner, make_ready, tone, patient_locks):
    track = make_ready(owner)
    before = track.sound
    results = race(*[replacement(track, tone)] * CROWD)
    assert all(isinstance(result, Track) for result in results), results
    assert track.sounds.count() == 2
    assert track.sounds.filter(pk=before.pk).exists()
    assert_one_next_sound(track)
    assert stored() == owned()


OTHERS = {
    "record": lambda track, record: record(),
    "fail": lambda track, _: queue.fail_sound(sound=track.sounds.latest("pk"), code="damaged", reason="No.", at=now()),
    "hand back": lambda track, _: queue.hand_back(sound=track.sounds.latest("pk"), retry_at=now(), at=now()),
    "trash": lambda track, _: services.trash_track(track=track, at=now()),
    "privatise": lambda track, _: services.update_track(track=track, changes={"visibility": "private"}, at=now()),
    "sweep": lambda track, _: services.sweep_sounds(at=now() + queue.RESEND_AFTER),
    "retire": lambda track, _: services.retire_sound(sound_id=track.sounds.earliest("pk").pk, at=now()),
}
# What has never played is not retired.
MEETINGS = [(other, True) for other in OTHERS] + [(other, False) for other in OTHERS if other != "retire"]
FORESEEN = (Track.DoesNotExist, services.LeaseLost, Sound.DoesNotExist)


def test_a_replacement_that_waited_for_the_end_of_the_work_leaves_what_plays_now(
    owner, make_ready, made, tone, patient_locks
):
    track = make_ready(owner)
    replacement(track, tone)()
    second = claim(track)
    record = last_step(made, second)
    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            queue.lock_lease(second)
            third = threads.submit(race, replacement(track, tone))
            wait_for_a_waiter()
            record()
        assert isinstance(third.result(timeout=60)[0], Track)
    track.refresh_from_db()
    assert track.sound == second
    assert track.sounds.count() == 3
    assert_one_next_sound(track)


@pytest.mark.parametrize(("other", "plays"), MEETINGS)
def test_a_replacement_meets_whatever_else_befalls_the_track(owner, upload, make_ready, made, tone, other, plays):
    track = make_ready(owner) if plays else upload(owner)
    if plays:
        replacement(track, tone)()
    record = last_step(made, claim(track))
    results = race(replacement(track, tone), lambda: OTHERS[other](track, record))
    strange = [result for result in results if isinstance(result, Exception) and not isinstance(result, FORESEEN)]
    assert strange == []
    track.refresh_from_db()
    assert tracks_count(owner) == int(track.is_listed) == Track.objects.listed().count()
    if other != "retire":
        assert_one_next_sound(track)
    newest = track.sounds.latest("pk")
    assert track.state == ("ready" if track.sound else newest.state)
