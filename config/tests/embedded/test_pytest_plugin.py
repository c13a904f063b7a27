"""What a test run gets without asking, seen from runs of pytest inside this one."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from config.embedded.places import PROJECT
from config.tests.embedded.watching import bare_environment, runs

TWO_TESTS = """
import os, time
import psycopg, pytest
from pathlib import Path

@pytest.mark.parametrize("part", range(4))
def test_services(part):
    if "elsewhere" not in os.environ["DATABASE_URL"]:
        with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    Path(f"told-{os.getpid()}").write_text(f"{os.environ['DATABASE_URL']} {os.environ['EARSHOT_HOME']}")
"""
PATIENT_TEST = """
import os, time
from pathlib import Path

def test_patience():
    pids = [file.read_text().split()[0] for file in Path(os.environ["EARSHOT_HOME"]).glob("*/*.pid")]
    Path("here.new").write_text(" ".join(pids))
    Path("here.new").rename("here")
    time.sleep(60)
"""


VALKEY_ONLY = {"DATABASE_URL": "postgresql://elsewhere"}


def start(
    folder: Path, *, tests: str, arguments: list[str], given: Mapping[str, str] | None = None
) -> subprocess.Popen[str]:
    (folder / "temporary").mkdir()
    (folder / "test_inner.py").write_text(tests)
    (folder / "pytest.ini").write_text("[pytest]\n")
    plugins = ["-p", "config.embedded.pytest_plugin", "-p", "xdist.plugin", "-p", "no:cacheprovider"]
    quick_start = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(PROJECT)}
    return subprocess.Popen(
        [sys.executable, "-m", "pytest", "-q", *plugins, *arguments],
        cwd=folder,
        env={**bare_environment(), **quick_start, **(given or {}), "TMPDIR": str(folder / "temporary")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        preexec_fn=hear_ctrl_c,  # noqa: PLW1509 -- no thread runs here
    )


def hear_ctrl_c() -> None:
    """A shell lets what it starts in the background ignore SIGINT, and with it all that comes of that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def left_in(folder: Path) -> list[str]:
    return [path.name for path in (folder / "temporary").glob("earshot-*")]


@pytest.mark.parametrize(("given", "clusters"), [({}, 2), (VALKEY_ONLY, 1)], ids=["ours", "given"])
def test_each_worker_has_a_postgresql_to_itself_where_none_is_given(
    tmp_path: Path, given: Mapping[str, str], clusters: int
) -> None:
    running = start(tmp_path, tests=TWO_TESTS, arguments=["-n", "2"], given=given)
    said, _ = running.communicate(timeout=60)
    assert running.returncode == 0, said
    told = [file.read_text().split() for file in tmp_path.glob("told-*")]
    assert len(told) == 2
    assert len({database for database, _ in told}) == clusters
    assert len({home for _, home in told}) == 1
    assert left_in(tmp_path) == []


def test_run_that_cannot_even_collect_leaves_nothing(tmp_path: Path) -> None:
    running = start(tmp_path, tests="import nothing_of_this_name", arguments=["-n", "0"], given=VALKEY_ONLY)
    running.communicate(timeout=60)
    assert running.returncode == 2
    assert left_in(tmp_path) == []


@pytest.mark.parametrize(("number", "given"), [(signal.SIGINT, {}), (signal.SIGTERM, VALKEY_ONLY)])
@pytest.mark.parametrize("workers", ["0", pytest.param("1", marks=pytest.mark.slow)])
def test_interrupted_run_leaves_no_server_and_no_folder(
    tmp_path: Path, number: signal.Signals, given: Mapping[str, str], workers: str
) -> None:
    running = start(tmp_path, tests=PATIENT_TEST, arguments=["-n", workers], given=given)
    here = tmp_path / "here"
    while not here.exists():
        assert running.poll() is None
        time.sleep(0.05)
    pids = [int(pid) for pid in here.read_text().split()]
    assert all(map(runs, pids))
    if number == signal.SIGINT:
        os.killpg(running.pid, number)
    else:
        running.send_signal(number)
    running.communicate(timeout=120)
    assert not any(map(runs, pids))
    assert left_in(tmp_path) == []
