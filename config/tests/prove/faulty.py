"""A proxy in front of a server that, for a while, answers 500, says nothing, or passes ten kilobytes a second."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

FINE, ERRORS, SILENCE, TRICKLE = "fine", "answers 500", "hangs", "passes 10 kB/s"
FAULTS = (ERRORS, SILENCE, TRICKLE)
PIECE = 65_536
TRICKLE_PIECE, TRICKLE_EVERY_S = 1_000, 0.1
REFUSAL = b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Faulty:
    """`mode` may be changed at any time, and counts for connections that are open too."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.mode = FINE
        self.turn = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.address = f"127.0.0.1:{self.listener.getsockname()[1]}"

    def serve(self) -> None:
        with suppress(OSError):  # closed when the test is over
            while True:
                client, _ = self.listener.accept()
                threading.Thread(target=self.connect, args=(client,), daemon=True).start()

    def connect(self, client: socket.socket) -> None:
        """Pass on in both directions; where one ends, both do."""
        with client, suppress(OSError), socket.create_connection(("127.0.0.1", self.port)) as server:
            back = threading.Thread(target=self.pass_on, args=(server, client), daemon=True)
            back.start()
            self.pass_on(client, server, refuse=True)
            back.join()

    def pass_on(self, source: socket.socket, sink: socket.socket, *, refuse: bool = False) -> None:
        """Piece by piece, as the mode of each moment wants it."""
        with suppress(OSError):
            while piece := source.recv(PIECE):
                if self.mode == ERRORS:
                    if refuse:
                        source.sendall(REFUSAL)
                    break
                while self.mode == SILENCE:
                    time.sleep(0.1)
                self.send(piece, sink)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def send(self, piece: bytes, sink: socket.socket) -> None:
        """At once, or in a trickle that all connections share."""
        rest = memoryview(piece)
        while rest:
            if self.mode != TRICKLE:
                sink.sendall(rest)
                return
            with self.turn:
                time.sleep(TRICKLE_EVERY_S)
            sink.sendall(rest[:TRICKLE_PIECE])
            rest = rest[TRICKLE_PIECE:]


@contextmanager
def faulty(port: int) -> Iterator[Faulty]:
    """The proxy, for the block."""
    made = Faulty(port)
    threading.Thread(target=made.serve, daemon=True).start()
    try:
        yield made
    finally:
        made.mode = FINE
        made.listener.shutdown(socket.SHUT_RDWR)
        made.listener.close()
