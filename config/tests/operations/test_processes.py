"""Several processes: they answer for each other, and none of them for the dead."""

import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings

from config.lib.metrics import FOLDER
from config.tests.operations.reading import Figures, figure, parsed
from config.tests.prove.house import free_port

PATIENCE_S = 60
# A process that has a socket open, has refused a call, and lives until its input ends.
LIVE = """
import sys
from config.lib.metrics import LIMIT_REFUSALS, SOCKETS
SOCKETS.labels("/ws/me/").inc()
LIMIT_REFUSALS.labels("sign-in").inc()
print("counted", flush=True)
sys.stdin.read()
"""
SCRAPE = """
import django
django.setup()
from django.test import Client
answer = Client().get("/metrics")
assert answer.status_code == 200, answer.content
print(answer.content.decode())
"""
SERVE = """
import sys
from config.lib.metrics import LIMIT_REFUSALS, serve
LIMIT_REFUSALS.labels("sign-in").inc()
serve(sys.argv[1])
serve(sys.argv[1])
print("serves", flush=True)
sys.stdin.read()
"""


def start(program: str, *words: str, **added: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, *words],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test", **added},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def scraped(**added: str) -> Figures:
    """What a fresh process tells."""
    process = start(SCRAPE, **added)
    out, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0, err
    return parsed(out)


@pytest.fixture
def folder(tmp_path) -> Path:
    """Where the processes of a run share what they count; nobody has made it yet."""
    return tmp_path / "home" / "metrics"


@pytest.fixture
def living(folder):
    """Two processes at work."""
    processes = [start(LIVE, **{FOLDER: str(folder)}) for _ in range(2)]
    for process in processes:
        assert process.stdout.readline() == "counted\n"
    yield processes
    for process in processes:
        process.communicate(timeout=PATIENCE_S)


def test_one_process_tells_what_the_others_counted_and_forgets_the_sockets_of_the_killed(folder, living):
    figures = scraped(**{FOLDER: str(folder)})
    assert figure(figures, "earshot_sockets_open", path="/ws/me/") == 2
    assert figure(figures, "earshot_rate_limit_refusals_total", limit="sign-in") == 2
    living[0].send_signal(signal.SIGKILL)
    living[0].wait(timeout=PATIENCE_S)
    figures = scraped(**{FOLDER: str(folder)})
    assert figure(figures, "earshot_sockets_open", path="/ws/me/") == 1
    assert figure(figures, "earshot_rate_limit_refusals_total", limit="sign-in") == 2, "what happened has happened"


def test_a_process_with_the_number_of_a_dead_one_begins_at_nothing(folder):
    first = start(LIVE, **{FOLDER: str(folder)})
    first.communicate(timeout=PATIENCE_S)
    again = f"import os; os.getpid = lambda: {first.pid}"
    second = start(again + LIVE, **{FOLDER: str(folder)})
    second.communicate(timeout=PATIENCE_S)
    figures = scraped(**{FOLDER: str(folder)})
    assert figure(figures, "earshot_rate_limit_refusals_total", limit="sign-in") == 1


def test_where_there_can_be_no_folder_each_process_counts_for_itself(tmp_path):
    (tmp_path / "file").write_text("in the way")
    figures = scraped(**{FOLDER: str(tmp_path / "file" / "metrics")})
    assert any(name == "process_resident_memory_bytes" for name, _ in figures)


def test_without_a_database_a_process_tells_what_it_knows_itself():
    figures = scraped(DATABASE_URL="postgresql://earshot@127.0.0.1:1/earshot")
    assert {value for (name, _), value in figures.items() if name == "earshot_state_known"} == {0}
    assert figure(figures, "process_resident_memory_bytes") > 0


def test_a_worker_tells_its_figures_at_its_own_address_and_goes_on_when_that_is_taken():
    address = f"127.0.0.1:{free_port()}"
    process = start(SERVE, address)
    assert process.stdout.readline() == "serves\n"
    try:
        text = urllib.request.urlopen(f"http://{address}/metrics", timeout=PATIENCE_S).read().decode()
    finally:
        _, err = process.communicate(timeout=PATIENCE_S)
    assert figure(parsed(text), "earshot_rate_limit_refusals_total", limit="sign-in") == 1
    assert "metrics_address_taken" in err
