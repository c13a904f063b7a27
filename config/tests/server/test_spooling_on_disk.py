"""Bodies lie on disk and take no memory: seen at a process of its own."""

import hashlib
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.server.spooling import PIECE
from config.tests.server.bodies import (
    LIMIT,
    MB,
    PROJECT,
    TRACKS,
    bearer,
    head,
    on_disk,
    problem_of,
    receive,
)


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
        self.process.wait(timeout=60)

    def peak(self) -> int:
        """The most memory that the process has ever taken, in bytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024

    def on_disk(self) -> int:
        return on_disk(self.process.pid, self.folder)


@pytest.fixture(scope="module")
def swallower(tmp_path_factory) -> Iterator[Swallower]:
    server = Swallower(tmp_path_factory.mktemp("swallower"))
    server.wait()
    yield server
    server.stop()


def eventually_empty(place) -> None:
    """The file goes when the application has returned, which is a moment after the answer has arrived."""
    deadline = time.monotonic() + 60
    while place.on_disk() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert place.on_disk() == 0


def test_fifty_megabytes_arrive_whole_lie_on_disk_and_take_no_memory(swallower, call):
    call(swallower.port, "POST", TRACKS, body=bytes(3 * MB), headers=bearer())  # everything is loaded by now
    before, digest, piece = swallower.peak(), hashlib.sha256(), os.urandom(MB)
    with socket.create_connection(("127.0.0.1", swallower.port), timeout=60) as connection:
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
    eventually_empty(swallower)


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
