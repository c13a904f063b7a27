"""A whole Earshot under test: `manage.py dev` in a folder of its own, spoken to over its port."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
import psycopg
from django.conf import settings

from config.embedded.places import Places
from config.env import ACCESS_TOKEN_LIFETIME

PASSWORD = "a quiet place to listen"
READY_WITHIN_S = 90
# Its visitors all call from one address, and as fast as they can.
FAR_AWAY = {f"RATE_LIMITS_{name.upper()}": "1000000/minute" for name in settings.RATE_LIMITS}
RENEW_AFTER_S = ACCESS_TOKEN_LIFETIME.total_seconds() / 2


class House:
    """Started on entry, stopped by SIGTERM on exit; nothing of it is left."""

    def __init__(self, home: Path, added: dict[str, str] | None = None) -> None:
        self.failpoints = home.parent / "failpoints"
        self.added = {"EARSHOT_FAILPOINTS": str(self.failpoints)} | (added or {})
        self.places = Places(home)
        self.log = home.parent / "house.log"
        self.url = f"http://127.0.0.1:{free_port()}"
        self.process: subprocess.Popen[bytes] | None = None
        self.clients: list[httpx.Client] = []
        # False for a proof that leaves its own storage or database behind in pieces.
        self.ends_tidy = True

    def __enter__(self) -> "House":
        self.failpoints.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "dev"],
                cwd=settings.BASE_DIR,
                env=self.environment(),
                stdout=log,
                stderr=log,
            )
        self.wait_until(lambda: b"Earshot is ready at" in self.log.read_bytes(), seconds=READY_WITHIN_S)
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            if kind is None and self.ends_tidy:
                self.assert_reconciled()
        finally:
            self.stop()

    def assert_reconciled(self) -> None:
        """Every stored object has a row and every row its objects; what is at work may come to its end first."""
        patience = time.monotonic() + 60
        while (found := self.reconcile("--dry-run"))[0] and time.monotonic() < patience:
            time.sleep(1)
        assert found[0] == 0, found[1]

    def stop(self) -> None:
        """SIGTERM; nothing may be left."""
        for client in self.clients:
            client.close()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=60)
        assert self.pids() == [], "stopping the house leaves no process"

    def environment(self) -> dict[str, str]:
        """What its processes get; also for processes that a test starts beside them."""
        given = {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"}
        inherited = {name: value for name, value in os.environ.items() if name not in given}
        port = self.url.rsplit(":", 1)[1]
        own = {"EARSHOT_HOME": str(self.places.home), "EARSHOT_DEMO": "0", "PORT": port}
        return inherited | {"DJANGO_SETTINGS_MODULE": "config.settings.dev"} | FAR_AWAY | own | self.added

    def wait_until(self, done: Any, *, seconds: float) -> float:
        """Poll until `done()`; the seconds it took."""
        started = time.monotonic()
        while not done():
            assert self.process.poll() is None, self.log.read_text()[-3000:]
            assert time.monotonic() - started < seconds, self.log.read_text()[-3000:]
            time.sleep(0.2)
        return time.monotonic() - started

    def pids(self, *words: str) -> list[int]:
        """The processes of this house whose command line holds all the words."""
        return [pid for pid, line in processes_of(str(self.places.home)) if all(word in line for word in words)]

    def mailed_key(self, address: str) -> str:
        """The key in a confirmation mail to this address; "" while there is none."""
        texts = (file.read_text() for file in self.places.mail.glob("*.log"))
        letters = (text.replace("=\n", "").replace("=3D", "=") for text in texts if f"To: {address}" in text)
        keys = (letter.partition("verify-email/#key=")[2].split() for letter in letters)
        return next((unquote(key[0]) for key in keys if key), "")

    def join(self, username: str) -> httpx.Client:
        """A person who has registered, confirmed the mailed link and signed in."""
        client = httpx.Client(base_url=f"{self.url}/api/v1/", timeout=600)
        self.clients.append(client)
        form = {"email": f"{username}@example.org", "username": username, "password": PASSWORD, "terms_version": "1"}
        assert client.post("auth/register/", json=form).status_code == 202
        self.wait_until(lambda: self.mailed_key(form["email"]), seconds=60)
        assert client.post("auth/verify-email/", json={"key": self.mailed_key(form["email"])}).status_code == 204
        tokens = client.post("auth/login/", json={"login": username, "password": PASSWORD}).json()
        client.cookies.clear()
        client.event_hooks["request"] = [Renewal(client, tokens)]
        return client

    def arm(self, place: str, *, fraction: float | None = None) -> None:
        """Let the next process that comes by that place die there, once: config/lib/failpoints.py."""
        (self.failpoints / f"{place}.taken").unlink(missing_ok=True)
        (self.failpoints / place).write_text("" if fraction is None else str(fraction))

    def death_at(self, place: str) -> str:
        """How far whoever died there since it was armed was, from 0 to 1; "" as long as nobody has."""
        taken = self.failpoints / f"{place}.taken"
        return taken.read_text() if taken.exists() else ""

    def kill(self, *words: str) -> int:
        """kill -9 the process groups whose leader's command line holds all the words; how many these are."""
        groups = {os.getpgid(pid) for pid in self.pids(*words)}
        for group in groups:
            os.killpg(group, signal.SIGKILL)
        return len(groups)

    def reconcile(self, *words: str) -> tuple[int, str]:
        """How `manage.py reconcile` ends, and what it says; every object counts, however young."""
        command = [sys.executable, "manage.py", "reconcile", "--older-than", "0", *words]
        environment = self.environment()
        ended = subprocess.run(
            command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, timeout=120, check=False
        )
        return ended.returncode, ended.stdout or ended.stderr

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """What the database says."""
        with psycopg.connect(self.places.database_url) as connection:
            return connection.execute(query, values).fetchall()

    def change(self, statement: str, *values: Any) -> None:
        """What no operation does: write into the database."""
        with psycopg.connect(self.places.database_url) as connection:
            connection.execute(statement, values)


class Renewal:
    """Keeps a client signed in as an app does: it renews its tokens well before the access token is over."""

    def __init__(self, client: httpx.Client, tokens: dict[str, Any]) -> None:
        self.client, self.refresh = client, ""
        self.take(tokens)

    def __call__(self, request: httpx.Request) -> None:
        if time.monotonic() > self.renew_at:
            self.take(httpx.post(f"{self.client.base_url}auth/token/refresh/", json={"refresh": self.refresh}).json())
            request.headers["Authorization"] = self.client.headers["Authorization"]

    def take(self, tokens: dict[str, Any]) -> None:
        """Sign in with these from now on."""
        self.refresh = tokens["refresh"]
        self.renew_at = time.monotonic() + RENEW_AFTER_S
        self.client.headers["Authorization"] = f"Bearer {tokens['access']}"


def upload(client: httpx.Client, path: Path, **fields: str) -> dict[str, Any]:
    """Upload the file as a stream; the track."""
    with path.open("rb") as audio:
        answer = client.post("tracks/", data=fields, files={"audio": (path.name, audio, "audio/wav")})
    assert answer.status_code == 201, answer.text
    return answer.json()


def processes_of(home: str) -> Iterator[tuple[int, str]]:
    """(pid, command line) of every process that was started for this home."""
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit() or int(folder.name) == os.getpid():
            continue
        try:
            environment, line = (folder / "environ").read_bytes(), (folder / "cmdline").read_bytes()
        except OSError:
            continue
        words = line.replace(b"\0", b" ").decode(errors="replace")
        if words and (f"EARSHOT_HOME={home}".encode() in environment.split(b"\0") or home in words):
            yield int(folder.name), words


def peak_memory(pid: int) -> int:
    """The most memory that the process has had in use so far, in bytes (VmHWM)."""
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
