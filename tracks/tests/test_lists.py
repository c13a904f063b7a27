"""Lists of tracks: filters, orders and pages; what is not understood is refused, never ignored."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from tracks.models import Track

pytestmark = pytest.mark.django_db

PUBLIC, MINE = "/api/v1/tracks/", "/api/v1/me/tracks/"


@pytest.fixture
def shelf(owner, stranger, make_ready):
    """Three public tracks, the oldest first."""
    at = timezone.now()
    shelf = [
        make_ready(owner, title="Dawn", genre="Ambient", tags=["slow", "piano"], bpm="60", license="cc-by"),
        make_ready(owner, title="Noon", genre="House", tags=["fast"], bpm="124.5", license="cc0"),
        make_ready(stranger, title="Dusk", genre="ambient", tags=["slow"]),
    ]
    for hours, track in enumerate(shelf):
        moment = at + timedelta(hours=hours)
        lengths = (1_000, 60_000, 3_600_000)
        Track.objects.filter(pk=track.pk).update(created_at=moment, published_at=moment, duration_ms=lengths[hours])
    return [Track.objects.get(pk=track.pk) for track in shelf]


def titles(answer) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row["title"] for row in answer.json()["results"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["Dusk", "Noon", "Dawn"]),
        ({"ordering": "-published_at"}, ["Dusk", "Noon", "Dawn"]),
        ({"ordering": "published_at"}, ["Dawn", "Noon", "Dusk"]),
        ({"user": "owner"}, ["Noon", "Dawn"]),
        ({"user": "OWNER"}, ["Noon", "Dawn"]),
        ({"user": "nobody"}, []),
        ({"user": "not a name"}, []),
        ({"user": "9" * 30}, []),
        ({"genre": "AMBIENT"}, ["Dusk", "Dawn"]),
        ({"tag": "Slow"}, ["Dusk", "Dawn"]),
        ({"tag": "slow", "genre": "ambient", "user": "owner"}, ["Dawn"]),
        ({"tag": "slo"}, []),
        ({"bpm_min": "60", "bpm_max": "124.49"}, ["Dawn"]),
        ({"bpm_min": "124.5"}, ["Noon"]),
        ({"duration_min_ms": "1001"}, ["Dusk", "Noon"]),
        ({"duration_max_ms": "60000"}, ["Noon", "Dawn"]),
        ({"license": "cc0"}, ["Noon"]),
        ({"limit": "2"}, ["Dusk", "Noon"]),
    ],
)
def test_the_public_list_is_narrowed_by(api, shelf, query, expected):
    assert titles(api.get(PUBLIC, query)) == expected


def test_a_list_is_narrowed_by_id_by_person_and_by_time(api, shelf, owner, stranger):
    dawn, noon, dusk = shelf
    assert titles(api.get(PUBLIC, {"ids": f"{dawn.pk},{dusk.pk},99999999"})) == ["Dusk", "Dawn"]
    assert titles(api.get(PUBLIC, {"user": stranger.pk})) == ["Dusk"]
    assert titles(api.get(PUBLIC, {"created_after": noon.created_at.isoformat()})) == ["Dusk"]
    assert titles(api.get(PUBLIC, {"created_before": noon.created_at.isoformat()})) == ["Dawn"]
    assert titles(api.get(f"/api/v1/users/{owner.pk}/tracks/", {"tag": "fast"})) == ["Noon"]


def test_ids_take_a_hundred_and_no_more(api, shelf):
    ids = [str(shelf[0].pk)] + [str(10**17 + number) for number in range(99)]
    assert titles(api.get(PUBLIC, {"ids": ",".join(ids)})) == ["Dawn"]
    api.problem(api.get(PUBLIC, {"ids": ",".join([*ids, "1"])}), status=400, code="invalid")


@pytest.mark.parametrize(
    "query",
    [
        {"nonsense": "1"},
        {"ordering": "title"},
        {"ordering": ""},
        {"ordering": "-published_at,id"},
        {"ordering": "owner__email"},
        {"license": "mine"},
        {"license": ""},
        {"genre": ""},
        {"genre": "\u202e"},
        {"tag": "x" * 41},
        {"user": "x" * 31},
        {"user": "a\0b"},
        {"bpm_min": "NaN"},
        {"bpm_min": "-1"},
        {"bpm_min": "-1e400000"},
        {"bpm_max": "1e400000"},
        {"bpm_max": "1e-400000"},
        {"duration_min_ms": "1.5"},
        {"duration_min_ms": "9" * 5000},
        {"duration_max_ms": str(2**31)},
        {"created_after": "yesterday"},
        {"created_before": "2026-13-45"},
        {"ids": ""},
        {"ids": "1,"},
        {"ids": "1,a"},
        {"ids": "1.5"},
        {"ids": "-1"},
        {"ids": "9" * 19},
        {"limit": "0"},
        {"limit": "101"},
        {"limit": "ten"},
        {"limit": "\u0663"},
        {"cursor": "nonsense"},
    ],
)
def test_what_a_list_does_not_understand_is_400(api, shelf, query):
    api.problem(api.get(PUBLIC, query), status=400, code="invalid")


@pytest.mark.parametrize(
    "moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "0001-01-01", "2026-01-01T00:00Z"]
)
def test_times_at_the_edge_of_the_calendar_are_no_trouble(api, shelf, moment):
    for name in ("created_after", "created_before"):
        assert api.get(PUBLIC, {name: moment}).status_code in {200, 400}


def test_a_filter_may_not_come_twice(api, shelf):
    api.problem(api.get(f"{PUBLIC}?tag=slow&tag=fast"), status=400, code="invalid")


@pytest.mark.parametrize("ordering", ["-published_at", "published_at"])
def test_pages_follow_each_other_and_keep_filters_and_order(api, owner, make_ready, ordering):
    made = [make_ready(owner, title=f"Night {number}", tags=["slow"]) for number in range(5)]
    make_ready(owner, title="Day")
    # Three of the same moment: the id decides.
    Track.objects.filter(pk__in=[track.pk for track in made[1:4]]).update(published_at=made[2].published_at)
    seen, address = [], f"{PUBLIC}?tag=slow&limit=2&ordering={ordering}"
    while address:
        page = api.get(address).json()
        seen.append([row["id"] for row in page["results"]])
        address = page["next"]
        assert not address or {"tag=slow", "limit=2", f"ordering={ordering}"} <= set(address.split("?")[1].split("&"))
    expected = [track.pk for track in made]
    assert [pk for page in seen for pk in page] == (expected if ordering == "published_at" else expected[::-1])
    assert [len(page) for page in seen] == [2, 2, 1]


def test_own_tracks_come_in_every_state_newest_first(sign_in, owner, stranger, upload, make_ready):
    upload(owner, title="Waiting")
    make_ready(owner, title="Private", visibility="private")
    make_ready(stranger, title="Another's")
    client = sign_in(owner)
    assert titles(client.get(MINE)) == ["Private", "Waiting"]
    assert titles(client.get(MINE, {"user": "stranger"})) == []
    client.problem(client.get(MINE, {"ordering": "-published_at"}), status=400, code="invalid")


def test_own_tracks_need_a_person(api):
    api.problem(api.get(MINE), status=401, code="not_authenticated")


def test_the_tracks_of_a_person_are_found_by_any_spelling_of_the_name(api, shelf, owner):
    for name in ("owner", "OWNER", str(owner.pk)):
        assert titles(api.get(f"/api/v1/users/{name}/tracks/")) == ["Noon", "Dawn"]


@pytest.mark.parametrize("address", [PUBLIC, MINE, "/api/v1/users/owner/tracks/"])
def test_a_list_costs_as_many_queries_for_one_track_as_for_three(sign_in, owner, make_ready, address):
    client = sign_in(owner)
    make_ready(owner)
    with CaptureQueriesContext(connection) as one:
        assert len(client.get(address).json()["results"]) == 1
    make_ready(owner)
    make_ready(User.objects.get(pk=owner.pk))
    with CaptureQueriesContext(connection) as three:
        assert len(client.get(address).json()["results"]) == 3
    assert len(three) == len(one)


def test_a_list_without_sign_in_is_one_query(api, shelf, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert len(titles(api.get(PUBLIC))) == 3


def test_a_detail_costs_one_query_to_nobody_and_one_more_for_what_only_its_owner_reads(
    api, sign_in, owner, shelf, django_assert_num_queries
):
    path = f"{PUBLIC}{shelf[0].pk}/"
    with django_assert_num_queries(1):
        api.get(path)
    client = sign_in(owner)
    with django_assert_num_queries(3):  # the session, the track, its sound
        client.get(path)
