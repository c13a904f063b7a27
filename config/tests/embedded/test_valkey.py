"""A real Valkey: what it keeps, what it forgets, how it ends."""

import os
import signal
from collections.abc import Iterator

import pytest
from redis import Redis

from config.embedded import valkey
from config.embedded.places import Places
from config.embedded.refusals import Refusal
from config.embedded.valkey import Valkey
from config.tests.embedded.watching import eventually, runs


@pytest.fixture
def server(places: Places) -> Iterator[Valkey]:
    server = Valkey(places, valkey.DURABLE)
    server.start()
    yield server
    server.stop()


def client(places: Places) -> Redis:
    return Redis.from_url(places.redis_url, decode_responses=True)


def test_queue_is_never_evicted_and_nothing_listens_on_a_port(server: Valkey) -> None:
    settings = client(server.places).config_get("maxmemory-policy", "port")
    assert settings == {"maxmemory-policy": "noeviction", "port": "0"}
    assert server.places.valkey_socket.stat().st_mode & 0o777 == 0o700


def test_what_was_said_survives_a_stop(server: Valkey) -> None:
    client(server.places).set("song", "kept")
    server.stop()
    server.stop()
    server.start()
    assert client(server.places).get("song") == "kept"


def test_throwaway_server_writes_no_file_of_data(places: Places) -> None:
    server = Valkey(places, valkey.THROWAWAY)
    try:
        server.start()
        client(places).set("song", "gone")
    finally:
        server.stop()
    assert [path.name for path in places.valkey.iterdir() if path.name != "valkey.pid"] == []


def test_killed_server_can_be_started_again(server: Valkey) -> None:
    assert server.child
    os.kill(server.child.pid, signal.SIGKILL)
    assert eventually(lambda: not server.is_alive())
    server.start()
    assert client(server.places).ping()


def test_new_run_ends_the_server_that_an_earlier_one_left(server: Valkey) -> None:
    assert server.child
    successor = Valkey(server.places, valkey.DURABLE)
    try:
        successor.start()
        assert not runs(server.child.pid)
        assert client(server.places).ping()
    finally:
        successor.stop()


def test_server_that_cannot_start_says_why_and_where_its_log_is(places: Places) -> None:
    server = Valkey(places, {"appendonly": "perhaps"})
    with pytest.raises(Refusal, match=str(server.log)):
        server.start()
    assert not server.is_alive()
