"""Requests through the whole WSGI stack of this process, and what each costs here and in PostgreSQL."""

import statistics
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.wsgi import get_wsgi_application
from django.db import connection


@dataclass
class Cost:
    """Of one kind of request. `server`: ms of CPU of each; `database`: ms of CPU on average, a value for each round."""

    path: str
    size: int = 0
    server: list[float] = field(default_factory=list)
    database: list[float] = field(default_factory=list)

    @property
    def server_p50(self) -> float:
        return statistics.median(self.server)

    @property
    def server_p95(self) -> float:
        return statistics.quantiles(self.server, n=20)[18]

    @property
    def database_p50(self) -> float:
        return statistics.median(self.database)

    @property
    def total(self) -> float:
        return self.server_p50 + self.database_p50


class Stack:
    """The site as its server calls it, signed in."""

    def __init__(self, *, token: str) -> None:
        self.application = get_wsgi_application()
        self.token = token

    def call(self, path: str) -> bytes:
        """The body of an answer, which must be 200."""
        told: list[str] = []
        answer = self.application(self.environ(path), lambda status, headers, *_: told.append(status))
        body = b"".join(answer)
        answer.close()  # type: ignore[attr-defined]  # as a server does: signals of the end of a request
        if not told[0].startswith("200"):
            raise RuntimeError(f"{path}: {told[0]} {body[:300]!r}")
        return body

    def environ(self, path: str) -> dict[str, Any]:
        """What a server says of a request."""
        parts = urlsplit(path)
        return {
            "REQUEST_METHOD": "GET", "PATH_INFO": parts.path, "QUERY_STRING": parts.query, "SCRIPT_NAME": "",
            "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "127.0.0.1", "HTTP_ACCEPT": "application/json", "HTTP_AUTHORIZATION": f"Bearer {self.token}",
            "wsgi.version": (1, 0), "wsgi.url_scheme": "http", "wsgi.input": _Nothing(), "wsgi.errors": None,
            "wsgi.multithread": True, "wsgi.multiprocess": False, "wsgi.run_once": False,
        }  # fmt: skip

    def measure(self, cost: Cost, *, calls: int) -> None:
        """One round: so many calls one after the other."""
        database = backend_cpu_ms()
        for _ in range(calls):
            begun = time.process_time_ns()
            body = self.call(cost.path)
            cost.server.append((time.process_time_ns() - begun) / 1e6)
        cost.size = len(body)
        cost.database.append((backend_cpu_ms() - database) / calls)


class _Nothing:
    """An empty body."""

    def read(self, *_: int) -> bytes:
        return b""

    readline = read


def backend_cpu_ms() -> float:
    """CPU time so far of the process of PostgreSQL that serves this thread's connection."""
    pid = connection.connection.info.backend_pid
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e6
