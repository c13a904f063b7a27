"""Shared links on a whole Earshot, over HTTP: fifty at once at a link that opens ten times, streams by what they got,
and a link that is deleted while somebody listens. In small runs every day: tracks/tests/sharing/."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urljoin

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from config.lib.testing import write_tone
from config.tests.prove.house import House, upload

pytestmark = pytest.mark.slow

VISITORS, USES = 50, 10
ENDED_WITHIN_S = 5.0
CHUNK = 4096
PASSWORD = "open sesame"


@pytest.fixture
def house(tmp_path):
    with House(tmp_path / "home", {"SOCKETS_PER_CALLER": "1000"}) as running:
        yield running


def tell(figures: str) -> None:
    print(figures)  # noqa: T201 -- they belong to the proof


class Shared:
    """The owner's private track, and the doors of those who have a link."""

    def __init__(self, house: House, owner: httpx.Client, track_id: int) -> None:
        self.house, self.owner, self.track_id = house, owner, track_id
        self.api = f"{house.url}/api/v1"

    def link(self, **wish: object) -> tuple[int, str]:
        """The id of a new link, and its token."""
        answer = self.owner.post(f"tracks/{self.track_id}/share-links/", json={"label": "For Ida", **wish})
        assert answer.status_code == 201, answer.text
        return answer.json()["id"], answer.json()["url"].rstrip("/").rpartition("/")[2]

    def open(self, token: str, **more: str) -> httpx.Response:
        return httpx.post(f"{self.api}/share-links/open/", json={"token": token, **more}, timeout=120)

    def grant(self, token: str) -> str:
        return str(self.open(token).json()["grant"])

    def hls(self, grant: str) -> str:
        """The address of the master playlist."""
        answer = httpx.get(f"{self.api}/tracks/{self.track_id}/streams/", params={"grant": grant}, timeout=60)
        assert answer.status_code == 200, answer.text
        return self.house.url + httpx.URL(answer.json()["hls_url"]).raw_path.decode()

    def room(self, grant: str) -> ClientConnection:
        return connect(f"{self.house.url.replace('http', 'ws')}/ws/v1/tracks/{self.track_id}/?grant={grant}")

    def count_of(self, link_id: int) -> int:
        links = self.owner.get(f"tracks/{self.track_id}/share-links/").json()["results"]
        return next(link["uses"] for link in links if link["id"] == link_id)


@pytest.fixture
def shared(house, tmp_path) -> Shared:
    owner = house.join("owner")
    tone = write_tone(tmp_path / "tone.wav", seconds=10)
    track_id = upload(owner, tone, title="Undertow", visibility="private")["id"]
    house.wait_until(lambda: owner.get(f"tracks/{track_id}/").json()["state"] == "ready", seconds=60)
    return Shared(house, owner, track_id)


def sound_of(master: str) -> str:
    """The address of the sound, as a player finds it: from the master by the playlist to the file."""
    [playlist] = [line for line in httpx.get(master).text.splitlines() if line and not line.startswith("#")]
    address = urljoin(master, playlist)
    lines = httpx.get(address).text.splitlines()
    return urljoin(address, next(line for line in lines if line and not line.startswith("#")))


def part(address: str, n: int) -> httpx.Response:
    """The n-th piece, as a player asks for it."""
    return httpx.get(address, headers={"Range": f"bytes={n * CHUNK}-{(n + 1) * CHUNK - 1}"}, timeout=60)


def close_code(room: ClientConnection) -> int:
    try:
        while True:
            room.recv(timeout=30)
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else 1006


def test_shared_links_keep_their_word(shared):
    ten_of_fifty_come_in_and_hear_it(shared)
    a_deleted_link_ends_what_plays(shared)
    what_is_refused(shared)


def ten_of_fifty_come_in_and_hear_it(shared: Shared) -> None:
    link_id, token = shared.link(max_uses=USES)
    start, began = threading.Barrier(VISITORS), time.monotonic()

    def come(_: int) -> httpx.Response:
        start.wait(timeout=60)
        return shared.open(token)

    with ThreadPoolExecutor(VISITORS) as threads:
        answers = list(threads.map(come, range(VISITORS)))
    took, statuses = time.monotonic() - began, [answer.status_code for answer in answers]
    tell(
        f"\n{VISITORS} at once at a link for {USES}: {statuses.count(200)} in, {statuses.count(410)} told, {took:.1f} s"
    )
    assert (statuses.count(200), statuses.count(410)) == (USES, VISITORS - USES)
    assert {answer.json()["code"] for answer in answers if answer.status_code == 410} == {"share_link_used_up"}
    assert shared.count_of(link_id) == USES
    heard = [part(sound_of(shared.hls(answer.json()["grant"])), 0) for answer in answers if answer.status_code == 200]
    assert [answer.status_code for answer in heard] == [206] * USES


def a_deleted_link_ends_what_plays(shared: Shared) -> None:
    (doomed_id, doomed), (_, other) = shared.link(), shared.link()
    grant, stays = shared.grant(doomed), shared.grant(other)
    with shared.room(grant) as room, shared.room(stays) as staying:
        sound, master = sound_of(shared.hls(grant)), shared.hls(grant)
        assert [part(sound, n).status_code for n in range(5)] == [206] * 5
        assert shared.owner.delete(f"share-links/{doomed_id}/").status_code == 204
        deleted, pieces = time.monotonic(), 5
        while part(sound, pieces % 20).status_code == 206:
            assert time.monotonic() - deleted < ENDED_WITHIN_S
            pieces += 1
        stopped = time.monotonic() - deleted
        assert close_code(room) == 4404
        shown_out = time.monotonic() - deleted
        assert httpx.get(master).status_code == 404
        assert httpx.get(f"{shared.api}/tracks/{shared.track_id}/", params={"grant": grant}).status_code == 404
        assert part(sound_of(shared.hls(stays)), 6).status_code == 206
        assert staying.ping().wait(10)
    tell(f"deleted while it played: the stream over after {stopped:.2f} s, the room after {shown_out:.2f} s")
    assert shown_out <= ENDED_WITHIN_S


def what_is_refused(shared: Shared) -> None:
    _, guarded = shared.link(password=PASSWORD)
    codes = [shared.open(guarded, **more).json().get("code") for more in ({}, {"password": "guess"})]
    assert codes == ["password_required", "wrong_password"]
    assert shared.open(guarded, password=PASSWORD).status_code == 200
    over_id, over = shared.link(expires_at="2100-01-01T00:00:00Z")
    grant = shared.grant(over)
    moved = "UPDATE tracks_tracksharelink SET created_at = now() - '2 days'::interval, expires_at = now() WHERE id = %s"
    shared.house.change(moved, over_id)
    assert shared.open(over).json()["code"] == "share_link_expired"
    for bad in (grant, grant[:-1], "guess"):
        address = f"{shared.api}/tracks/{shared.track_id}/streams/"
        assert httpx.get(address, params={"grant": bad}).status_code == 404
    page = httpx.get(f"{shared.house.url}/s/{guarded}/")
    assert (page.status_code, "Listen" in page.text, "Undertow" in page.text) == (200, True, False)
    log = shared.house.log.read_text()
    assert not [secret for secret in (guarded, over, grant) if secret in log]
    tell("password, expiry and forgery refused; no token and no grant in the log")
