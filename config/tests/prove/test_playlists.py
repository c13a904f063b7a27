"""Playlists at the sizes that are promised, over HTTP against a whole house: twenty at once on one, and a thousand
tracks. The same in small runs every day: playlists/tests/test_races.py."""

import time
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations_with_replacement
from threading import Barrier
from typing import Any

import httpx
import pytest

from config.tests.prove.house import House
from playlists.tests.pairs import MOVES, assert_pair_ends

pytestmark = pytest.mark.slow

PAIRS = tuple(combinations_with_replacement(range(MOVES), 2))
AT_ONCE, PRESENT, MANY = 20, 12, 1_000
# Of what a storm may be told: the set was another one by then, it is there already, it is there no longer.
TOLD = {201, 204, 200, 404, 409}
ADD_TRACKS = """
WITH track AS (
    INSERT INTO tracks_track (
        owner_id, title, permalink, artist, credits, description, genre, tags, license, purchase_url, audience,
        visibility, downloadable, comments_enabled, explicit, isrc, key, state, duration_ms, left_to_tags, created_at,
        updated_at
    )
    SELECT id, 'Tide ' || n, 'tide-' || n, '', '[]', '', '', '{}', 'all-rights-reserved', '', 'everyone', 'public',
        false, true, false, '', '', 'queued', n, '{}', now(), now()
    FROM accounts_user, generate_series(1, %s) AS n WHERE username = 'owner'
    RETURNING id
)
INSERT INTO tracks_trackcounts (track_id, plays, likes, reposts, comments, downloads)
SELECT id, 0, 0, 0, 0, 0 FROM track
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with House(tmp_path_factory.mktemp("playlists") / "home") as running:
        # The tracks are rows without a sound that is stored: what is proved is their order.
        running.ends_tidy = False
        yield running


@pytest.fixture(scope="module")
def owner(house) -> httpx.Client:
    return house.join("owner")


@pytest.fixture
def owner_here(make_user):
    """An owner in the database of the tests, and not in the house."""
    return make_user("owner")


@pytest.fixture(scope="module")
def track_ids(house, owner) -> list[int]:
    """A thousand tracks of the owner's, as far as rows say so; private, for they have nothing to play."""
    house.change(ADD_TRACKS, MANY)
    return [track_id for (track_id,) in house.rows("SELECT id FROM tracks_track ORDER BY id")]


def made(owner: httpx.Client, track_ids: list[int]) -> str:
    """The path of a new playlist with these in it."""
    answer = owner.post("playlists/", json={"title": "Evening", "track_ids": track_ids})
    assert answer.status_code == 201, answer.text
    return f"playlists/{answer.json()['id']}/"


def order_of(owner: httpx.Client, path: str) -> list[int]:
    """All pages of it."""
    found, address = [], f"{path}tracks/?limit=100"
    while address:
        page = owner.get(address).json()
        found += [entry["id"] for entry in page["results"]]
        address = page["next"]
    return found


def storm(owner: httpx.Client, calls: list[tuple[str, str, dict[str, Any] | None]]) -> list[httpx.Response]:
    """All calls at the same moment, each over a connection of its own."""
    start = Barrier(len(calls))

    def call(wish: tuple[str, str, dict[str, Any] | None]) -> httpx.Response:
        method, path, body = wish
        headers = {"Authorization": owner.headers["Authorization"]}
        with httpx.Client(base_url=owner.base_url, headers=headers, timeout=60) as client:
            start.wait(timeout=60)
            return client.request(method, path, json=body)

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(call, calls))


def tell(figures: str) -> None:
    print(figures)  # noqa: T201 -- they belong to the proof


@pytest.mark.parametrize("wave", range(3))
def test_twenty_at_once_leave_a_permutation_and_tell_the_losers(house, owner, track_ids, wave):
    there, new = track_ids[:PRESENT], track_ids[PRESENT : PRESENT + 5]
    path = made(owner, there)
    calls: list[tuple[str, str, dict[str, Any] | None]] = []
    calls += [("PUT", f"{path}order/", {"track_ids": there[n:] + there[:n]}) for n in range(1, 6)]
    calls += [("POST", f"{path}move/", {"track_id": there[n], "before_id": there[11]}) for n in range(5)]
    calls += [("POST", f"{path}tracks/", {"track_id": track, "position": 0}) for track in new]
    calls += [("DELETE", f"{path}tracks/{there[n]}/", None) for n in (0, 1, 2, 3, 3)]
    answers = storm(owner, calls[wave:] + calls[:wave])
    statuses = [answer.status_code for answer in answers]
    assert set(statuses) <= TOLD, [answer.text for answer in answers]
    codes = {answer.json()["code"] for answer in answers if answer.status_code == 409}
    assert codes <= {"playlist_changed"}
    assert statuses.count(404) == 1  # one of the two who took the same track out
    order = order_of(owner, path)
    assert sorted(order) == sorted([*there[4:], *new])
    ranks = house.rows("SELECT rank FROM playlists_playlistitem WHERE playlist_id = %s", int(path.split("/")[1]))
    assert len(set(ranks)) == len(order)
    tell(f"\n{AT_ONCE} at once: {len(order)} tracks, a permutation; {statuses.count(409)} told that it had changed")


def test_a_thousand_tracks_one_goes_to_the_front(house, owner, track_ids):
    path = made(owner, track_ids)
    playlist_id = int(path.split("/")[1])
    before = dict(house.rows("SELECT id, rank FROM playlists_playlistitem WHERE playlist_id = %s", playlist_id))
    started = time.monotonic()
    wish = {"track_id": track_ids[-1], "before_id": track_ids[0]}
    assert owner.post(f"{path}move/", json=wish).status_code == 200
    moved = time.monotonic() - started
    after = dict(house.rows("SELECT id, rank FROM playlists_playlistitem WHERE playlist_id = %s", playlist_id))
    rows = sum(before[pk] != rank for pk, rank in after.items())
    assert rows == 1
    assert order_of(owner, path) == [track_ids[-1], *track_ids[:-1]]
    started = time.monotonic()
    assert owner.put(f"{path}order/", json={"track_ids": track_ids[::-1]}).status_code == 200
    ordered = time.monotonic() - started
    assert order_of(owner, path) == track_ids[::-1]
    tell(f"\n{MANY} tracks: to the front {rows} row, {moved * 1000:.0f} ms; all turned round {ordered * 1000:.0f} ms")


@pytest.mark.django_db(transaction=True)
def test_every_pair_of_services_ends(owner_here, patient_locks):
    for pair in PAIRS:
        assert_pair_ends(pair, owner=owner_here)
    tell(f"\n{len(PAIRS)} pairs: no deadlock, nothing lost, the numbers right")
