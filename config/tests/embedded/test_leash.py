"""A child on the leash does not outlive the one that started it."""

import os
import signal
import subprocess
import sys

from config.embedded import leftovers
from config.embedded.places import PROJECT, Places
from config.embedded.processes import LEASH, command_line
from config.tests.embedded.watching import eventually, runs

PARENT = """
import signal, subprocess, sys, time
from config.embedded.processes import leashed
child = subprocess.Popen(leashed(["sleep", "60"], parting_signal=signal.SIGKILL), stdout=subprocess.DEVNULL)
print(child.pid, flush=True)
time.sleep(60)
"""


def test_child_ends_when_its_parent_is_killed() -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT], cwd=PROJECT, stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    child = int(parent.stdout.readline())
    assert eventually(lambda: command_line(child).startswith("sleep"))
    parent.kill()
    parent.communicate()
    assert eventually(lambda: not runs(child))


def test_child_of_a_parent_that_is_gone_already_does_not_start() -> None:
    somebody_else = "1"
    command = [sys.executable, str(LEASH), str(int(signal.SIGKILL)), somebody_else, "echo", "started"]
    ended = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    assert (ended.returncode, ended.stdout) == (1, b"")


def test_processes_of_an_earlier_run_of_this_home_are_ended_and_no_others(places: Places) -> None:
    def sleeper(mark: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(["/bin/sleep", "60"], env={**os.environ, leftovers.MARK: mark})

    ours = sleeper(leftovers.mark(places.home, "worker", 3))
    neighbours = sleeper(leftovers.mark(places.home.with_name(places.home.name + "-other"), "worker", 3))
    try:
        # A moment after its start a process has an environment.
        assert eventually(lambda: ours.pid in leftovers.marked(leftovers.mark(places.home)))
        leftovers.end_marked(leftovers.mark(places.home))
        assert ours.wait(timeout=60) == -signal.SIGKILL
        assert neighbours.poll() is None
    finally:
        for process in (ours, neighbours):
            process.kill()
            process.wait()
