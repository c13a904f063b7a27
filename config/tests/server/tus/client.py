"""A client of tus that says exactly what a test wants it to say."""

import json
import socket
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any

UPLOADS = "/api/v1/uploads/"
BYTES = "application/offset+octet-stream"


@dataclass(frozen=True)
class Told:
    """An answer; header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def offset(self) -> int:
        return int(self.headers["upload-offset"])

    def problem(self, *, status: int, code: str) -> dict[str, Any]:
        assert self.status == status, (self.status, self.body)
        assert self.headers["content-type"] == "application/problem+json"
        told = json.loads(self.body)
        assert told["code"] == code
        assert told["request_id"] == self.headers["x-request-id"]
        return told


@dataclass(frozen=True)
class TusClient:
    """Speaks to one server as one person."""

    port: int
    headers: dict[str, str]

    def ask(
        self, verb: str, path: str = UPLOADS, *, body: Any = None, without: tuple[str, ...] = (), **headers
    ) -> Told:
        """One request; `upload_offset=3` is the header Upload-Offset. `without`: headers that are left out."""
        named = {name.replace("_", "-"): str(value) for name, value in headers.items()}
        sent = {"Tus-Resumable": "1.0.0", **self.headers, **named}
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            kept = {name: value for name, value in sent.items() if name not in without}
            connection.request(verb, path, body=body, headers=kept, encode_chunked=not isinstance(body, bytes))
            answer = connection.getresponse()
            return Told(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def create(self, size: int, **headers) -> str:
        """The path of a new upload."""
        told = self.ask("POST", upload_length=size, **headers)
        assert told.status == 201, told
        return told.headers["location"]

    def append(self, path: str, content: Any, *, offset: int, **headers) -> Told:
        given = {"content_type": BYTES, "upload_offset": offset, **headers}
        return self.ask("PATCH", path, body=content, **given)

    def offset(self, path: str) -> int:
        told = self.ask("HEAD", path)
        assert told.status == 200, told
        return told.offset

    def begin(self, path: str, *, offset: int, length: int, content: bytes, **headers) -> socket.socket:
        """A PATCH that has announced `length` bytes and sent `content`; its connection stays open."""
        named = {name.replace("_", "-"): str(value) for name, value in headers.items()}
        sent = {
            "Host": "127.0.0.1",
            "Tus-Resumable": "1.0.0",
            "Content-Type": BYTES,
            "Content-Length": str(length),
            "Upload-Offset": str(offset),
            **self.headers,
            **named,
        }
        lines = [f"PATCH {path} HTTP/1.1", *(f"{name}: {value}" for name, value in sent.items())]
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode() + content)
        return connection


def heard(connection: socket.socket) -> Told:
    """The answer on a raw connection, which the server closes."""
    received = b""
    while part := connection.recv(65_536):
        received += part
    head, _, body = received.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Told(int(first.split()[1]), headers, body)
