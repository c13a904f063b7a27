"""Bodies: complete, and only as large as their sender may send."""

import asyncio
import hashlib
import json
import os
import socket
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from a2wsgi import WSGIMiddleware
from django.core.wsgi import get_wsgi_application

from config.server import spooling
from config.server.spooling import PIECE, BodySpooler, replay
from config.tests.server.bodies import (
    LIMIT,
    MB,
    TRACKS,
    bearer,
    head,
    on_disk,
    problem_of,
    reached,
    receive,
    token,
)
from config.tests.server.swallowing import swallow


@dataclass(frozen=True)
class Near:
    """A spooler in this process."""

    port: int
    folder: Path

    def on_disk(self) -> int:
        return on_disk(os.getpid(), self.folder)


@pytest.fixture
def near(serve, settings, tmp_path) -> Near:
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    settings.UPLOAD_MAX_BYTES = LIMIT
    return Near(port=serve(BodySpooler(swallow)), folder=tmp_path)


@pytest.mark.parametrize("length", [0, 1, MB - 1, MB, MB + 1, PIECE, 2 * PIECE])
def test_a_body_of_any_length_arrives_whole(near, call, length):
    body = os.urandom(length)
    _, _, told = call(near.port, "POST", "/api/v1/auth/login/", body=body)
    told = json.loads(told)
    assert (told["length"], told["sha256"]) == (length, hashlib.sha256(body).hexdigest())


def test_a_body_in_chunks_arrives_with_the_length_that_it_turned_out_to_have(near, call):
    parts = [b"x" * 70_000] * 20
    _, _, told = call(
        near.port, "PATCH", "/api/v1/me/", body=iter(parts), headers={"Transfer-Encoding": "chunked"}, chunked=True
    )
    told = json.loads(told)
    assert told["length"] == 1_400_000
    assert told["headers"]["content-length"] == "1400000"
    assert "transfer-encoding" not in told["headers"]


def test_a_body_larger_than_its_sender_may_send_is_refused_unread(near, call):
    before = reached(call, near.port)
    for path, headers, code, status in (
        (TRACKS, {}, "not_authenticated", 401),
        (TRACKS, {"Authorization": "Bearer rubbish"}, "not_authenticated", 401),
        (TRACKS, {"Cookie": "other=1; earshot_access=rubbish"}, "not_authenticated", 401),
        (TRACKS, {"Authorization": f"Basic {token()}"}, "not_authenticated", 401),
        (f"{TRACKS}1/audio/", {}, "not_authenticated", 401),
        (f"{TRACKS}1/artwork/", {}, "not_authenticated", 401),
        (f"{TRACKS}1/", bearer(), "body_too_large", 413),
        (f"{TRACKS}1/artwork/", bearer(), "body_too_large", 413),
        ("/api/v1/me/avatar/", bearer(), "body_too_large", 413),
        ("/api/v1/me/header/", {}, "not_authenticated", 401),
        ("/api/v1/auth/login/", bearer(), "body_too_large", 413),
    ):
        with socket.create_connection(("127.0.0.1", near.port), timeout=60) as connection:
            connection.sendall(
                head(near.port, path, length=40 * MB, headers=headers | {"X-Request-ID": "brought-along"})
            )
            lines, told = receive(connection)  # and not a byte of the body was sent
        assert lines.startswith(f"HTTP/1.1 {status} "), lines
        assert ("www-authenticate" in lines.lower()) == (status == 401)
        assert (told["code"], told["request_id"], told["instance"]) == (code, "brought-along", path)
    assert reached(call, near.port) == before


def test_a_signed_body_beyond_the_largest_upload_is_refused(near, call):
    with socket.create_connection(("127.0.0.1", near.port), timeout=60) as connection:
        connection.sendall(head(near.port, TRACKS, length=LIMIT + 12 * MB, headers=bearer()))
        assert receive(connection)[1]["code"] == "body_too_large"


def test_a_body_in_chunks_is_stopped_where_it_becomes_too_large(near, call):
    before = reached(call, near.port)
    with socket.create_connection(("127.0.0.1", near.port), timeout=60) as connection:
        connection.sendall(head(near.port, TRACKS, length=None, headers={}))
        for _ in range(3):
            connection.sendall(b"%x\r\n" % MB + bytes(MB) + b"\r\n")
        assert receive(connection)[1]["code"] == "not_authenticated"
    assert reached(call, near.port) == before


def test_a_client_that_sends_before_it_listens_still_hears_the_refusal(near, call):
    """Closed at once, the connection would be reset under it, and the answer lost."""
    answer = call(near.port, "POST", TRACKS, body=bytes(30 * MB))
    told = problem_of(answer, status=401, code="not_authenticated")
    assert told["instance"] == TRACKS
    for _ in range(100):
        if not near.on_disk():
            break
        time.sleep(0.02)
    assert near.on_disk() == 0


def test_a_client_that_never_stops_sending_is_not_listened_to_for_ever(monkeypatch):
    monkeypatch.setattr(spooling, "LINGER_S", 0.05)
    sent = []

    async def endless() -> dict:
        await asyncio.sleep(0.001)
        return {"type": "http.request", "body": b"x", "more_body": True}

    async def send(message: dict) -> None:
        sent.append(message)

    async def unreachable(scope: dict, receive: object, send: object) -> None:
        raise AssertionError("a refused body reached the application")

    scope = {"type": "http", "method": "POST", "path": TRACKS, "headers": [(b"content-length", b"99999999")]}
    asyncio.run(BodySpooler(unreachable)(scope, endless, send))
    assert [message.get("status") for message in sent] == [401, None, None]
    assert [message.get("more_body") for message in sent] == [None, True, None]


@pytest.mark.parametrize("way", ["header", "cookie"])
def test_the_cookie_signs_an_upload_as_the_header_does(near, call, way):
    headers = bearer() if way == "header" else {"Cookie": f"a=b; earshot_access={token()}; c=d"}
    status, _, told = call(near.port, "POST", TRACKS, body=bytes(5 * MB), headers=headers)
    assert (status, json.loads(told)["length"]) == (200, 5 * MB)


def test_a_client_that_leaves_leaves_nothing_behind(near, call):
    before = reached(call, near.port)
    connection = socket.create_connection(("127.0.0.1", near.port), timeout=60)
    connection.sendall(head(near.port, TRACKS, length=20 * MB, headers=bearer()) + bytes(5 * MB))
    for _ in range(100):
        if near.on_disk():
            break
        time.sleep(0.02)
    assert near.on_disk() > 0
    connection.close()
    for _ in range(100):
        if not near.on_disk():
            break
        time.sleep(0.02)
    assert near.on_disk() == 0
    assert reached(call, near.port) == before


def test_what_has_no_body_is_not_waited_for(near, call):
    for method in ("GET", "HEAD", "OPTIONS", "DELETE"):
        assert call(near.port, method, "/")[0] == 200


def test_without_a_folder_for_the_body_the_answer_says_so(near, call, settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "gone"
    answer = call(near.port, "POST", TRACKS, body=bytes(5 * MB), headers=bearer())
    problem_of(answer, status=507, code="storage_full")


@pytest.fixture
def site(serve) -> int:
    """Django behind the spooler, as `config.asgi` builds it."""
    return serve(BodySpooler(WSGIMiddleware(get_wsgi_application(), workers=2)))


def test_django_reads_a_body_in_chunks(site, call):
    """What is not read would be no JSON at all, and `invalid` instead."""
    headers = {"Transfer-Encoding": "chunked", "Content-Type": "application/json"}
    status, _, body = call(
        site, "POST", "/api/v1/auth/login/", body=iter([b'{"login"', b": 1"]), headers=headers, chunked=True
    )
    assert (status, json.loads(body)["code"]) == (400, "parse_error")


def test_django_tells_a_json_body_that_is_too_large(site, call):
    status, headers, body = call(
        site, "POST", "/api/v1/auth/login/", body=b" " * (MB + 10), headers={"Content-Type": "application/json"}
    )
    assert (status, json.loads(body)["code"]) == (413, "body_too_large")
    assert headers["content-type"] == "application/problem+json"


def test_after_the_body_the_application_hears_when_the_connection_ends(tmp_path):
    async def disconnected() -> dict:
        return {"type": "http.disconnect"}

    async def listen() -> list[str]:
        with (tmp_path / "body").open("w+b") as body:
            receive = replay(body, disconnected)
            return [(await receive())["type"] for _ in range(2)]

    assert asyncio.run(listen()) == ["http.request", "http.disconnect"]


def test_what_is_no_http_passes_untouched():
    seen = []

    async def app(scope, receive, send):
        seen.append((scope["type"], receive, send))

    asyncio.run(BodySpooler(app)({"type": "websocket"}, "receive", "send"))
    assert seen == [("websocket", "receive", "send")]
