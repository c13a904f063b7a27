"""`make run`: the services, the processes and the words, from the first check to the last stop."""

import asyncio
import fcntl
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from django.core.management import call_command
from django.db import OperationalError, connections
from django.db.migrations.executor import MigrationExecutor

from config.embedded import leftovers, postgres, valkey
from config.embedded.address import Address
from config.embedded.child import Program
from config.embedded.console import Console
from config.embedded.places import PROJECT, Places
from config.embedded.readiness import everything_answers
from config.embedded.refusals import Refusal
from config.embedded.services import Service, Services
from config.embedded.signals import StopSignal
from config.embedded.supervisor import OURS, Supervisor
from config.embedded.welcome import welcome

READY_PATIENCE = 60.0
"""Seconds after which the wait for readiness is explained on the terminal; it goes on."""

WATCH = 0.5
"""Seconds between two looks at the services."""


ROOT_IS_FINE = "ignore:You're running the worker with superuser privileges"
"""Celery's five lines of warning: in a container root is the usual user."""


SOCKETS = (
    "--lifespan", "on", "--ws", "config.server.sockets:SocketProtocol", "--ws-max-size", "65536",
    "--ws-ping-interval", "25", "--ws-ping-timeout", "60", "--ws-per-message-deflate", "false",
)  # fmt: skip
"""How uvicorn serves sockets, wherever it does."""


def process_table(*, address: Address, places: Places) -> list[Program]:
    """What runs under the supervisor."""
    python = [sys.executable, "-m"]
    return [
        Program(
            "web",
            [
                *python, "uvicorn", "config.asgi:application",
                "--host", address.host, "--port", str(address.port),
                "--no-access-log", "--timeout-graceful-shutdown", "3", *SOCKETS,
            ],
        ),
        worker("worker", queues="audio,fanout,default,mail", concurrency=2),
        # A process of its own, so that nothing short waits behind an hour of sound.
        worker("long-worker", queues="audio-long", concurrency=1),
        Program("relay", [sys.executable, str(PROJECT / "manage.py"), "relay"]),
        Program(
            "beat",
            [
                *python, "celery", "-q", "-A", "config", "beat",
                "--schedule", str(places.home / "celerybeat-schedule"), "--pidfile", "", "--loglevel", "info",
            ],
        ),
    ]  # fmt: skip


def worker(name: str, *, queues: str, concurrency: int) -> Program:
    """A Celery worker with so many threads."""
    celery = [sys.executable, "-W", ROOT_IS_FINE, "-m", "celery", "-q", "-A", "config", "worker"]
    pool = ["--pool", "threads", "--concurrency", str(concurrency), "--hostname", f"{name}@%h"]
    return Program(
        name, [*celery, *pool, "--queues", queues, "--loglevel", "info", "--without-gossip", "--without-mingle"]
    )


SEEDING = Program("demo", [sys.executable, str(PROJECT / "manage.py"), "seed_demo"])


def run() -> int:
    """Run Earshot until a signal stops it; return the exit code. Raises `Refusal` where it cannot run."""
    begun = time.monotonic()
    places, address, stop = Places.from_environment(), Address.from_environment(), StopSignal()
    with ExitStack() as stack:
        stack.enter_context(stop.listening())
        try:
            places.make()
            stack.enter_context(alone_in(places))
            address.check_free()
            shutil.rmtree(places.metrics, ignore_errors=True)
            services = Services(places, postgres.DURABLE, valkey.DURABLE)
            house = House(places=places, address=address, services=services, begun=begun)
            stack.callback(house.close)
            house.run(stop)
        except KeyboardInterrupt:
            return 130
    return 0


@contextmanager
def alone_in(places: Places) -> Iterator[None]:
    """Hold the home's lock, and end what a killed run left. Raises `Refusal` when another run holds it."""
    with (places.home / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise Refusal(
                f"Earshot runs already in {places.home} (process {lock.read().strip()}): stop it, or try "
                "EARSHOT_HOME=/another/folder PORT=8001 make run"
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        leftovers.end_marked(leftovers.mark(places.home))
        yield


@dataclass
class House:
    """One run. `begun` is the monotonic time at which it began, in seconds."""

    places: Places
    address: Address
    services: Services
    begun: float
    console: Console = field(init=False)

    def __post_init__(self) -> None:
        names = [program.name for program in process_table(address=self.address, places=self.places)]
        self.console = Console.for_names([*names, SEEDING.name, OURS])

    def run(self, stop: StopSignal) -> None:
        """Start everything and return after `stop`. Raises `Refusal` when something cannot live."""
        os.environ.update(self.services.start(os.environ))
        for name in self.services.running:
            self.console.line(OURS, f"{name} runs on a socket in {self.places.sockets}")
        self.console.line(OURS, migrate())
        asyncio.run(self._supervise(stop))

    def close(self) -> None:
        """Stop the services: last, because everything else writes to them until its end."""
        self.services.stop()
        if self.places.sockets.parent != self.places.home:
            shutil.rmtree(self.places.sockets, ignore_errors=True)
        self.console.line(OURS, f"stopped; the data stay in {self.places.home}")

    async def _supervise(self, stop: StopSignal) -> None:
        supervisor = Supervisor(self.places, self._environment(), self.console)
        with stop.awaited(supervisor.stop):
            async with asyncio.TaskGroup() as tasks:
                for program in process_table(address=self.address, places=self.places):
                    tasks.create_task(supervisor.keep(program))
                for name, service in self.services.running.items():
                    tasks.create_task(keep_service(supervisor, name=name, service=service))
                tasks.create_task(self._welcome_and_seed(supervisor))
                await supervisor.stop.wait()
                supervisor.say("stopping")
                await supervisor.stop_all()
        if supervisor.failure:
            raise Refusal(supervisor.failure)

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE") or "config.settings.dev",
            "PYTHONUNBUFFERED": "1",
            "EARSHOT_HOME": str(self.places.home),
            "PORT": str(self.address.port),
            "PROMETHEUS_MULTIPROC_DIR": str(self.places.metrics),
        }

    async def _welcome_and_seed(self, supervisor: Supervisor) -> None:
        if not await self._ready(supervisor):
            return
        supervisor.say(f"everything answers after {time.monotonic() - self.begun:.1f} s")
        self.console.say(welcome(self.address.url))
        await self.seed_once(supervisor)

    async def _ready(self, supervisor: Supervisor) -> bool:
        """Wait until web and worker answer; return whether they did before a stop."""
        patience = time.monotonic() + READY_PATIENCE
        while not supervisor.stop.is_set():
            if await everything_answers(self.address):
                return True
            if time.monotonic() > patience:
                supervisor.say(f"still waiting for an answer: what is wrong is said above and in {self.places.logs}")
                patience += READY_PATIENCE
            await supervisor.stopped_within(0.1)
        return False

    async def seed_once(self, supervisor: Supervisor) -> None:
        """Load the demo the first time. Its failure is said, and is no reason to stop."""
        marker = self.places.home / "demo-loaded"
        if os.environ.get("EARSHOT_DEMO") == "0" or marker.exists():
            return
        code = await supervisor.once(SEEDING)
        if code == 0:
            marker.touch()
        elif not supervisor.stop.is_set():
            supervisor.say(
                "the demo could not be loaded (see above); to try again: .venv/bin/python manage.py seed_demo"
            )


async def keep_service(supervisor: Supervisor, *, name: str, service: Service) -> None:
    """Start a service again when it died. One that does not start any more stops everything.

    It is started from the event loop's own thread, which waits for it: the leash is tied to the thread.
    """
    backoff = supervisor.new_backoff()
    born = time.monotonic()
    while not await supervisor.stopped_within(WATCH):
        if service.is_alive():
            continue
        pause = backoff.pause_after(time.monotonic() - born)
        if pause is None:
            supervisor.give_up(f"{name} died too often: see {supervisor.places.logs / name}.log")
            return
        supervisor.say(f"{name} died; again in {pause:.3g} s")
        if await supervisor.stopped_within(pause):
            return
        try:
            service.start()
        except Refusal as refusal:
            supervisor.give_up(str(refusal))
            return
        born = time.monotonic()


def migrate() -> str:
    """Bring the database up to date; return a line that says what was done. Raises `Refusal` without a database."""
    begun = time.monotonic()
    try:
        executor = MigrationExecutor(connections["default"])
    except OperationalError as reason:
        raise Refusal(f"The database does not answer ({reason}): is DATABASE_URL right?") from None
    waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    call_command("migrate", interactive=False, verbosity=0)
    for connection in connections.all():
        connection.close()
    if not waiting:
        return "the database is up to date"
    return f"{waiting} migrations applied in {time.monotonic() - begun:.1f} s"
