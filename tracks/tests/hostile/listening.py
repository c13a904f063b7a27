"""Hears whoever comes: connections over loopback and on a local socket, and datagrams."""

import contextlib
import socket
import threading
import time
from pathlib import Path


class Listener:
    """Listens from entry to exit; `heard` names what came in, by its kind and first line."""

    def __init__(self, folder: Path) -> None:
        """`folder` has a short path: that of a local socket has a hundred bytes."""
        self.tcp = socket.create_server(("127.0.0.1", 0))
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.1", 0))
        self.unix = socket.socket(socket.AF_UNIX)
        self.unix.bind(str(folder / "unix"))
        self.unix.listen()
        self.heard: list[str] = []
        self._ends = threading.Event()
        self._threads = [
            threading.Thread(target=self._accept, args=("tcp", self.tcp)),
            threading.Thread(target=self._accept, args=("unix", self.unix)),
            threading.Thread(target=self._receive),
        ]

    @property
    def url(self) -> str:
        """Where it would be found by HTTP."""
        return f"http://127.0.0.1:{self.tcp.getsockname()[1]}"

    def __enter__(self) -> "Listener":
        for listening in (self.tcp, self.unix, self.udp):
            listening.settimeout(0.05)
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.settle()
        self._ends.set()
        for thread in self._threads:
            thread.join(30)
        for listening in (self.tcp, self.unix, self.udp):
            listening.close()

    def settle(self) -> list[str]:
        """What was heard, after everything that is on its way has come."""
        mark = f"mark {time.monotonic_ns()}"
        with socket.create_connection(self.tcp.getsockname()) as link, contextlib.suppress(OSError):
            link.send(mark.encode())
        while f"tcp {mark}" not in self.heard:
            time.sleep(0.01)
        return [line for line in self.heard if not line.startswith("tcp mark ")]

    def _accept(self, kind: str, listening: socket.socket) -> None:
        while not self._ends.is_set():
            with contextlib.suppress(TimeoutError):
                link, _ = listening.accept()
                self._note(kind, link)

    def _note(self, kind: str, link: socket.socket) -> None:
        link.settimeout(5)
        with link:
            said = b""
            with contextlib.suppress(OSError):
                said = link.recv(1000)
            self.heard.append(f"{kind} {said.decode(errors='replace').partition(chr(13))[0]}")

    def _receive(self) -> None:
        while not self._ends.is_set():
            with contextlib.suppress(TimeoutError):
                self.heard.append(f"udp {self.udp.recv(1000).decode(errors='replace').partition(chr(13))[0]}")
