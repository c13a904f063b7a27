"""Downloads: who may have which copy, counted, and asked again at every request."""

from datetime import timedelta
from urllib.parse import unquote

import httpx
import pytest
from django.utils import timezone

from accounts.models import User
from accounts.services import suspend_user
from billing.models import Plan
from config.lib.testing import Api
from tracks import queries, services
from tracks.capabilities import Capability, DownloadCapability, seal, unseal, unseal_download
from tracks.choices import Copy
from tracks.files.queries import open_download
from tracks.models import Rendition, Sound, Track, TrackCounts
from tracks.tests.conftest import viewer

pytestmark = pytest.mark.django_db


def path(track: Track, token: str = "") -> str:
    return f"/api/v1/tracks/{track.pk}/downloads/" + (f"?secret_token={token}" if token else "")


def take(client: Api, track: Track, token: str = "", **body) -> dict:
    answer = client.post(path(track, token), body)
    assert answer.status_code == 201, answer.content
    assert answer["Cache-Control"] == "no-store"
    return answer.json()


def fetch(download: dict, verb: str = "get"):
    return getattr(Api(), verb)(download["url"].removeprefix("http://earshot.test"))


def is_over(download: dict) -> bool:
    answer = fetch(download)
    if answer.status_code == 200:
        return False
    assert (answer.status_code, answer["Cache-Control"]) == (404, "no-store")
    return True


def downloads_of(track: Track) -> int:
    return TrackCounts.objects.get(track=track).downloads


def change(track: Track, **changes) -> None:
    services.update_track(track=track, changes=changes, at=timezone.now())


@pytest.fixture
def offline_plan(default_plan):
    """The one plan with copies for listening offline."""
    Plan.objects.filter(pk=default_plan.pk).update(offline=False)
    return Plan.objects.create(code="plus", name="Plus", offline=True)


def test_the_owner_has_the_original_and_is_not_counted(sign_in, owner, make_ready):
    track = make_ready(owner, title="Night bus", artist="Ada")
    download = take(sign_in(owner), track)
    assert (download["filename"], download["bytes"]) == ("Ada - Night bus.wav", track.sound.original_bytes)
    for verb in ("get", "head"):
        answer = fetch(download, verb)
        assert answer.status_code == 200
        assert answer["X-Accel-Redirect"] == f"/protected-media/{track.sound.original_key}"
        assert answer["Content-Type"] == "application/octet-stream"
        assert answer["Content-Disposition"] == 'attachment; filename="Ada - Night bus.wav"'
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Cache-Control"] == "private, no-cache"
    assert downloads_of(track) == 0


def test_whoever_is_signed_in_has_what_the_artist_offers_and_is_counted(api, sign_in, stranger, owner, make_ready):
    track = make_ready(owner, downloadable=True)
    client = sign_in(stranger)
    assert not is_over(take(client, track))
    take(client, track)
    assert downloads_of(track) == 2
    assert client.get(f"/api/v1/tracks/{track.pk}/").json()["downloads_count"] == 2
    api.problem(api.post(path(track)), status=401, code="not_authenticated")


def test_what_is_not_offered_is_refused_and_not_counted(sign_in, stranger, owner, make_ready):
    track = make_ready(owner)
    client = sign_in(stranger)
    client.problem(client.post(path(track)), status=403, code="not_downloadable")
    kept = make_ready(owner, downloadable=True, audience="subscribers")
    client.problem(client.post(path(kept)), status=403, code="not_downloadable")
    assert downloads_of(track) == downloads_of(kept) == 0


def test_there_is_nothing_to_download_before_there_is_sound(sign_in, owner, upload):
    client = sign_in(owner)
    problem = client.problem(client.post(path(upload(owner))), status=409, code="nothing_to_download")
    assert problem["state"] == "queued"


def test_a_secret_link_opens_a_download_until_it_is_rotated(sign_in, stranger, owner, make_ready):
    track = make_ready(owner, visibility="private", downloadable=True)
    token = services.make_secret_token(track=track, at=timezone.now()).secret_token
    client = sign_in(stranger)
    client.problem(client.post(path(track)), status=404, code="not_found")
    download = take(client, track, token)
    assert token not in download["url"]
    assert not is_over(download)
    services.make_secret_token(track=track, at=timezone.now())
    assert is_over(download)


@pytest.mark.parametrize(
    "loss", ["no longer offered", "private", "trash", "kept for subscribers", "suspended", "removed"]
)
def test_an_address_dies_with_the_right_to_it(sign_in, stranger, owner, make_ready, loss):
    track = make_ready(owner, downloadable=True)
    download = take(sign_in(stranger), track)
    assert not is_over(download)
    losses = {
        "no longer offered": lambda: change(track, downloadable=False),
        "private": lambda: change(track, visibility="private"),
        "kept for subscribers": lambda: change(track, audience="subscribers"),
        "trash": lambda: services.trash_track(track=track, at=timezone.now()),
        "suspended": lambda: suspend_user(user=stranger, reason="Spam.", at=timezone.now()),
        "removed": lambda: Sound.objects.filter(track=track).update(track=make_ready(owner)),
    }
    losses[loss]()
    assert is_over(download)


def test_an_address_lasts_an_hour_and_opens_nothing_else(owner, make_ready):
    track, other = make_ready(owner), make_ready(owner)
    at = timezone.now()
    download = services.take_download(track=track, viewer=viewer(owner), copy=Copy.ORIGINAL, at=at)
    capability = download.url.split("/")[-2]
    assert download.expires_at <= at + timedelta(hours=1)
    assert open_download(capability=capability, at=download.expires_at - timedelta(seconds=1))
    assert open_download(capability=capability, at=download.expires_at) is None
    foreign = DownloadCapability(track.pk, other.sound_id, owner.pk, "", Copy.ORIGINAL, 2**33)
    assert open_download(capability=seal(foreign), at=at) is None
    for forged in (capability[:-1], "", "a.b", f"x{capability}"):
        assert open_download(capability=forged, at=at) is None


def test_the_capability_of_a_stream_is_none_of_a_download_and_the_other_way_round(owner, make_ready):
    track, at = make_ready(owner), timezone.now()
    stream = seal(Capability(track.pk, track.sound_id, owner.pk, "", 2**33))
    download = seal(DownloadCapability(track.pk, track.sound_id, owner.pk, "", Copy.ORIGINAL, 2**33))
    assert unseal(stream, at=at)
    assert unseal_download(download, at=at)
    assert unseal(download, at=at) is None
    assert unseal_download(stream, at=at) is None
    assert queries.open_media(capability=download, name="mp3.mp3", at=at) is None
    assert Api().get(f"/media/{download}/original").status_code == 404


@pytest.mark.parametrize("downloadable", [True, False])
def test_copies_for_offline_are_for_those_whose_plan_has_them(
    sign_in, stranger, owner, make_ready, offline_plan, downloadable
):
    track, client = make_ready(owner, downloadable=downloadable, title="Night"), sign_in(stranger)
    client.problem(client.post(path(track), {"copy": "offline"}), status=402, code="offline_not_included")
    User.objects.filter(pk=stranger.pk).update(plan="plus")
    download = take(client, track, copy="offline")
    answer = fetch(download)
    mp3 = Rendition.objects.get(sound=track.sound, kind="mp3")
    assert (download["filename"], download["bytes"]) == ("Night.mp3", mp3.bytes)
    assert answer["X-Accel-Redirect"] == f"/protected-media/{mp3.prefix}/mp3.mp3"
    assert downloads_of(track) == 1
    User.objects.filter(pk=stranger.pk).update(plan="free")
    assert is_over(download)


def test_an_offline_copy_of_what_is_kept_for_subscribers_or_not_made_yet_is_refused(
    sign_in, stranger, owner, make_ready, offline_plan
):
    User.objects.filter(pk=stranger.pk).update(plan="plus")
    client = sign_in(stranger)
    kept = make_ready(owner, audience="subscribers")
    client.problem(client.post(path(kept), {"copy": "offline"}), status=403, code="not_downloadable")
    track = make_ready(owner)
    download = take(client, track, copy="offline")
    Rendition.objects.filter(sound=track.sound, kind="mp3").delete()
    client.problem(client.post(path(track), {"copy": "offline"}), status=409, code="nothing_to_download")
    assert is_over(download)


def test_a_plan_ends_the_downloads_of_a_day_but_not_those_of_ones_own(
    sign_in, stranger, owner, make_ready, default_plan
):
    Plan.objects.filter(pk=default_plan.pk).update(downloads_per_day=1)
    track = make_ready(owner, downloadable=True)
    client = sign_in(stranger)
    take(client, track)
    problem = client.problem(client.post(path(track)), status=402, code="over_quota")
    assert problem["limit"] == "downloads_per_day"
    assert downloads_of(track) == 1
    for _ in range(2):
        take(sign_in(owner), track)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("../../etc/passwd", "_.._etc_passwd.wav"),
        ('a"b\\c', "a_b_c.wav"),
        ("Über Nacht", "Über Nacht.wav"),
        ("夜" * 90, "夜" * 66 + ".wav"),
        ("...", "track.wav"),
        ("x; filename=evil.exe", "x; filename=evil.exe.wav"),
    ],
)
def test_a_name_is_one_that_every_file_system_takes(sign_in, owner, make_ready, title, name):
    download = take(sign_in(owner), make_ready(owner, title=title))
    assert download["filename"] == name
    told = fetch(download)["Content-Disposition"]
    assert told.startswith("attachment; filename")
    assert "\r" not in told
    assert name in {unquote(told.partition("''")[2]), told.partition('"')[2].rstrip('"')}


def test_the_suffix_says_what_the_file_is_and_not_what_it_was_called(sign_in, owner, make_ready):
    track = make_ready(owner, title="Night")
    Sound.objects.filter(track=track).update(original_name="night.exe", container="ogg")
    assert take(sign_in(owner), track)["filename"] == "Night.ogg"
    Sound.objects.filter(track=track).update(container="unheard of")
    assert take(sign_in(owner), track)["filename"] == "Night"


@pytest.mark.parametrize("body", [{"copy": "vinyl"}, {"copy": "original", "format": "wav"}])
def test_a_body_that_is_wrong_is_refused(sign_in, owner, make_ready, body):
    client = sign_in(owner)
    client.problem(client.post(path(make_ready(owner)), body), status=400, code="invalid")


@pytest.mark.parametrize("verb", ["post", "put", "patch", "delete"])
def test_the_gate_is_read_only(sign_in, owner, make_ready, verb):
    assert fetch(take(sign_in(owner), make_ready(owner)), verb).status_code == 405


def test_a_bucket_hands_out_the_file_under_its_name(in_bucket, sign_in, owner, make_ready, tone):
    answer = fetch(take(sign_in(owner), make_ready(owner, title="Night bus")))
    assert (answer.status_code, answer["Cache-Control"]) == (302, "no-store")
    given = httpx.get(answer["Location"])
    assert given.content == tone.read_bytes()
    assert given.headers["Content-Disposition"] == 'attachment; filename="Night bus.wav"'
    assert given.headers["Content-Type"] == "application/octet-stream"
