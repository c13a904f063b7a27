"""`make run`: who is let in, what is watched, what is said."""

import asyncio
import io
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from config.embedded import house, leftovers, valkey, welcome
from config.embedded.address import Address
from config.embedded.backoff import Backoff
from config.embedded.child import Program
from config.embedded.console import Console
from config.embedded.house import House, alone_in, keep_service, process_table
from config.embedded.places import Places
from config.embedded.readiness import web_answers
from config.embedded.refusals import Refusal
from config.embedded.services import Services
from config.embedded.signals import StopSignal
from config.embedded.supervisor import Supervisor
from config.embedded.valkey import Valkey
from config.tests.embedded.watching import eventually

ONE_STOP = """
import os, signal, time
from config.embedded.signals import StopSignal
stop = StopSignal()
with stop.listening():
    try:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(5)
    except KeyboardInterrupt:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            os.kill(os.getpid(), number)
        time.sleep(0.1)
        print("stopped once")
"""


class Health(BaseHTTPRequestHandler):
    status = 200

    def do_GET(self) -> None:
        self.send_response(self.status if self.path == "/health/ready/" else 404)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing is said at the terminal of the tests."""


class Unready(Health):
    status = 503


@contextmanager
def served(handler: type[Health]) -> Iterator[Address]:
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield Address("127.0.0.1", server.server_address[1])
        server.shutdown()
        thread.join()


def house_in(places: Places, heard: io.StringIO) -> House:
    services = Services(places, {}, valkey.THROWAWAY)
    made = House(places=places, address=Address("127.0.0.1", 1), services=services, begun=0.0)
    made.console = Console.for_names(["demo"], stream=heard)
    return made


def supervisor_in(places: Places, heard: io.StringIO) -> Supervisor:
    console = Console.for_names([], stream=heard)
    return Supervisor(places, dict(os.environ), console, new_backoff=lambda: Backoff(first_pause=0.01))


def test_port_that_is_taken_is_refused_with_one_to_try() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Refusal) as refusal:
            Address("127.0.0.1", port).check_free()
    assert str(refusal.value) == f"Port {port} is taken: try PORT={port + 1} make run"


def test_port_that_was_just_left_is_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            server.accept()[0].close()
    Address("127.0.0.1", port).check_free()


@pytest.mark.parametrize("port", ["eight", "0", "65536", "-1"])
def test_what_is_no_port_is_refused(monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    monkeypatch.setenv("PORT", port)
    with pytest.raises(Refusal, match="is no port"):
        Address.from_environment()


@pytest.mark.parametrize("host", ["no-such-host.invalid", "192.0.2.1"])
def test_host_that_is_not_this_machine_is_refused(host: str) -> None:
    with pytest.raises(Refusal, match=r"try HOST=127\.0\.0\.1"):
        Address(host, 8000).check_free()


def test_address_is_told_so_that_it_can_be_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PORT", raising=False)
    monkeypatch.delenv("HOST", raising=False)
    assert Address.from_environment().url == "http://127.0.0.1:8000/"
    assert Address("0.0.0.0", 81).url == "http://127.0.0.1:81/"  # noqa: S104 -- nothing is bound
    assert Address("::", 81).url == "http://[::1]:81/"


def test_home_has_one_run_at_a_time(places: Places) -> None:
    with alone_in(places):
        with pytest.raises(Refusal) as refusal, alone_in(places):
            raise AssertionError("two runs share a home")
        assert f"process {os.getpid()}" in str(refusal.value)
    with alone_in(places):
        pass


def test_run_ends_what_a_killed_run_of_the_same_home_left(places: Places) -> None:
    mark = {"EARSHOT_CHILD": f"{places.home}|worker|0|"}
    left = subprocess.Popen(["/bin/sleep", "60"], env={**os.environ, **mark})
    assert eventually(lambda: leftovers.marked(str(places.home)))  # a moment after its start it has an environment
    with alone_in(places):
        assert left.wait(timeout=60) == -signal.SIGKILL


def test_service_that_died_is_started_again_until_the_stop(places: Places) -> None:
    heard = io.StringIO()
    service = Valkey(places, valkey.THROWAWAY)
    service.start()
    assert service.child
    first = service.child.pid

    async def scene() -> None:
        supervisor = supervisor_in(places, heard)
        async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
            tasks.create_task(keep_service(supervisor, name="valkey", service=service))
            os.kill(first, signal.SIGKILL)
            while not service.is_alive() or (service.child and service.child.pid == first):
                await asyncio.sleep(0.01)
            supervisor.stop.set()

    try:
        asyncio.run(scene())
    finally:
        service.stop()
    assert "valkey died; again in 0.01 s" in heard.getvalue()


def test_service_that_does_not_start_any_more_stops_everything(places: Places) -> None:
    supervisor = supervisor_in(places, io.StringIO())
    asyncio.run(keep_service(supervisor, name="valkey", service=Valkey(places, {"appendonly": "perhaps"})))
    assert supervisor.stop.is_set()
    assert supervisor.failure.startswith("Valkey did not start")


@pytest.mark.parametrize(("code", "marked"), [(0, True), (1, False)])
def test_demo_is_marked_as_loaded_only_when_it_was(
    places: Places, monkeypatch: pytest.MonkeyPatch, code: int, marked: bool
) -> None:
    monkeypatch.setenv("EARSHOT_DEMO", "1")
    monkeypatch.setattr(house, "SEEDING", Program("demo", [sys.executable, "-c", f"raise SystemExit({code})"]))
    heard = io.StringIO()
    supervisor = supervisor_in(places, heard)
    asyncio.run(house_in(places, heard).seed_once(supervisor))
    assert (places.home / "demo-loaded").exists() is marked
    assert ("could not be loaded" in heard.getvalue()) is not marked
    assert not supervisor.stop.is_set()


@pytest.mark.parametrize("reason", ["refused", "loaded already"])
def test_demo_is_not_loaded_twice_nor_where_it_is_not_wanted(
    places: Places, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, reason: str
) -> None:
    monkeypatch.setenv("EARSHOT_DEMO", "0" if reason == "refused" else "1")
    if reason == "loaded already":
        (places.home / "demo-loaded").touch()
    seeding = Program("demo", [sys.executable, "-c", f"open({str(tmp_path / 'seeded')!r}, 'w')"])
    monkeypatch.setattr(house, "SEEDING", seeding)
    heard = io.StringIO()
    asyncio.run(house_in(places, heard).seed_once(supervisor_in(places, heard)))
    assert not (tmp_path / "seeded").exists()


def test_ready_is_what_the_web_process_says_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://192.0.2.1:9")
    with served(Health) as ready:
        assert web_answers(ready)
    assert not web_answers(ready), "nobody listens any more"
    with served(Unready) as unready:
        assert not web_answers(unready)


def test_last_line_of_the_welcome_is_the_one_that_programs_wait_for() -> None:
    lines = welcome.welcome("http://127.0.0.1:8000/").splitlines()
    assert lines[-1] == "Earshot is ready at http://127.0.0.1:8000/"
    for address in ("", "api/docs/", "admin/", "dev/mail/"):
        assert any(line.endswith(f" http://127.0.0.1:8000/{address}") for line in lines)


def test_first_signal_stops_and_the_rest_are_not_heard() -> None:
    ended = subprocess.run([sys.executable, "-c", ONE_STOP], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "stopped once\n", "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signal_sets_the_event_of_a_running_loop(number: signal.Signals) -> None:
    async def scene(stop: StopSignal) -> None:
        event = asyncio.Event()
        with stop.awaited(event):
            os.kill(os.getpid(), number)
            await asyncio.wait_for(event.wait(), 5)

    before = signal.getsignal(number)
    stop = StopSignal()
    with stop.listening():
        asyncio.run(scene(stop))
    assert signal.getsignal(number) is before


def test_process_table_keeps_the_schedule_in_the_home(places: Places) -> None:
    table = {program.name: program.command for program in process_table(address=Address("::1", 81), places=places)}
    assert list(table) == ["web", "worker", "long-worker", "relay", "beat"]
    assert str(places.home / "celerybeat-schedule") in table["beat"]
    assert {"--host", "::1", "--port", "81"} <= set(table["web"])
