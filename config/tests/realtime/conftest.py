"""The whole ASGI application behind a real uvicorn, and clients that speak to it over loopback."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import uvicorn
from django.utils import timezone
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from accounts.models import User
from accounts.services.sessions import Device, TokenPair, open_session
from config.asgi import application
from config.server.sockets import SocketProtocol

# Longer than any transaction of another process of the suite: the log is read up to the oldest one that is open.
PATIENCE_S = 120


@pytest.fixture(autouse=True)
def bells(settings):
    settings.EVENT_ROUTES = "config.tests.realtime.bells.ROUTES"
    settings.FRAME_ROUTES = "config.tests.realtime.bells.FRAMES"


@dataclass(frozen=True)
class Served:
    """`address` is `ws://127.0.0.1:port`."""

    address: str
    server: uvicorn.Server

    def connections(self) -> int:
        """How many are open."""
        return len(self.server.server_state.connections)


@contextmanager
def served(**options: Any) -> Iterator[Served]:
    """The whole application, which answers during the block."""
    listener = socket.create_server(("127.0.0.1", 0))
    options = {"lifespan": "on", "ws": SocketProtocol, "ws_max_size": 65536, **options}
    config = uvicorn.Config(application, log_config=None, **options)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        until(lambda: server.started)
        yield Served(f"ws://127.0.0.1:{listener.getsockname()[1]}", server)
    finally:
        server.should_exit = True
        thread.join(timeout=PATIENCE_S)
        listener.close()
        assert not thread.is_alive()


@pytest.fixture
def serve(transactional_db) -> Iterator[Callable[..., Served]]:
    """Starts a server that runs until the test is over."""
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(served(**options))


@pytest.fixture(scope="module")
def running(django_db_setup) -> Iterator[str]:
    """One server for the tests of a file: starting and stopping takes longer than most of them."""
    with served() as running:
        yield running.address


@pytest.fixture
def address(running, transactional_db) -> str:
    return running


class Client:
    """One socket, as an app holds it."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    def frame(self) -> dict[str, Any]:
        """The next frame."""
        return json.loads(self.connection.recv(timeout=PATIENCE_S))

    def frames(self, count: int) -> list[dict[str, Any]]:
        return [self.frame() for _ in range(count)]

    def numbers(self, count: int) -> list[int]:
        """Of the next bells."""
        return [frame["number"] for frame in self.frames(count)]

    def send(self, text: str | bytes) -> None:
        self.connection.send(text)

    def close_code(self) -> int:
        """The code with which the server closes, whatever it says before."""
        deadline = time.monotonic() + PATIENCE_S
        try:
            while True:
                self.connection.recv(timeout=deadline - time.monotonic())
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006

    def is_open(self) -> bool:
        """Whether the server answers a ping."""
        return self.connection.ping().wait(PATIENCE_S)


@pytest.fixture
def dial(address) -> Iterator[Callable[..., Client]]:
    """Opens sockets that are closed when the test is over."""
    with ExitStack() as stack:

        def open_socket(path: str = "/ws/v1/me/", *, at: str = address, **options: Any) -> Client:
            return Client(stack.enter_context(connect(at + path, open_timeout=PATIENCE_S, close_timeout=1, **options)))

        yield open_socket


def bearer(pair: TokenPair) -> dict[str, str]:
    return {"Authorization": f"Bearer {pair.access}"}


@pytest.fixture
def signed_in() -> Callable[[User], TokenPair]:
    """A fresh session."""
    device = Device(user_agent="pytest", address="127.0.0.1")
    return lambda user: open_session(user=user, device=device, at=timezone.now())


@pytest.fixture
def listen(dial, signed_in) -> Callable[..., Client]:
    """A socket of this person."""

    def open_socket(user: User, query: str = "", **more: Any) -> Client:
        return dial(f"/ws/v1/me/{query}", additional_headers=bearer(signed_in(user)), **more)

    return open_socket


def until(done: Callable[[], object]) -> None:
    """Wait for it."""
    deadline = time.monotonic() + PATIENCE_S
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def is_greeted(client: Client) -> bool:
    """Whether the server lets the socket in."""
    try:
        return client.frame()["type"] == "hello"
    except ConnectionClosed:
        return False
