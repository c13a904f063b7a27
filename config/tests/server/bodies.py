"""Bodies as raw requests, and where they lie."""

import json
import os
import socket
from contextlib import suppress
from pathlib import Path

from accounts.tokens import AccessToken
from config.lib.testing import Api

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


def on_disk(pid: int, folder: Path) -> int:
    """The bytes of the nameless files that a process holds in a folder."""
    size = 0
    for held in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed in between
            size += held.stat().st_size if os.readlink(held).startswith(str(folder)) else 0
    return size


def head(port: int, path: str, *, length: int | None, headers: dict[str, str]) -> bytes:
    lines = [f"POST {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", *(f"{name}: {of}" for name, of in headers.items())]
    lines.append("Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def receive(connection: socket.socket) -> tuple[str, dict]:
    """The head and the JSON of an answer."""
    received = b""
    while not received.endswith(b"}"):
        part = connection.recv(65_536)
        assert part, received
        received += part
    lines, _, body = received.partition(b"\r\n\r\n")
    return lines.decode(), json.loads(body)


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
