"""Services that meet: real threads, real locks, every pair. No deadlock, nothing lost, the counts right."""

from itertools import combinations_with_replacement

import pytest
from django.core.files import File
from django.utils import timezone

from accounts.models import User
from config.lib.testing import race
from tracks import services
from tracks.audio.tags import Tags
from tracks.models import Rendition, Sound, Track
from tracks.services import queue
from tracks.tests.conftest import assert_tidy, claim, last_step, png, tracks_count

pytestmark = pytest.mark.django_db(transaction=True)

CROWD = 8


def now():
    return timezone.now()


def test_eight_uploads_of_one_title_get_eight_addresses(owner, tone, rooms):
    def upload():
        with tone.open("rb") as audio:
            file = File(audio, name="tone.wav")
            return services.upload_track(owner=owner, audio=file, details={"title": "Night"}, at=now())

    tracks = race(*[upload] * CROWD)
    assert all(isinstance(track, Track) for track in tracks), tracks
    permalinks = set(Track.objects.values_list("permalink", flat=True))
    assert len(permalinks) == CROWD
    assert {"night", "night-2"} <= permalinks
    assert_tidy(rooms)


def test_of_eight_who_want_one_address_one_gets_it(owner, upload):
    tracks = [upload(owner) for _ in range(CROWD)]
    results = race(
        *[
            lambda track=track: services.update_track(track=track, changes={"permalink": "night"}, at=now())
            for track in tracks
        ]
    )
    assert sum(isinstance(result, Track) for result in results) == 1
    assert sum(isinstance(result, services.PermalinkTaken) for result in results) == CROWD - 1


def test_of_eight_workers_one_claims_the_sound(owner, upload):
    sound = upload(owner).sounds.get()
    claimed = race(*[lambda: services.claim_sound(sound_id=sound.pk, at=now())] * CROWD)
    assert sum(isinstance(result, Sound) for result in claimed) == 1
    assert claimed.count(None) == CROWD - 1
    assert Sound.objects.get().attempt == 1


def test_eight_workers_make_one_set_of_renditions(owner, upload, rooms):
    sound = upload(owner).sounds.get()
    results = race(*[lambda: services.process_sound(sound_id=sound.pk)] * CROWD)
    # Whoever comes when the track is ready may find its other renditions to make.
    assert results.count(True) == Sound.objects.get().attempt in {1, 2}
    kinds = list(Rendition.objects.values_list("kind", flat=True))
    assert sorted(kinds) == (["aac_hls"] if len(kinds) == 1 else ["aac_hls", "mp3", "opus", "preview"])
    assert tracks_count(owner) == 1
    assert_tidy(rooms)


def test_eight_sweeps_hand_back_once(owner, upload):
    claim(upload(owner))
    Sound.objects.update(heartbeat_at=now() - 2 * queue.RESEND_AFTER)
    at = now()
    assert sum(race(*[lambda: services.sweep_sounds(at=at)] * CROWD)) == 2
    assert Sound.objects.get().state == "queued"


def test_eight_who_publish_count_one(owner, make_ready):
    track = make_ready(owner, visibility="private")
    change = {"visibility": "public"}
    results = race(*[lambda: services.update_track(track=track, changes=change, at=now())] * CROWD)
    assert all(isinstance(result, Track) for result in results), results
    assert tracks_count(owner) == 1


def set_visibility(visibility):
    return lambda track, _: services.update_track(track=track, changes={"visibility": visibility}, at=now())


MOVES = {
    "publish": set_visibility("public"),
    "privatise": set_visibility("private"),
    "rename": lambda track, _: services.update_track(track=track, changes={"permalink": "dusk"}, at=now()),
    "trash": lambda track, _: services.trash_track(track=track, at=now()),
    "link": lambda track, _: services.make_secret_token(track=track, at=now()),
    "record": lambda _, record: record(),
    "hand back": lambda track, _: queue.hand_back(sound=track.sounds.get(), retry_at=now(), at=now()),
    "fail": lambda track, _: queue.fail_sound(sound=track.sounds.get(), code="damaged", reason="No.", at=now()),
    "beat": lambda track, _: queue.beat(sound=track.sounds.get(), at=now()),
}
FORESEEN = (Track.DoesNotExist, services.LeaseLost)
PAIRS = list(combinations_with_replacement(MOVES, 2))
MEETINGS = [("public", *pair) for pair in PAIRS] + [("private", *pair) for pair in PAIRS if "publish" in pair]


@pytest.mark.parametrize(("visibility", "one", "other"), MEETINGS)
def test_any_two_services_meet_on_one_track(owner, upload, made, visibility, one, other):
    track = upload(owner, visibility=visibility)
    record = last_step(made, claim(track))
    results = race(lambda: MOVES[one](track, record), lambda: MOVES[other](track, record))
    strange = [result for result in results if isinstance(result, Exception) and not isinstance(result, FORESEEN)]
    assert strange == []
    track = Track.objects.get()
    assert tracks_count(owner) == int(track.is_listed) == Track.objects.listed().count()
    assert Rendition.objects.count() == int(track.sound is not None)
    assert track.state == Sound.objects.get().state


def test_patches_that_meet_lose_nothing(owner, make_ready):
    track = make_ready(owner)
    changes = [{"title": "Night"}, {"genre": "Drone"}, {"tags": ["slow"]}, {"description": "Long"}, {"key": "Am"},
               {"bpm": 98}, {"explicit": True}, {"artist": "Owner"}]  # fmt: skip
    race(*[lambda change=change: services.update_track(track=track, changes=change, at=now()) for change in changes])
    assert Track.objects.filter(pk=track.pk, **{name: value for change in changes for name, value in change.items()})


@pytest.mark.parametrize("turn", range(5))
def test_a_patch_that_meets_the_end_of_the_work_keeps_what_the_owner_says(owner, upload, made, turn):
    track = upload(owner)
    race(
        last_step(made, claim(track), said=Tags(title="Tagged", artist="Tagger", genre="Tag")),
        lambda: services.update_track(track=track, changes={"title": "Mine", "artist": ""}, at=now()),
    )
    track = Track.objects.get()
    assert (track.title, track.artist, track.genre, track.state) == ("Mine", "", "Tag", "ready")


def test_covers_that_are_moved_by_eight_at_once_are_one_cover(owner, make_ready, rooms):
    track = make_ready(owner, visibility="private", said=Tags(cover=png()))
    move = {"track_id": track.pk, "artwork_id": track.artwork_id}
    moved = race(*[lambda: services.move_artwork(**move, at=now())] * CROWD)
    assert moved.count(True) == 1
    assert all(result in {True, False} or isinstance(result, OSError) for result in moved), moved
    assert_tidy(rooms)


def test_tracks_of_one_owner_that_come_and_go_leave_the_count_right(make_user, make_ready):
    owner: User = make_user("busy")
    tracks = [make_ready(owner) for _ in range(CROWD)]
    names = ["privatise", "trash"] * (CROWD // 2)
    race(*[lambda track=track, name=name: MOVES[name](track, None) for track, name in zip(tracks, names, strict=True)])
    race(*[lambda track=track: MOVES["publish"](track, None) for track in tracks])
    assert tracks_count(owner) == Track.objects.listed().count() == CROWD // 2
