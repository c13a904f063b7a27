"""`make check`: what is shut stops it, and signals reach the gate that runs."""

import signal
import subprocess
import sys

import pytest

from config.embedded import gates
from config.embedded.gates import Gate
from config.embedded.places import PROJECT

WAITING = """
import sys
from config.embedded.gates import Gate, passes
print(passes(Gate("slow", (sys.executable, "-c", "print('here', flush=True); import time; time.sleep(60)"))))
"""


def python(heading: str, code: str) -> Gate:
    return Gate(heading, (sys.executable, "-c", code), {"ADDED": "here"})


def test_first_shut_gate_ends_the_check(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    opened = python("opened", "import os; print(os.environ['ADDED'])")
    monkeypatch.setattr(gates, "GATES", (opened, python("shut", "raise SystemExit(3)"), python("never", "")))
    assert gates.main() == 1
    said = capfd.readouterr().out
    assert "── opened\nhere\n   passed after" in said
    assert "── shut\n   FAILED with code 3 after" in said
    assert "never" not in said


def test_check_passes_when_every_gate_does(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(gates, "GATES", (python("one", ""), python("other", "")))
    assert gates.main() == 0
    assert "all 2 gates passed" in capfd.readouterr().out


def test_sigterm_ends_the_gate_that_runs() -> None:
    running = subprocess.Popen([sys.executable, "-c", WAITING], cwd=PROJECT, stdout=subprocess.PIPE, text=True)
    assert running.stdout
    lines = iter(running.stdout.readline, "here\n")
    list(lines)
    running.send_signal(signal.SIGTERM)
    said, _ = running.communicate(timeout=60)
    assert "FAILED with code 143" in said
