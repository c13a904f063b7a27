"""Real children under the supervisor: restarted, ended with all that they started, and heard."""

import asyncio
import io
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from config.embedded import leftovers
from config.embedded.backoff import Backoff
from config.embedded.child import CHUNK, Program
from config.embedded.console import Console
from config.embedded.places import Places
from config.embedded.supervisor import Supervisor
from config.tests.embedded.watching import eventually, runs

STAY = "import os, time; print('pid', os.getpid(), flush=True); time.sleep(60)"
STAY_DEAF = "import signal; signal.signal(15, signal.SIG_IGN); " + STAY
QUICK = Backoff(first_pause=0.01, longest_pause=0.02)


def python(name: str, code: str, *, grace: float = 5.0) -> Program:
    return Program(name, [sys.executable, "-S", "-c", code], grace=grace)


class Stage:
    """A supervisor on a stage of its own, and what the audience hears."""

    def __init__(self, places: Places) -> None:
        self.heard = io.StringIO()
        console = Console.for_names(["web", "worker"], stream=self.heard)
        self.supervisor = Supervisor(
            places,
            dict(os.environ),
            console,
            new_backoff=lambda: Backoff(first_pause=QUICK.first_pause, longest_pause=QUICK.longest_pause),
        )

    def said_by(self, name: str) -> list[str]:
        lines = [line.split(" ", 1)[1].split("|", 1) for line in self.heard.getvalue().splitlines()]
        return [text.strip() for speaker, text in lines if speaker.strip() == name]

    def pids_of(self, name: str) -> list[int]:
        return [int(text.split()[1]) for text in self.said_by(name) if text.startswith("pid ")]

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(15):
            while not condition():
                await asyncio.sleep(0.01)

    def play(self, scene: Callable[[], Awaitable[None]], *programs: Program) -> None:
        """Keep the programs alive during the scene, then stop them all."""

        async def run() -> None:
            async with asyncio.timeout(15), asyncio.TaskGroup() as tasks:
                for program in programs:
                    tasks.create_task(self.supervisor.keep(program))
                await scene()
                await self.supervisor.stop_all()

        asyncio.run(run())


@pytest.fixture
def stage(places: Places) -> Stage:
    return Stage(places)


def test_killed_child_is_started_again_and_the_others_go_on(stage: Stage) -> None:
    async def scene() -> None:
        await stage.until(lambda: stage.pids_of("web") and stage.pids_of("worker"))
        os.kill(stage.pids_of("worker")[0], signal.SIGKILL)
        await stage.until(lambda: len(stage.pids_of("worker")) == 2)

    stage.play(scene, python("web", STAY), python("worker", STAY))
    assert len(stage.pids_of("web")) == 1
    assert "worker was killed (SIGKILL); again in 0.01 s" in stage.said_by("earshot")


def test_stop_leaves_no_process_and_no_zombie(stage: Stage) -> None:
    async def scene() -> None:
        await stage.until(lambda: stage.pids_of("web") and stage.pids_of("worker"))

    stage.play(scene, python("web", STAY), python("worker", STAY))
    for pid in stage.pids_of("web") + stage.pids_of("worker"):
        assert not Path(f"/proc/{pid}").exists()


@pytest.mark.parametrize("machine", ["Linux", "one without /proc"])
def test_child_that_is_deaf_to_sigterm_is_killed_with_its_group_after_its_grace(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, machine: str
) -> None:
    if machine != "Linux":
        monkeypatch.setattr(leftovers, "marked", lambda _beginning: [])
    family = f"import subprocess, sys; subprocess.Popen([sys.executable, '-S', '-c', {STAY_DEAF!r}]); {STAY_DEAF}"

    async def scene() -> None:
        await stage.until(lambda: len(stage.pids_of("worker")) == 2)

    stage.play(scene, python("worker", family, grace=0.2))
    assert eventually(lambda: not any(map(runs, stage.pids_of("worker"))))


def test_what_a_killed_child_started_in_a_session_of_its_own_ends_too(stage: Stage) -> None:
    converter = (
        f"import subprocess, sys; subprocess.Popen([sys.executable, '-S', '-c', {STAY!r}], start_new_session=True)"
    )

    async def scene() -> None:
        await stage.until(lambda: len(stage.pids_of("worker")) == 1)

    stage.play(scene, python("worker", f"{converter}; import time; time.sleep(60)", grace=5))
    assert eventually(lambda: not runs(stage.pids_of("worker")[0]))


def test_child_that_dies_at_once_every_time_stops_everything_and_names_its_log(stage: Stage) -> None:
    async def scene() -> None:
        await stage.supervisor.stop.wait()

    stage.play(scene, python("web", STAY), python("worker", "print('pid 0'); raise SystemExit(3)"))
    log = stage.supervisor.places.logs / "worker.log"
    assert stage.supervisor.failure == f"worker died 5 times at once: see {log}"
    assert log.read_text() == "pid 0\n" * 5
    assert not runs(stage.pids_of("web")[0])


def test_stop_does_not_wait_for_the_end_of_a_pause(places: Places) -> None:
    stage = Stage(places)
    stage.supervisor.new_backoff = lambda: Backoff(first_pause=30)

    async def scene() -> None:
        await stage.until(lambda: "worker ended with code 3; again in 30 s" in stage.said_by("earshot"))

    stage.play(scene, python("worker", "raise SystemExit(3)"))
    assert stage.supervisor.children == {}


def test_output_comes_by_lines_under_its_name_and_as_it_is_into_the_log(stage: Stage) -> None:
    code = f"import sys; sys.stdout.buffer.write(b'one\\r\\ntwo \\xff\\n' + b'x' * {CHUNK + 10} + b'\\nlast words')"
    ended = asyncio.run(stage.supervisor.once(python("web", code)))
    said = stage.said_by("web")
    assert ended == 0
    assert said[:2] == ["one", "two \ufffd"]
    assert "".join(said[2:-1]) == "x" * (CHUNK + 10)
    assert said[-1] == "last words"
    assert (stage.supervisor.places.logs / "web.log").read_bytes().startswith(b"one\r\ntwo \xff\nxxx")


@pytest.mark.parametrize("machine", ["Linux", "one without /proc"])
def test_grandchild_that_holds_the_output_does_not_delay_the_end_and_ends_too(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, machine: str
) -> None:
    if machine != "Linux":
        monkeypatch.setattr(leftovers, "marked", lambda _beginning: [])
    code = "import subprocess; print('pid', subprocess.Popen(['sleep', '60']).pid)"

    async def timed() -> int:
        async with asyncio.timeout(5):
            return await stage.supervisor.once(python("web", code))

    assert asyncio.run(timed()) == 0
    assert eventually(lambda: not runs(stage.pids_of("web")[0]))


def test_log_that_grew_large_is_put_aside_at_the_next_start(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.embedded.child.LOG_LIMIT", 5)
    for words in ("first", "second", "third"):
        asyncio.run(stage.supervisor.once(python("web", f"print({words!r})")))
    logs = stage.supervisor.places.logs
    assert (logs / "web.log").read_text() == "third\n"
    assert (logs / "web.log.1").read_text() == "second\n"


def test_command_that_does_not_exist_ends_with_a_code_and_is_named(stage: Stage) -> None:
    ended = asyncio.run(stage.supervisor.once(Program("web", ["/no/such/command"])))
    assert ended == 127
    assert "/no/such/command" in stage.said_by("web")[-1]


def test_pauses_double_up_to_half_a_minute() -> None:
    backoff = Backoff()
    assert [backoff.pause_after(10) for _ in range(7)] == [1, 2, 4, 8, 16, 30, 30]


def test_earlier_deaths_are_forgotten_after_a_healthy_minute() -> None:
    backoff = Backoff()
    assert [backoff.pause_after(lived) for lived in (10, 10, 60, 10)] == [1, 2, 1, 2]


def test_fifth_death_within_the_first_seconds_is_the_last() -> None:
    backoff = Backoff()
    assert [backoff.pause_after(1) for _ in range(5)] == [1, 2, 4, 8, None]


def test_longer_life_between_quick_deaths_is_another_chance() -> None:
    backoff = Backoff()
    assert [backoff.pause_after(lived) for lived in (1, 1, 1, 1, 6, 1)][-1] == 30
