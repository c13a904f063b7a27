"""What the file says of itself fills what its owner has left out, and nothing else."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from config.lib import storage
from config.lib.pictures import taking
from tracks import services
from tracks.audio.tags import Tags
from tracks.models import Artwork, Rendition, Sound, Track, Waveform
from tracks.services.recording import bpm_from, date_from
from tracks.tests.conftest import assert_tidy, claim, owned, png, stored

pytestmark = pytest.mark.django_db

SAID = Tags(
    title="Tagged", artist="Tagger", genre="Tag", date="2026-01-31", bpm="98.456", key="Am", isrc="QZ-ES1-26-00001"
)


def test_tags_fill_what_was_left_out(owner, make_ready):
    track = make_ready(owner, said=SAID)
    assert (track.title, track.artist, track.genre, track.key) == ("Tagged", "Tagger", "Tag", "Am")
    assert (track.bpm, track.release_date, track.isrc) == (Decimal("98.46"), date(2026, 1, 31), "QZES12600001")
    assert (track.permalink, track.left_to_tags) == ("tagged", [])


def test_what_the_uploader_said_stands(owner, make_ready):
    said = {"title": "Mine", "artist": "Me", "genre": "Mine", "key": "C", "bpm": Decimal(60), "isrc": "AAAAA2600001"}
    track = make_ready(owner, said=SAID, **said)
    assert {name: getattr(track, name) for name in said} == said
    assert track.permalink == "mine"


def test_an_address_that_was_asked_for_stays_when_the_title_comes_from_the_tags(owner, make_ready):
    track = make_ready(owner, said=SAID, permalink="night")
    assert (track.title, track.permalink) == ("Tagged", "night")


def test_a_title_from_the_tags_takes_the_next_free_address(owner, make_ready):
    make_ready(owner, title="Tagged")
    assert make_ready(owner, said=SAID).permalink == "tagged-2"


def test_a_title_that_spells_the_address_it_has_already_keeps_it(owner, make_ready):
    assert make_ready(owner, said=Tags(title="Tone!")).permalink == "tone"


def test_an_address_stays_when_the_title_does_though_a_better_one_is_free_by_now(owner, upload, finish):
    first, second = (upload(owner, title="Night") for _ in range(2))
    services.update_track(track=first, changes={"permalink": "dusk"}, at=timezone.now())
    finish(claim(second), said=SAID)
    assert Track.objects.get(pk=second.pk).permalink == "night-2"


def test_what_the_owner_says_while_it_is_processed_stands(owner, upload, finish):
    track = upload(owner)
    sound = claim(track)
    services.update_track(track=track, changes={"title": "Tone", "artist": "", "bpm": None}, at=timezone.now())
    finish(sound, said=SAID)
    track = Track.objects.get(pk=track.pk)
    assert (track.title, track.artist, track.bpm, track.genre) == ("Tone", "", None, "Tag")
    assert track.permalink == "tone"


def test_saying_again_what_stands_there_takes_it_from_the_tags(owner, upload, finish):
    track = upload(owner)
    services.update_track(track=track, changes={"title": track.title}, at=timezone.now())
    finish(claim(track), said=SAID)
    assert Track.objects.get(pk=track.pk).title == "tone"


@pytest.mark.parametrize(
    ("text", "bpm"),
    [("120", Decimal(120)), ("98.456", Decimal("98.46")), ("1", Decimal(1)), ("999.004", Decimal("999.00"))]
    + [
        (text, None) for text in ("", "fast", "0", "0.4", "-3", "999.006", "NaN", "sNaN", "Infinity", "1e400", "9" * 99)
    ],
)
def test_a_tempo_that_no_music_has_is_left_out(text, bpm):
    assert bpm_from(text) == bpm


@pytest.mark.parametrize(
    ("text", "day"),
    [("2026-01-31", date(2026, 1, 31)), ("2026-01-31T10:00:00", date(2026, 1, 31))]
    + [(text, None) for text in ("", "2026", "2026-13-01", "31.01.2026", "0000-00-00", "soon")],
)
def test_a_date_is_a_whole_date_or_none(text, day):
    assert date_from(text) == day


def test_a_recorded_sound_has_its_facts_renditions_and_peaks(owner, make_ready, tone):
    sound = make_ready(owner).sound
    assert (sound.container, sound.codec, sound.sample_rate_hz, sound.channels, sound.bit_depth) == (
        "wav", "pcm_s16le", 44_100, 1, 16,
    )  # fmt: skip
    assert len(sound.original_sha256) == 64
    kinds = {rendition.kind for rendition in Rendition.objects.filter(sound=sound)}
    assert kinds == {"aac_hls", "opus", "mp3", "preview"}
    assert Waveform.objects.get(sound=sound).dat
    assert stored() == owned()


# --- covers --------------------------------------------------------------------------------------


def test_the_cover_in_the_file_becomes_the_artwork(owner, api, make_ready, rooms):
    track = make_ready(owner, said=Tags(cover=png()))
    artwork = api.get(f"/api/v1/tracks/{track.pk}/").json()["artwork"]
    assert artwork["color"] == "#fe0000" or artwork["color"].startswith("#f")
    for size in ("thumb", "medium", "large"):
        answer = api.get(artwork[size].removeprefix("http://earshot.test"))
        assert answer["X-Accel-Redirect"] == f"/protected-media/{track.artwork.folder}/{size}.webp"
        assert (answer["Content-Type"], answer["Cache-Control"]) == (
            "image/webp",
            "public, max-age=31536000, immutable",
        )
    assert_tidy(rooms)


@pytest.mark.parametrize(
    "cover", [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff" + b"x" * 99, png()[:60], b"RIFF\0\0\0\0WEBPVP8 "]
)
def test_a_cover_that_cannot_be_taken_costs_the_sound_nothing(owner, make_ready, rooms, cover):
    track = make_ready(owner, said=Tags(title="Tagged", cover=cover))
    assert (track.state, track.title, track.artwork) == ("ready", "Tagged", None)
    assert_tidy(rooms)


@pytest.mark.parametrize("end", ["os.kill(os.getpid(), 11)", "os._exit(3)", "raise RuntimeError"])
def test_a_decoder_that_crashes_in_the_middle_of_hostile_bytes_costs_the_sound_nothing(
    owner, make_ready, rooms, monkeypatch, end
):
    monkeypatch.setattr(taking, "PROGRAM", f"import os; {end}")
    assert make_ready(owner, said=Tags(cover=png())).state == "ready"
    assert_tidy(rooms)


def test_an_artwork_that_is_there_already_stays(owner, make_ready, rooms, upload, finish):
    track = upload(owner)
    kept = make_ready(owner, said=Tags(cover=png())).artwork
    Track.objects.update(artwork=None)
    Track.objects.filter(pk=track.pk).update(artwork=kept)
    finish(claim(track), said=Tags(cover=png("blue")))
    assert Track.objects.get(pk=track.pk).artwork == kept
    assert Artwork.objects.count() == 1
    assert_tidy(rooms)


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_a_storage_that_fails_in_the_middle_of_a_cover_leaves_nothing_of_it(owner, upload, finish, monkeypatch, nth):
    sound = claim(upload(owner))
    store, calls = storage.store, []

    def fail(*, key, content):
        calls.append(key)
        if key.startswith("art/") and len([key for key in calls if key.startswith("art/")]) == nth:
            raise OSError("the disk is full")
        store(key=key, content=content)

    monkeypatch.setattr(storage, "store", fail)
    with pytest.raises(OSError, match="full"):
        finish(sound, said=Tags(cover=png()))
    assert not any(key.startswith("art") for key in stored())
    assert not Rendition.objects.exists()
    assert Sound.objects.get().state == "processing"
