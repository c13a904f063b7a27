"""What a socket takes, what it waits for, and who is sent away."""

import base64
import os
import socket
import struct
import time
from urllib.parse import urlsplit

import pytest

from config.composed.consumers import MeConsumer
from config.lib.errors import DomainError
from config.lib.realtime import push
from config.lib.realtime.consumers import BURST, FRAME_BYTES_MOST, SocketConsumer
from config.lib.realtime.hub import WAITING_MOST
from config.lib.realtime.limits import TokenBucket
from config.tests.realtime.bells import ring
from config.tests.realtime.conftest import PATIENCE_S, bearer, is_greeted, until


def greeted(client):
    assert client.frame()["type"] == "hello"
    return client


# What a client sends -> the code of the answer; the socket stays open after each of them.
FRAMES = {
    "no JSON": ("{", "frame_invalid"),
    "nothing": ("", "frame_invalid"),
    "no object": ("[1]", "frame_invalid"),
    "no type": ('{"body": "hello"}', "frame_invalid"),
    "a type that is no text": ('{"type": 1}', "frame_invalid"),
    "a type that nobody takes": ('{"type": "comment"}', "frame_unknown"),
    "the name of a method": ('{"type": "close"}', "frame_unknown"),
    "bytes": (b'{"type": "comment"}', "frame_invalid"),
    "a number that no machine holds": ('{"type": ' + "9" * 400 + "}", "frame_invalid"),
    "deep brackets": ("[" * 5000, "frame_invalid"),
    "half a character": ('{"type": "\\ud800"}', "frame_invalid"),
    "as much as may be": ('{"type": "%s"}' % ("x" * (FRAME_BYTES_MOST - 12)), "frame_unknown"),
    "a byte more": ('{"type": "%s"}' % ("x" * (FRAME_BYTES_MOST - 11)), "frame_too_large"),
    "as many letters, of two bytes each": ('{"type": "%s"}' % ("é" * (FRAME_BYTES_MOST - 12)), "frame_too_large"),
}


@pytest.mark.parametrize("name", FRAMES)
def test_a_frame_that_is_not_taken_is_answered_and_the_socket_stays(listen, owner, name):
    client = greeted(listen(owner))
    sent, code = FRAMES[name]
    client.send(sent)
    answer = client.frame()
    assert (answer["type"], answer["code"]) == ("error", code)
    assert answer["message"].endswith(".")
    ring(owner, 1)
    assert client.numbers(1) == [1]


def test_a_message_that_nobody_should_hold_in_memory_ends_the_socket(listen, owner):
    client = greeted(listen(owner))
    client.send("x" * 100_000)
    assert client.close_code() == 1009  # the protocol's own: too big


def test_a_flood_of_frames_ends_the_socket_and_no_other(listen, owner):
    client, other = greeted(listen(owner)), greeted(listen(owner))
    for _ in range(BURST * 3):
        try:
            client.send('{"type": "comment"}')
        except OSError:
            break
    assert client.close_code() == 4429
    ring(owner, 1)
    assert other.numbers(1) == [1]


def test_a_bucket_fills_with_time():
    bucket = TokenBucket(burst=3, per_s=2, now=100)
    assert [bucket.take(100) for _ in range(4)] == [True, True, True, False]
    assert [bucket.take(100.5), bucket.take(100.5)] == [True, False]
    assert [bucket.take(1000) for _ in range(4)] == [True, True, True, False]


class PoliteConsumer(SocketConsumer):
    """Takes frames."""

    pattern = "/ws/polite/"
    handlers = {"greet": "greet"}

    async def topics(self) -> frozenset[str]:
        return frozenset()

    async def greet(self, content):
        if content.get("name") is None:
            raise NameMissing(field="name")
        if content["name"] == "trouble":
            raise LookupError("nobody thought of this")
        self.tell({"type": "greeting", "name": await self.call(str.upper, content["name"])})


class NameMissing(DomainError):
    code = "name_missing"
    title = "Say a {field}."


@pytest.fixture
def polite(monkeypatch):
    """The socket of a person takes a frame."""
    for name in ("handlers", "greet"):
        monkeypatch.setattr(MeConsumer, name, getattr(PoliteConsumer, name), raising=False)


def test_a_frame_goes_to_its_method_and_a_rule_that_says_no_is_told_with_the_clients_own_id(listen, owner, polite):
    client = greeted(listen(owner))
    client.send('{"type": "greet", "name": "ada"}')
    assert client.frame() == {"type": "greeting", "name": "ADA"}
    client.send('{"type": "greet", "client_id": "c-1"}')
    told = {"type": "error", "code": "name_missing", "message": "Say a name.", "field": "name", "client_id": "c-1"}
    assert client.frame() == told
    assert client.is_open()


def test_what_nobody_foresaw_ends_the_socket_and_is_logged(listen, owner, polite, caplog):
    client = greeted(listen(owner))
    client.send('{"type": "greet", "name": "trouble"}')
    assert client.close_code() == 1011
    assert "socket_broke" in [record.message for record in caplog.records]


def test_nobody_has_more_sockets_than_may_be_and_room_comes_back(listen, owner, stranger, settings):
    mine = [greeted(listen(owner)) for _ in range(settings.SOCKETS_PER_CALLER)]
    assert listen(owner).close_code() == 4429
    greeted(listen(stranger))
    mine.pop().connection.close()
    until(lambda: is_greeted(listen(owner)))


def test_a_log_line_tells_of_each_socket_and_of_no_token(dial, signed_in, owner, caplog):
    caplog.set_level("DEBUG", logger="earshot.socket")
    client = greeted(dial(additional_headers={**bearer(signed_in(owner)), "X-Request-ID": "of-this-socket"}))
    ring(owner, 1)
    assert client.numbers(1) == [1]
    client.connection.close()
    until(lambda: "socket_closed" in [record.message for record in caplog.records])
    opened, framed, closed = [record for record in caplog.records if record.name == "earshot.socket"]
    assert (opened.message, opened.path, opened.user_id) == ("socket_opened", "/ws/v1/me/", owner.pk)
    assert (framed.message, framed.frame, framed.seats) == ("frame", "bell", 1)
    assert (closed.message, closed.code, closed.user_id) == ("socket_closed", 1000, owner.pk)


class SilentReader:
    """A client that opens a socket and then neither reads nor answers pings."""

    def __init__(self, address: str, token: str) -> None:
        parts = urlsplit(address)
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.settimeout(PATIENCE_S)
        self.socket.connect((parts.hostname, parts.port))
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [
            "GET /ws/v1/me/ HTTP/1.1", f"Host: {parts.netloc}", "Upgrade: websocket", "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", f"Authorization: Bearer {token}", "", "",
        ]  # fmt: skip
        self.socket.sendall("\r\n".join(lines).encode())

    def everything(self) -> bytes:
        """What the server sent until it closed."""
        received = b""
        with self.socket:
            while piece := self.socket.recv(65536):
                received += piece
        return received


def test_a_client_that_answers_no_ping_is_idle(serve, signed_in, owner):
    address = serve(ws_ping_interval=0.2, ws_ping_timeout=0.5).address
    reader = SilentReader(address, signed_in(owner).access)
    said = reader.everything()
    assert b'"type":"hello"' in said
    assert said.endswith(struct.pack(">BBH", 0x88, 2 + len("no pong"), 4408) + b"no pong")


def test_a_reader_that_takes_nothing_is_dropped_and_slows_nobody(serve, signed_in, listen, owner, monkeypatch, caplog):
    monkeypatch.setattr("config.server.sockets.LINGER_S", 0.1)
    caplog.set_level("INFO", logger="earshot.socket")
    house = serve()
    reader = SilentReader(house.address, signed_in(owner).access)
    client = greeted(listen(owner, at=house.address))
    until(lambda: [record.message for record in caplog.records].count("socket_opened") == 2)

    sent, padding = 0, "x" * 16_000
    while not closed_codes(caplog):
        push(f"user:{owner.pk}", {"type": "padding", "number": sent, "padding": padding})
        assert client.frame()["number"] == sent
        sent += 1
        assert sent < 20 * WAITING_MOST
    assert closed_codes(caplog) == [4408]
    until(lambda: house.connections() == 1)  # although the reader takes nothing to this day
    assert len(reader.everything()) < sent * len(padding)
    ring(owner, 1)
    assert client.numbers(1) == [1]


def closed_codes(caplog) -> list[int]:
    return [record.code for record in caplog.records if record.message == "socket_closed"]


def test_the_time_that_a_sign_in_takes_is_not_spent_on_the_event_loop(listen, owner, dial, monkeypatch):
    """A slow answer of the database to one socket does not hold the frames of another."""
    client = greeted(listen(owner))
    slow = dial("/ws/v1/me/?ticket=slow")
    began = time.monotonic()
    ring(owner, 1)
    assert client.numbers(1) == [1]
    assert time.monotonic() - began < PATIENCE_S
    assert slow.close_code() == 4401
