"""Bodies: complete, on disk, and only as large as their sender may send."""

import asyncio
import hashlib
import json
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from a2wsgi import WSGIMiddleware
from django.core.wsgi import get_wsgi_application
from rest_framework_simplejwt.tokens import AccessToken

from config.lib.testing import Api
from config.server import spooling
from config.server.spooling import PIECE, BodySpooler, replay

PROJECT = Path(__file__).resolve().parents[3]
MB = 1024**2
TRACKS = "/api/v1/tracks/"
LIMIT = 60 * MB


def token() -> str:
    access = AccessToken()
    access["sid"] = "0b0c8a1e-7b1f-4d5a-9a55-d41d8cd98f00"
    return str(access)


def bearer() -> dict[str, str]:
    return {"Authorization": f"Bearer {token()}"}


class Swallower:
    """A uvicorn of its own whose memory and files can be looked at."""

    def __init__(self, folder: Path, prepare: Callable[[], None] | None = None) -> None:
        self.folder = folder
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.port = listener.getsockname()[1]
        settings = {
            "UPLOAD_MAX_BYTES": str(LIMIT),
            "EARSHOT_HOME": str(folder),
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
        }
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "uvicorn", "config.tests.server.swallowing:application"),
                *("--port", str(self.port), "--log-level", "warning", "--lifespan", "off"),
            ],
            cwd=PROJECT,
            env={**os.environ, **settings},
            preexec_fn=prepare,  # noqa: PLW1509 -- one system call, no lock
        )

    def wait(self) -> None:
        for _ in range(400):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                assert self.process.poll() is None
                time.sleep(0.05)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=20)

    def peak(self) -> int:
        """The most memory that the process has ever taken, in bytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024

    def on_disk(self) -> int:
        """The bytes of the nameless files that the process holds in its folder."""
        size = 0
        for held in Path(f"/proc/{self.process.pid}/fd").iterdir():
            with suppress(FileNotFoundError):  # closed in between
                size += held.stat().st_size if os.readlink(held).startswith(str(self.folder)) else 0
        return size


@pytest.fixture(scope="module")
def swallower(tmp_path_factory) -> Iterator[Swallower]:
    server = Swallower(tmp_path_factory.mktemp("swallower"))
    server.wait()
    yield server
    server.stop()


def head(port: int, path: str, *, length: int | None, headers: dict[str, str]) -> bytes:
    lines = [f"POST {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", *(f"{name}: {of}" for name, of in headers.items())]
    lines.append("Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def test_fifty_megabytes_arrive_whole_lie_on_disk_and_take_no_memory(swallower, call):
    call(swallower.port, "POST", TRACKS, body=bytes(3 * MB), headers=bearer())  # everything is loaded by now
    before, digest, piece = swallower.peak(), hashlib.sha256(), os.urandom(MB)
    with socket.create_connection(("127.0.0.1", swallower.port), timeout=20) as connection:
        connection.sendall(head(swallower.port, TRACKS, length=50 * MB, headers=bearer()))
        for index in range(50):
            part = index.to_bytes(4, "big") + piece[4:]
            digest.update(part)
            connection.sendall(part)
            if index == 40:
                time.sleep(0.2)
                assert swallower.on_disk() >= 30 * MB
        _, answer = receive(connection)
    assert (answer["length"], answer["sha256"]) == (50 * MB, digest.hexdigest())
    assert answer["pieces"] >= 50 * MB // PIECE
    assert swallower.peak() - before < 12 * MB
    assert swallower.on_disk() == 0


def receive(connection: socket.socket) -> tuple[str, dict]:
    """The head and the JSON of an answer."""
    received = b""
    while not received.endswith(b"}"):
        part = connection.recv(65_536)
        assert part, received
        received += part
    lines, _, body = received.partition(b"\r\n\r\n")
    return lines.decode(), json.loads(body)


@pytest.mark.parametrize("length", [0, 1, MB - 1, MB, MB + 1, PIECE, 2 * PIECE])
def test_a_body_of_any_length_arrives_whole(swallower, call, length):
    body = os.urandom(length)
    _, _, told = call(swallower.port, "POST", "/api/v1/auth/login/", body=body)
    told = json.loads(told)
    assert (told["length"], told["sha256"]) == (length, hashlib.sha256(body).hexdigest())


def test_a_body_in_chunks_arrives_with_the_length_that_it_turned_out_to_have(swallower, call):
    parts = [b"x" * 70_000] * 20
    _, _, told = call(
        swallower.port, "PATCH", "/api/v1/me/", body=iter(parts), headers={"Transfer-Encoding": "chunked"}, chunked=True
    )
    told = json.loads(told)
    assert told["length"] == 1_400_000
    assert told["headers"]["content-length"] == "1400000"
    assert "transfer-encoding" not in told["headers"]


def problem_of(answer: tuple[int, dict[str, str], bytes], *, status: int, code: str) -> dict:
    got, headers, body = answer
    told = json.loads(body)
    assert (got, told["code"]) == (status, code)
    assert headers["content-type"].startswith("application/problem+json")
    assert headers["connection"] == "close"
    assert told["request_id"] == headers["x-request-id"]
    shape = Api().get("/api/v1/nothing/").json()
    assert set(told) == set(shape)
    return told


def reached(call, port: int) -> list[int]:
    return json.loads(call(port, "GET", "/")[2])["taken"]


def test_a_body_larger_than_its_sender_may_send_is_refused_unread(swallower, call):
    before = reached(call, swallower.port)
    for path, headers, code, status in (
        (TRACKS, {}, "not_authenticated", 401),
        (TRACKS, {"Authorization": "Bearer rubbish"}, "not_authenticated", 401),
        (TRACKS, {"Cookie": "other=1; earshot_access=rubbish"}, "not_authenticated", 401),
        (TRACKS, {"Authorization": f"Basic {token()}"}, "not_authenticated", 401),
        ("/api/v1/auth/login/", bearer(), "body_too_large", 413),
    ):
        with socket.create_connection(("127.0.0.1", swallower.port), timeout=20) as connection:
            connection.sendall(
                head(swallower.port, path, length=40 * MB, headers=headers | {"X-Request-ID": "brought-along"})
            )
            lines, told = receive(connection)  # and not a byte of the body was sent
        assert lines.startswith(f"HTTP/1.1 {status} "), lines
        assert ("www-authenticate" in lines.lower()) == (status == 401)
        assert (told["code"], told["request_id"], told["instance"]) == (code, "brought-along", path)
    assert reached(call, swallower.port) == before


def test_a_signed_body_beyond_the_largest_upload_is_refused(swallower, call):
    with socket.create_connection(("127.0.0.1", swallower.port), timeout=20) as connection:
        connection.sendall(head(swallower.port, TRACKS, length=LIMIT + 2 * MB, headers=bearer()))
        assert receive(connection)[1]["code"] == "body_too_large"


def test_a_body_in_chunks_is_stopped_where_it_becomes_too_large(swallower, call):
    before = reached(call, swallower.port)
    with socket.create_connection(("127.0.0.1", swallower.port), timeout=20) as connection:
        connection.sendall(head(swallower.port, TRACKS, length=None, headers={}))
        for _ in range(3):
            connection.sendall(b"%x\r\n" % MB + bytes(MB) + b"\r\n")
        assert receive(connection)[1]["code"] == "not_authenticated"
    assert reached(call, swallower.port) == before


def test_a_client_that_sends_before_it_listens_still_hears_the_refusal(swallower, call):
    """Closed at once, the connection would be reset under it, and the answer lost."""
    answer = call(swallower.port, "POST", TRACKS, body=bytes(30 * MB))
    told = problem_of(answer, status=401, code="not_authenticated")
    assert told["instance"] == TRACKS
    assert swallower.on_disk() == 0


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
def test_the_cookie_signs_an_upload_as_the_header_does(swallower, call, way):
    headers = bearer() if way == "header" else {"Cookie": f"a=b; earshot_access={token()}; c=d"}
    status, _, told = call(swallower.port, "POST", TRACKS, body=bytes(5 * MB), headers=headers)
    assert (status, json.loads(told)["length"]) == (200, 5 * MB)


def test_a_client_that_leaves_leaves_nothing_behind(swallower, call):
    before = reached(call, swallower.port)
    connection = socket.create_connection(("127.0.0.1", swallower.port), timeout=20)
    connection.sendall(head(swallower.port, TRACKS, length=20 * MB, headers=bearer()) + bytes(5 * MB))
    for _ in range(100):
        if swallower.on_disk():
            break
        time.sleep(0.02)
    assert swallower.on_disk() > 0
    connection.close()
    for _ in range(100):
        if not swallower.on_disk():
            break
        time.sleep(0.02)
    assert swallower.on_disk() == 0
    assert reached(call, swallower.port) == before


def test_what_has_no_body_is_not_waited_for(swallower, call):
    for method in ("GET", "HEAD", "OPTIONS", "DELETE"):
        assert call(swallower.port, method, "/")[0] == 200


def test_without_room_for_the_body_the_answer_says_so(tmp_path, call):
    """The kernel refuses the file's fourth megabyte, as it does on a full disk."""

    def narrow() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (3 * MB, 3 * MB))

    server = Swallower(tmp_path, prepare=narrow)
    try:
        server.wait()
        body = bytes(8 * MB)
        told = problem_of(
            call(server.port, "POST", TRACKS, body=body, headers=bearer()), status=507, code="storage_full"
        )
        assert told["instance"] == TRACKS
        assert call(server.port, "POST", TRACKS, body=bytes(2 * MB), headers=bearer())[0] == 200
    finally:
        server.stop()


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
