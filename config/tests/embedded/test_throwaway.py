"""Services for one command: they come, they serve, they leave nothing."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from config.embedded import throwaway
from config.embedded.places import PROJECT
from config.tests.embedded.watching import bare_environment, eventually, runs

TELL = """
import json, os, sys
from pathlib import Path
home = Path(os.environ["EARSHOT_HOME"])
pids = [int(file.read_text().split()[0]) for file in home.glob("*/*.pid")]
told = {name: os.environ.get(name) for name in ("EARSHOT_HOME", "DATABASE_URL", "REDIS_URL")}
print(json.dumps({**told, "pids": pids}), flush=True)
"""
GIVEN = {"DATABASE_URL": "postgresql://elsewhere", "REDIS_URL": "redis://elsewhere"}


def start(command: list[str], *, temporary: Path, added: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "config.embedded.throwaway", "--", *command],
        cwd=PROJECT,
        env={**bare_environment(), "TMPDIR": str(temporary), **(added or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_command_gets_both_services_and_its_own_home_and_nothing_is_left(tmp_path: Path) -> None:
    ended = start(python(TELL), temporary=tmp_path)
    told = json.loads(ended.communicate()[0])
    assert told["EARSHOT_HOME"].startswith(str(tmp_path))
    assert told["DATABASE_URL"].startswith("postgresql://earshot@/earshot?host=")
    assert told["REDIS_URL"].startswith("unix://")
    assert len(told["pids"]) == 2
    assert not any(map(runs, told["pids"]))
    assert list(tmp_path.iterdir()) == []


def test_exit_code_of_the_command_is_kept(tmp_path: Path) -> None:
    ended = start(python("raise SystemExit(7)"), temporary=tmp_path, added=GIVEN)
    ended.communicate()
    assert ended.returncode == 7


def test_service_that_is_given_is_not_started(tmp_path: Path) -> None:
    told = json.loads(start(python(TELL), temporary=tmp_path, added=GIVEN).communicate()[0])
    assert told["pids"] == []
    assert told["DATABASE_URL"] == "postgresql://elsewhere"
    assert told["EARSHOT_HOME"].startswith(str(tmp_path))


@pytest.mark.parametrize(("number", "given"), [(signal.SIGTERM, {}), (signal.SIGHUP, GIVEN)])
def test_signal_reaches_the_command_and_nothing_is_left(
    tmp_path: Path, number: signal.Signals, given: Mapping[str, str]
) -> None:
    running = start(python(TELL + "import time; time.sleep(60)"), temporary=tmp_path, added=given)
    assert running.stdout
    pids = json.loads(running.stdout.readline())["pids"]
    running.send_signal(number)
    running.communicate(timeout=60)
    assert running.returncode == 128 + number
    assert not any(map(runs, pids))
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_is_left_to_the_command(tmp_path: Path) -> None:
    patient = "import signal, time; signal.signal(2, lambda *_: exit(5)); print('here', flush=True); time.sleep(60)"
    running = subprocess.Popen(
        [sys.executable, "-m", "config.embedded.throwaway", *python(patient)],
        cwd=PROJECT,
        env={**bare_environment(), **GIVEN, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert running.stdout
    assert running.stdout.readline() == b"here\n"
    os.killpg(running.pid, signal.SIGINT)
    running.communicate(timeout=60)
    assert running.returncode == 5
    assert list(tmp_path.iterdir()) == []


def test_servers_of_a_killed_run_die_with_it_and_the_next_run_removes_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = start(python(TELL + "import time; time.sleep(60)"), temporary=tmp_path)
    assert running.stdout
    told = json.loads(running.stdout.readline())
    with monkeypatch.context() as later:
        later.setattr(time, "time", lambda now=time.time: now() + throwaway.YOUNG)
        throwaway.sweep(tmp_path)
        assert Path(told["EARSHOT_HOME"]).exists(), "a folder in use was removed"
    running.kill()
    running.communicate()
    assert eventually(lambda: not any(map(runs, told["pids"])))
    throwaway.sweep(tmp_path)
    assert Path(told["EARSHOT_HOME"]).exists(), "a young folder was removed"
    monkeypatch.setattr(time, "time", lambda now=time.time: now() + throwaway.YOUNG)
    throwaway.sweep(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_second_signal_does_not_break_the_cleaning_up(tmp_path: Path) -> None:
    running = start(python(TELL + "import time; time.sleep(60)"), temporary=tmp_path)
    assert running.stdout
    pids = json.loads(running.stdout.readline())["pids"]
    for _ in range(50):
        running.send_signal(signal.SIGTERM)
        time.sleep(0.01)
    running.communicate(timeout=60)
    assert not any(map(runs, pids))
    assert list(tmp_path.iterdir()) == []


def test_command_that_does_not_exist_is_named(tmp_path: Path) -> None:
    running = start(["no-such-command"], temporary=tmp_path, added=GIVEN)
    _, said = running.communicate()
    assert running.returncode == 127
    assert "no-such-command" in said
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []


def test_usage_is_said_when_there_is_no_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert throwaway.main(["--"]) == 2
    assert "usage" in capsys.readouterr().err
