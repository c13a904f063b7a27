"""What is like a sound that was removed is held until a person decides; nobody hears it before."""

import numpy as np
import pytest
from django.utils import timezone

from config.lib.testing import Api, emitted
from tracks import services
from tracks.audio.fingerprint import items_of
from tracks.audio.tags import Tags
from tracks.events import RenditionsQueued, SoundMatched, TrackFailed, TrackPublished, TrackReady
from tracks.models import BlockedSound, Fingerprint, Sound, Track
from tracks.services import blocking
from tracks.services.recording import Outcome, record_outcome
from tracks.tests.audio.test_fingerprint import encoded, melody
from tracks.tests.conftest import assert_tidy, claim, complete, run, states, stored, tracks_count

pytestmark = pytest.mark.django_db

RAW = np.random.default_rng(5).integers(0, 2**32, 400, dtype=np.uint32).tobytes()


@pytest.fixture
def song(tmp_path):
    return encoded(melody(seed=1, seconds=30), tmp_path / "song.mp3", "-c:a", "libmp3lame", "-b:a", "96k")


@pytest.fixture
def blocked(owner, upload_bytes, tmp_path) -> BlockedSound:
    """The song in another format was uploaded, and then blocked."""
    original = encoded(melody(seed=1, seconds=30), tmp_path / "original.flac")
    sound = upload_bytes(owner, original, visibility="private").sounds.get()
    assert run(sound)
    return services.block_sound(sound=sound, reason="It was claimed.", at=timezone.now())


@pytest.fixture
def held(stranger, upload, made) -> Sound:
    """A sound whose fingerprint matched."""
    match = BlockedSound.objects.create(items=[1], reason="It was claimed.", created_at=timezone.now())
    sound = claim(upload(stranger, title=""))
    outcome = Outcome(**{**vars(made.outcome), "match": match, "tags": Tags(title="Tagged")})
    services.processing.store_renditions(sound, made.outcome.transcoded.renditions, folder=made.folder)
    with emitted() as events:
        record_outcome(sound=sound, outcome=outcome, at=timezone.now())
    assert events == [SoundMatched(track_id=sound.track_id, owner_id=stranger.pk, blocked_sound_id=match.pk)]
    return Sound.objects.get(pk=sound.pk)


def add_fingerprint(sound: Sound, raw: bytes) -> Sound:
    Fingerprint.objects.update_or_create(sound=sound, defaults={"raw": raw})
    return sound


def test_a_copy_in_another_format_is_held_and_nobody_hears_it(stranger, sign_in, upload_bytes, song, blocked, rooms):
    sound = upload_bytes(stranger, song).sounds.get()
    assert run(sound)
    sound.refresh_from_db()
    assert (sound.state, sound.held_for, sound.heartbeat_at) == ("held", blocked, None)
    assert states(sound) == ["done"] * 5 + ["waiting"]
    assert not run(sound)
    path = f"/api/v1/tracks/{sound.track_id}/"
    assert Api().get(path).status_code == 404
    mine = sign_in(stranger)
    assert mine.get(f"{path}processing/").json()["state"] == "held"
    assert mine.get(f"{path}streams/").json()["access"] == "blocked"
    assert tracks_count(stranger) == 0
    assert_tidy(rooms)


def test_other_sound_passes(stranger, upload_bytes, tmp_path, blocked):
    other = encoded(melody(seed=2, seconds=30), tmp_path / "other.flac")
    sound = upload_bytes(stranger, other).sounds.get()
    assert run(sound)
    assert Sound.objects.get(pk=sound.pk).state == "ready"


def test_what_is_held_has_its_title_already(held):
    assert (held.track.title, held.track.state, held.track.sound) == ("Tagged", "held", None)


def test_released_it_plays_is_published_and_gets_its_other_renditions(held, made, rooms):
    with emitted() as events:
        services.release_held(sound=held, at=timezone.now())
    track = Track.objects.get(pk=held.track_id)
    facts = {"track_id": track.pk, "owner_id": track.owner_id}
    assert events == [TrackReady(**facts), TrackPublished(**facts), RenditionsQueued(sound_id=held.pk)]
    assert (track.state, track.sound, track.duration_ms) == ("ready", held, 1000)
    assert states(held)[5] == "done"
    complete(claim(track), made=made)
    assert_tidy(rooms)
    assert len(stored(held.folder)) == 7


def test_what_was_released_is_not_held_again(held, made):
    services.release_held(sound=held, at=timezone.now())
    Sound.objects.filter(pk=held.pk).update(state="queued", todo="")
    match = BlockedSound.objects.get()
    outcome = Outcome(**{**vars(made.outcome), "match": match})
    record_outcome(sound=claim(held.track), outcome=outcome, at=timezone.now())
    assert Sound.objects.get(pk=held.pk).state == "ready"


def test_refused_it_is_a_failure_whose_reason_its_owner_reads(held, sign_in, stranger):
    with emitted() as events:
        services.refuse_held(sound=held, at=timezone.now())
    assert events == [TrackFailed(track_id=held.track_id, owner_id=stranger.pk, code="sound_blocked")]
    timeline = sign_in(stranger).get(f"/api/v1/tracks/{held.track_id}/processing/").json()
    assert (timeline["state"], timeline["error_code"]) == ("failed", "sound_blocked")
    assert Track.objects.get(pk=held.track_id).state == "failed"


@pytest.mark.parametrize("decide", [services.release_held, services.refuse_held])
def test_what_is_not_held_needs_no_decision(owner, make_ready, held, decide):
    with pytest.raises(services.SoundNotHeld):
        decide(sound=make_ready(owner).sound, at=timezone.now())
    decide(sound=held, at=timezone.now())
    with emitted() as events, pytest.raises(services.SoundNotHeld):
        decide(sound=held, at=timezone.now())
    assert events == []


def test_a_sound_is_blocked_once_and_unblocked_once(owner, make_ready):
    sound, at = add_fingerprint(make_ready(owner).sound, RAW), timezone.now()
    first = services.block_sound(sound=sound, reason="It was claimed.", at=at)
    assert services.block_sound(sound=sound, reason="Again.", at=at) == first
    assert blocking.find_match(RAW) == first
    for _ in range(2):
        services.unblock_sound(blocked=first)
    assert blocking.find_match(RAW) is None
    assert Sound.objects.get(pk=sound.pk).state == "ready"


@pytest.mark.parametrize("raw", [None, b"", RAW[:80], bytes(4) * 400])
def test_what_cannot_be_recognised_cannot_be_blocked(owner, make_ready, raw):
    sound = make_ready(owner).sound
    Fingerprint.objects.all().delete()
    if raw is not None:
        add_fingerprint(sound, raw)
        assert blocking.find_match(raw) is None
    with pytest.raises(services.SoundUnknown):
        services.block_sound(sound=sound, reason="It was claimed.", at=timezone.now())


def test_sharing_a_few_numbers_is_no_match(owner, make_ready):
    services.block_sound(sound=add_fingerprint(make_ready(owner).sound, RAW), reason="No.", at=timezone.now())
    other = np.random.default_rng(6).integers(0, 2**32, 400, dtype=np.uint32)
    other[::40] = items_of(RAW)[::40]
    assert blocking.find_match(other.tobytes()) is None


def test_numbers_come_back_as_they_went():
    items = np.array([0, 1, 2**31 - 1, 2**31, 2**32 - 1], np.uint32)
    assert blocking.signed(items) == [0, 1, 2**31 - 1, -(2**31), -1]
    assert (blocking.unsigned(blocking.signed(items)) == items).all()
