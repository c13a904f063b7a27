"""A connection that does not hold: a proxy in front of a port, which lets so many bytes pass and then cuts."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

PIECE = 65_536


class Cutter:
    """`cuts`: after how many bytes towards the server each of the next connections that get so far is cut."""

    def __init__(self, port: int, cuts: list[int]) -> None:
        self.port = port
        self.cuts = cuts
        self.done = 0
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def serve(self) -> None:
        with suppress(OSError):  # closed when the test is over
            while True:
                client, _ = self.listener.accept()
                threading.Thread(target=self.pass_on, args=(client,), daemon=True).start()

    def pass_on(self, client: socket.socket) -> None:
        with client, suppress(OSError), socket.create_connection(("127.0.0.1", self.port)) as server:
            threading.Thread(target=self.answer, args=(server, client), daemon=True).start()
            passed = 0
            while piece := client.recv(PIECE):
                server.sendall(piece)
                passed += len(piece)
                if self.cuts_now(passed):
                    break

    def cuts_now(self, passed: int) -> bool:
        with self.lock:
            if self.done < len(self.cuts) and passed >= self.cuts[self.done]:
                self.done += 1
                return True
            return False

    def answer(self, server: socket.socket, client: socket.socket) -> None:
        with suppress(OSError):
            while piece := server.recv(PIECE):
                client.sendall(piece)
        with suppress(OSError):
            client.shutdown(socket.SHUT_RDWR)


@contextmanager
def cutter(port: int, *, cuts: list[int]) -> Iterator[Cutter]:
    made = Cutter(port, cuts)
    thread = threading.Thread(target=made.serve, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        made.listener.shutdown(socket.SHUT_RDWR)
        made.listener.close()
