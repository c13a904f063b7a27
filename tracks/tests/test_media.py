"""Stream addresses and the gate behind them: every request is checked as if it were the first."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import signing
from django.utils import timezone

from accounts.models import User
from accounts.services import suspend_user
from config.lib.testing import Api
from tracks import capabilities, queries, services
from tracks.audio.waveform import Waveform
from tracks.capabilities import Capability, expiry, seal, unseal
from tracks.models import Rendition, Sound, Track

pytestmark = pytest.mark.django_db

# The type of each file, and the attempt that made it: the first makes the track ready, the second the rest.
TYPES = {"master.m3u8": ("application/vnd.apple.mpegurl", 1), "aac.m3u8": ("application/vnd.apple.mpegurl", 1),
         "aac.mp4": ("audio/mp4", 1), "opus.mp4": ("audio/mp4", 2), "mp3.mp3": ("audio/mpeg", 2),
         "preview.mp3": ("audio/mpeg", 2)}  # fmt: skip


def streams(client, track: Track, token: str = "") -> dict:
    query = {"secret_token": token} if token else {}
    answer = client.get(f"/api/v1/tracks/{track.pk}/streams/", query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def address(streams_answer: dict, name: str = "mp3.mp3") -> str:
    """The path of a file beside the MP3."""
    return streams_answer["mp3_url"].removeprefix("http://earshot.test").removesuffix("mp3.mp3") + name


def plays(path: str) -> bool:
    answer = Api().get(path)
    if answer.status_code == 200:
        return True
    assert (answer.status_code, answer.content) == (404, b"This stream is over.\n")
    assert answer["Cache-Control"] == "no-store"
    return False


# --- capabilities --------------------------------------------------------------------------------


@pytest.mark.parametrize(("duration_ms", "hours"), [(0, 1), (60_000, 1), (30 * 60_000, 1), (24 * 3_600_000, 48)])
def test_a_stream_lives_an_hour_or_twice_the_length(duration_ms, hours):
    at = datetime(2026, 1, 1, tzinfo=UTC)
    assert expiry(duration_ms=duration_ms, at=at) - at == timedelta(hours=hours)


def test_a_capability_opens_until_its_last_second_and_unchanged_only():
    held = Capability(track_id=1, sound_id=2, user_id=None, secret_digest="d", expires_at=1000)
    sealed = seal(held)
    assert unseal(sealed, at=datetime.fromtimestamp(999, UTC)) == held
    assert unseal(sealed, at=datetime.fromtimestamp(1000, UTC)) is None
    assert sealed.isascii()
    assert "/" not in sealed
    for forged in (sealed[:-1], "x" + sealed, sealed[::-1], "", ".", "a.b", "\0", "é." + sealed):
        assert unseal(forged, at=datetime.fromtimestamp(0, UTC)) is None


def test_other_signatures_of_ours_are_no_capabilities():
    fields = [1, 2, None, "", None, 2**33]
    for salt in ("", "other"):
        text = signing.Signer(salt=salt, sep=".").sign_object(fields)
        assert unseal(text, at=timezone.now()) is None
    assert unseal(signing.Signer(salt=capabilities.SALT, sep=".").sign_object(fields), at=timezone.now())


def test_a_capability_outlives_a_change_of_the_secret_until_the_old_one_is_taken_away(settings):
    held, at = Capability(1, 2, None, "", 1000), datetime.fromtimestamp(0, UTC)
    sealed, old = seal(held), settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another " * 8, [old]
    assert unseal(sealed, at=at) == held
    settings.SECRET_KEY_FALLBACKS = []
    assert unseal(sealed, at=at) is None


# --- streams/ ------------------------------------------------------------------------------------


def test_streams_name_every_rendition_and_outlive_the_track(api, owner, make_ready):
    answer = streams(api, make_ready(owner))
    assert answer["access"] == "playable"
    assert {name: url.rsplit("/", 1)[1] for name, url in answer.items() if name.endswith("_url") and url} == {
        "hls_url": "master.m3u8",
        "aac_url": "aac.mp4",
        "opus_url": "opus.mp4",
        "mp3_url": "mp3.mp3",
        "preview_url": "preview.mp3",
    }
    lasts = datetime.fromisoformat(answer["expires_at"]) - timezone.now()
    assert timedelta(minutes=59) < lasts <= timedelta(hours=1)


def test_every_file_of_a_stream_is_handed_over_with_its_own_type(api, owner, make_ready):
    track = make_ready(owner)
    answer, folder = streams(api, track), track.sounds.get().folder
    for name, (content_type, attempt) in TYPES.items():
        for verb in ("get", "head"):
            given = getattr(Api(), verb)(address(answer, name))
            assert given.status_code == 200
            assert given["X-Accel-Redirect"] == f"/protected-media/{folder}/{attempt}/{name}"
            assert given["Access-Control-Allow-Origin"] == "*"
            assert given["Content-Type"] == content_type
            assert given["Cache-Control"] == "private, no-cache"
            assert given["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "name", ["original", "aac.m3u9", "..%2Foriginal", "%2e%2e/original", "mp3.mp3%00", "MP3.MP3", "opus.ogg"]
)
def test_no_other_file_is_handed_over(api, owner, make_ready, name):
    path = address(streams(api, make_ready(owner)), name)
    assert "X-Accel-Redirect" not in Api().get(path)
    assert Api().get(path).status_code == 404


@pytest.mark.parametrize("verb", ["post", "put", "patch", "delete"])
def test_the_gate_is_read_only(api, owner, make_ready, verb):
    assert getattr(Api(), verb)(address(streams(api, make_ready(owner)))).status_code == 405


def test_a_track_without_sound_has_no_streams_yet(sign_in, owner, upload):
    answer = streams(sign_in(owner), upload(owner))
    assert answer["access"] == "blocked"
    assert not any(value for name, value in answer.items() if name != "access")


def test_a_rendition_that_is_not_there_is_not_named(api, owner, make_ready):
    track = make_ready(owner)
    Rendition.objects.filter(sound__track=track, kind="aac_hls").delete()
    answer = streams(api, track)
    assert (answer["hls_url"], answer["aac_url"]) == (None, None)
    assert plays(address(answer))
    assert not plays(address(answer, "aac.mp4"))


# --- losing access -------------------------------------------------------------------------------


def test_privatising_ends_the_streams_of_everybody_but_the_owner(api, sign_in, stranger, owner, make_ready):
    track = make_ready(owner)
    held = [address(streams(client, track)) for client in (api, sign_in(stranger))]
    own = address(streams(sign_in(owner), track))
    services.update_track(track=track, changes={"visibility": "private"}, at=timezone.now())
    assert [plays(path) for path in (*held, own)] == [False, False, True]
    services.update_track(track=track, changes={"visibility": "unlisted"}, at=timezone.now())
    assert [plays(path) for path in (*held, own)] == [True, True, True]


def test_rotating_and_dropping_a_link_end_the_streams_that_it_opened(api, owner, make_ready):
    track = make_ready(owner, visibility="private")
    for change in (services.make_secret_token, services.drop_secret_token):
        token = services.make_secret_token(track=track, at=timezone.now()).secret_token
        path = address(streams(api, track, token))
        assert plays(path)
        assert token not in path
        change(track=track, at=timezone.now())
        assert not plays(path)


def test_the_trash_ends_every_stream(api, sign_in, owner, make_ready):
    track = make_ready(owner)
    held = [address(streams(client, track)) for client in (api, sign_in(owner))]
    services.trash_track(track=track, at=timezone.now())
    assert [plays(path) for path in held] == [False, False]


def test_a_suspended_owner_is_heard_by_nobody(api, sign_in, owner, make_ready):
    track = make_ready(owner, visibility="unlisted")
    held = [address(streams(client, track)) for client in (api, sign_in(owner))]
    User.objects.filter(pk=owner.pk).update(is_active=False)
    assert [plays(path) for path in held] == [False, False]


def test_a_suspended_listener_plays_nothing_with_what_they_hold(sign_in, stranger, owner, make_ready):
    path = address(streams(sign_in(stranger), make_ready(owner)))
    assert plays(path)
    suspend_user(user=stranger, reason="Spam.", at=timezone.now())
    assert not plays(path)


def test_of_sound_for_subscribers_others_hear_the_preview_and_an_older_address_dies(api, sign_in, owner, make_ready):
    track = make_ready(owner)
    path, own = address(streams(api, track)), address(streams(sign_in(owner), track))
    services.update_track(track=track, changes={"audience": "subscribers"}, at=timezone.now())
    answer = streams(api, track)
    assert {name for name, value in answer.items() if value} == {"access", "preview_url", "expires_at"}
    assert answer["access"] == "preview"
    preview = answer["preview_url"].removeprefix("http://earshot.test")
    assert plays(preview)
    assert not plays(preview.replace("preview.mp3", "mp3.mp3"))
    assert [plays(path), plays(own)] == [False, True]


def test_sound_for_subscribers_without_a_preview_is_blocked(api, owner, make_ready):
    track = make_ready(owner, audience="subscribers")
    Rendition.objects.filter(kind="preview").delete()
    assert streams(api, track) == {"access": "blocked", **dict.fromkeys(queries.STREAM_FIELDS), "expires_at": None}


def test_a_preview_is_heard_only_by_those_who_see_its_track(api, owner, make_ready):
    track = make_ready(owner)
    preview = address(streams(api, track), "preview.mp3")
    services.update_track(track=track, changes={"visibility": "private"}, at=timezone.now())
    assert not plays(preview)


def test_a_capability_opens_no_other_track_and_no_other_sound(owner, make_ready):
    track, other = make_ready(owner), make_ready(owner)
    later = int(timezone.now().timestamp()) + 60
    sounds = {item.pk: Sound.objects.get(track=item).pk for item in (track, other)}
    assert plays(f"/media/{seal(Capability(track.pk, sounds[track.pk], None, '', later))}/mp3.mp3")
    assert not plays(f"/media/{seal(Capability(track.pk, sounds[other.pk], None, '', later))}/mp3.mp3")
    assert not plays(f"/media/{seal(Capability(track.pk, sounds[track.pk], None, '', later - 61))}/mp3.mp3")


# --- waveforms -----------------------------------------------------------------------------------


def test_a_waveform_is_read_as_json_as_binary_and_as_a_picture(api, owner, make_ready):
    base = f"/api/v1/tracks/{make_ready(owner).pk}/waveform/"
    body = api.get(base, {"points": 100}).json()
    assert (body["version"], body["channels"], body["bits"]) == (2, 1, 8)
    assert len(body["data"]) == 2 * body["length"] <= 200
    binary = api.get(base, {"form": "dat", "points": 100})
    assert binary["Content-Type"] == "application/octet-stream"
    assert Waveform.from_dat(binary.content).to_json_dict() == body
    picture = api.get(base, {"form": "png"}, headers={"accept": "image/png"})
    assert (picture["Content-Type"], picture.content[:4]) == ("image/png", b"\x89PNG")
    drawing = api.get(base, {"form": "svg"}, headers={"accept": "image/svg+xml"})
    assert (drawing["Content-Type"], drawing.content[:4]) == ("image/svg+xml", b"<svg")


@pytest.mark.parametrize(
    "query",
    [
        {"form": "gif"},
        {"form": ""},
        {"points": "9"},
        {"points": "16385"},
        {"points": "9" * 5000},
        {"points": "x"},
        {"v": "x" * 21},
    ],
)
def test_a_waveform_of_no_such_form_is_400(api, owner, make_ready, query):
    api.problem(api.get(f"/api/v1/tracks/{make_ready(owner).pk}/waveform/", query), status=400, code="invalid")


def test_a_waveform_is_kept_for_ever_by_the_browser_alone_under_the_address_that_names_its_version(
    api, sign_in, stranger, owner, make_ready
):
    track = make_ready(owner)
    versioned = api.get(f"/api/v1/tracks/{track.pk}/").json()["waveform_url"].removeprefix("http://earshot.test")
    base = f"/api/v1/tracks/{track.pk}/waveform/"
    assert api.get(versioned)["Cache-Control"] == "private, max-age=31536000, immutable"
    assert api.get(base)["Cache-Control"] == "public, no-cache"
    assert api.get(f"{base}?v=999999")["Cache-Control"] == "public, no-cache"
    assert sign_in(stranger).get(versioned)["Cache-Control"] == "private, no-cache"
    assert api.get(base, headers={"if-none-match": api.get(base)["ETag"]}).status_code == 304


def test_there_is_no_waveform_before_there_is_sound(sign_in, owner, upload):
    client = sign_in(owner)
    client.problem(client.get(f"/api/v1/tracks/{upload(owner).pk}/waveform/"), status=404, code="not_found")
