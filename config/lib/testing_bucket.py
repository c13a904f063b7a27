"""For tests: servers that speak S3 on a loopback port. moto knows the whole interface and looks at no signature; rclone
looks at signatures, lengths and times, and knows less."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.lib import bucket
from config.lib.bucket import Bucket

ACCESS_KEY, SECRET_KEY = "access-key-for-tests", "secret-key-for-tests"
PATIENCE_S = 60


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def moto() -> Iterator[str]:
    """The address of a server of moto's."""
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "--host", "127.0.0.1", "--port", str(port)]
    with running(command, port=port):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def rclone(folder: Path) -> Iterator[str]:
    """The address of a server of rclone's; its buckets are the folders below `folder`."""
    port = free_port()
    program = shutil.which("rclone") or str(Path(sys.executable).parent / "rclone")
    command = [
        *(program, "serve", "s3", "--addr", f"127.0.0.1:{port}", "--auth-key", f"{ACCESS_KEY},{SECRET_KEY}"),
        *("--vfs-cache-mode", "off", "--config", str(folder / "none.conf"), str(folder)),
    ]
    with running(command, port=port):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def running(command: list[str], *, port: int) -> Iterator[None]:
    """A server, from the moment that it answers to the end of the block."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 -- ours
    try:
        patience = time.monotonic() + PATIENCE_S
        while not answers(port):
            if process.poll() is not None or time.monotonic() > patience:
                raise RuntimeError(f"{command[0]} does not answer")
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE_S)


def answers(port: int) -> bool:
    """Whether somebody listens there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def make_bucket(endpoint: str, *, name: str) -> Bucket:
    """A new, empty bucket on that server."""
    made = Bucket(
        name=name, endpoint=endpoint, public=None, region="us-east-1", access_key=ACCESS_KEY, secret_key=SECRET_KEY
    )
    bucket.client_of(made, made.endpoint).create_bucket(Bucket=name)
    return made
