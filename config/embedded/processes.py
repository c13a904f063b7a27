"""Processes of this machine: start one that dies with us, recognise a leftover, end either."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType

from config.embedded.signals import STOP_SIGNALS, handled

LEASH = Path(__file__).with_name("leash.py")


def leashed(command: Sequence[str], *, parting_signal: signal.Signals) -> list[str]:
    """The command line that gets `parting_signal` from the kernel when the calling process dies.

    The child must be spawned from a thread that lives as long as the process: the kernel watches the thread.
    """
    return [sys.executable, "-I", "-S", str(LEASH), str(int(parting_signal)), str(os.getpid()), *command]


def command_line(pid: int) -> str:
    """What the process was started with, `""` when it does not run (a zombie has none either)."""
    if Path("/proc/self/cmdline").exists():
        with suppress(OSError):
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        return ""
    return subprocess.run(  # noqa: S603 -- a number is the only variable part
        ["ps", "-ww", "-p", str(pid), "-o", "command="],  # noqa: S607 -- ps is where the system keeps it
        capture_output=True,
        text=True,
        check=False,
    ).stdout


def exists(pid: int) -> bool:
    """Whether the number is taken, be it by a process without a command line."""
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True  # another user's
    except ProcessLookupError:
        return False
    return True


def pid_in(file: Path) -> int | None:
    """The process id in the first line of a pid file; `None` without a readable one."""
    try:
        return int(file.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None


def end(pid: int, *, trade: str, signals: Sequence[tuple[signal.Signals, float]]) -> bool:
    """Send each signal and give it its seconds, while `trade` is in the process's command line.

    Returns whether the process is gone. It need not be a child of ours.
    """
    for number, patience in signals:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if trade not in command_line(pid):
                return True
            time.sleep(0.02)
    return trade not in command_line(pid)


def end_child(child: subprocess.Popen[bytes], *, signals: Sequence[tuple[signal.Signals, float]]) -> None:
    """Send each signal to a child of ours and give it its seconds, until it ended; then it is reaped."""
    for number, patience in signals:
        if child.poll() is None:
            child.send_signal(number)
        with suppress(subprocess.TimeoutExpired):
            child.wait(timeout=patience)
            return


def run_in_front(command: Sequence[str | Path], *, environment: Mapping[str, str]) -> int:
    """Run a command to its end as if it were this process; return its exit code as a shell would.

    SIGTERM and SIGHUP are passed on. Ctrl-C at a terminal reaches the command by itself; we wait for its
    answer. Where we are killed, it is asked to end.
    """
    leash = leashed([str(word) for word in command], parting_signal=signal.SIGTERM)
    child = subprocess.Popen(leash, env=environment)  # noqa: S603 -- the caller's command

    def pass_on(number: int, _frame: FrameType | None) -> None:
        if number != signal.SIGINT:
            child.send_signal(number)

    with handled(pass_on, *STOP_SIGNALS):
        code = child.wait()
    return code if code >= 0 else 128 - code
