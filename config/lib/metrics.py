"""What this process counts and times, in the names and the text format of Prometheus.

Labels are names from tables of ours (routes, tasks, kinds of statements), never ids or paths that a caller chose.
Where PROMETHEUS_MULTIPROC_DIR names a folder, the processes that share it answer for each other.
"""

import logging
import os
from collections.abc import Iterable
from pathlib import Path

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
# The client's files of one process, and the bytes that each is given at once. The client maps files into memory: where
# the disk is full, a page that had no room yet would end the process.
KINDS = ("counter", "histogram", "gauge_livesum", "gauge_livemax")
RESERVED = 256 * 1024


def use_shared_folder() -> None:
    """Make ready the folder that the environment names. Where that cannot be, this process counts for itself."""
    folder = os.environ.get(FOLDER)
    if folder is None:
        return
    try:
        Path(folder).mkdir(mode=0o700, parents=True, exist_ok=True)
        for kind in KINDS:
            reserve(Path(folder, f"{kind}_{os.getpid()}.db"))
    except OSError:
        del os.environ[FOLDER]


def reserve(file: Path) -> None:
    """A file of zeros with all its room, in the place of what an earlier process of this id left."""
    file.unlink(missing_ok=True)
    with file.open("wb") as opened:
        os.posix_fallocate(opened.fileno(), 0, RESERVED)


use_shared_folder()

from prometheus_client import (  # noqa: E402 -- the client looks for its folder when it is imported
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    start_http_server,
)
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead  # noqa: E402 -- likewise
from prometheus_client.registry import Collector  # noqa: E402 -- likewise

logger = logging.getLogger(__name__)

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
STATEMENTS = frozenset({"select", "insert", "update", "delete", "with"})

REQUESTS = Counter("earshot_http_requests", "Requests answered, by route.", ["method", "view", "status"])
REQUEST_SECONDS = Histogram(
    "earshot_http_request_seconds",
    "Time to answer a request.",
    ["method", "view"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
QUERY_SECONDS = Histogram(
    "earshot_database_query_seconds",
    "Time of a database statement, by its first word.",
    ["statement"],
    buckets=(0.001, 0.005, 0.025, 0.1, 0.5, 2, 5),
)
TASKS = Counter("earshot_tasks", "Background tasks ended.", ["task", "outcome"])
TASK_SECONDS = Histogram(
    "earshot_task_seconds", "Time of a background task.", ["task"], buckets=(0.01, 0.05, 0.25, 1, 5, 30, 120, 600, 3600)
)
SOCKETS = Gauge(
    "earshot_sockets_open", "WebSockets open, by the pattern of their path.", ["path"], multiprocess_mode="livesum"
)
FRAMES = Counter("earshot_socket_frames", "Frames sent to WebSockets.", ["path"])
LIMIT_REFUSALS = Counter("earshot_rate_limit_refusals", "Calls refused because there were too many.", ["limit"])
BREAKERS = Gauge(
    "earshot_breaker_open",
    "1 while calls to a service that fails are held back.",
    ["service"],
    multiprocess_mode="livemax",
)


def count_request(*, method: str, view: str, status: int, seconds: float) -> None:
    """A request was answered; `view` is the route's name, empty where no route matched."""
    method, view = (method if method in METHODS else "other"), view or "none"
    REQUESTS.labels(method, view, str(status)).inc()
    REQUEST_SECONDS.labels(method, view).observe(seconds)


def count_query(sql: object, *, seconds: float) -> None:
    """The database has answered a statement, of which only the first word is kept."""
    words = str(sql)[:16].split(None, 1)
    kind = words[0].lower() if words else ""
    QUERY_SECONDS.labels(kind if kind in STATEMENTS else "other").observe(seconds)


def count_task(*, name: str, outcome: str, seconds: float) -> None:
    """A task has ended."""
    TASKS.labels(name, outcome).inc()
    TASK_SECONDS.labels(name).observe(seconds)


def forget_dead_processes(folder: str) -> None:
    """Remove the gauges of processes that are gone: whatever ended them could not set them back. Counters stay."""
    for pid in {int(file.stem.rsplit("_", 1)[1]) for file in Path(folder).glob("gauge_live*_*.db")}:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            mark_process_dead(pid, folder)  # type: ignore[no-untyped-call]  # the client leaves it untyped
        except PermissionError:
            continue  # it lives, as somebody else


def serve(address: str) -> None:
    """Answer scrapes on `host:port` in a thread, for a process that answers no requests. Whoever reaches it may read.

    An address that is taken is logged: it is no reason to stop the work.
    """
    host, _, port = address.rpartition(":")
    registry: CollectorRegistry = REGISTRY
    if os.environ.get(FOLDER):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # likewise
    try:
        start_http_server(int(port), host, registry)
    except OSError:
        logger.exception("metrics_address_taken", extra={"address": address})


def exposition(*, collectors: Iterable[Collector] = ()) -> bytes:
    """Everything that is known here, in the text format; `collectors` are asked now."""
    registry = CollectorRegistry()
    folder = os.environ.get(FOLDER)
    if folder:
        forget_dead_processes(folder)
        MultiProcessCollector(registry, folder)  # type: ignore[no-untyped-call]  # likewise
    for collector in collectors if folder else (REGISTRY, *collectors):
        registry.register(collector)
    return generate_latest(registry)
