"""Runs one program over bytes that nobody trusts: limits, a time-out, and nothing left behind."""

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, cast

from config.lib.sandbox import launcher, reach
from config.lib.sandbox.bounds import Bounds
from config.lib.sandbox.errors import CRASHED, TOO_LARGE, TOOK_TOO_LONG, ProgramFailed, ProgramLost
from config.lib.sandbox.limits import Limits

CHUNK_BYTES = 256 * 1024
STDERR_TAIL_BYTES = 64 * 1024
# Sent by the kernel when memory runs out, by an operator or a stopping machine; a decoder's own crash is
# another one.
MACHINE_SIGNALS = {signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT}
# Each malloc arena reserves 64 MiB of addresses, one a thread: with two, addresses measure memory.
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "2"}
PROJECT = Path(__file__).parents[3]
LAUNCH = """
import sys
sys.path.insert(0, sys.argv.pop(1))
from config.lib.sandbox.launcher import main
sys.exit(main(sys.argv[1:]))
"""

Consumer = Callable[[bytes], None]


@dataclass(frozen=True, kw_only=True)
class Finished:
    """How a program ended by itself: its exit code (0..255) and the last 64 KiB of what it said."""

    exit_code: int
    stderr: str


def discard(_: bytes) -> None:
    """The consumer of what nobody reads."""


def run(
    argv: Sequence[str],
    *,
    limits: Limits,
    workdir: Path,
    reads: Sequence[Path] = (),
    on_stdout: Consumer = discard,
    on_stderr: Consumer = discard,
) -> Finished:
    """Run `argv` (absolute program path first) in `workdir` under `limits`, handing its output on as it comes.

    It may write in `workdir` only, and read there, in `reads` and in the system's libraries: as far as this machine can
    see to that (`reach`). The program and all it started are dead when this returns or raises, whatever a consumer
    raised.
    Raises ProgramFailed where it passed a limit or crashed, ProgramLost where it could not start or the machine
    killed it.
    """
    bounds = Bounds(limits=limits, workdir=workdir)
    with start(argv, limits=limits, workdir=workdir, reads=reads) as process:
        try:
            tail = relay(process, bounds=bounds, on_stdout=on_stdout, on_stderr=on_stderr)
        finally:
            kill_group(process.pid)  # before the leader is reaped: till then its id cannot belong to another
    bounds.check_room()
    return judge(process.returncode, stderr=tail.decode("utf-8", "replace"))


def start(argv: Sequence[str], *, limits: Limits, workdir: Path, reads: Sequence[Path] = ()) -> subprocess.Popen[bytes]:
    """Start the launcher in a session of its own, with an environment that names nothing of ours."""
    numbers = {key: int(value) for key, value in asdict(limits).items()}
    order = json.dumps({"limits": numbers, **reach.order(argv[0], reads=reads)})
    interpreter = [sys.executable, "-I", "-S", "-c", LAUNCH, str(PROJECT)]
    command = [*interpreter, str(os.getpid()), order, str(workdir), *argv]
    try:
        return subprocess.Popen(  # noqa: S603 -- an argument list of ours, no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            env={**ENVIRONMENT, "HOME": str(workdir), "TMPDIR": str(workdir)},
            start_new_session=True,
            pipesize=CHUNK_BYTES,
        )
    except OSError as error:
        raise ProgramLost(f"It could not be started: {error}.") from error


def relay(process: subprocess.Popen[bytes], *, bounds: Bounds, on_stdout: Consumer, on_stderr: Consumer) -> bytes:
    """Hand on both outputs until the program is dead and its pipes are drained; return the end of stderr."""
    tail = bytearray()

    def keep_tail(chunk: bytes) -> None:
        tail.extend(chunk)
        del tail[:-STDERR_TAIL_BYTES]
        on_stderr(chunk)

    consumers = {descriptor(process.stdout): on_stdout, descriptor(process.stderr): keep_tail}
    pass_on_while_alive(process.pid, consumers=consumers, bounds=bounds)
    kill_group(process.pid)  # a child that outlived the program would hold the pipes open
    for reader, consume in consumers.items():
        while hand_on(reader, consume):
            bounds.check()
    return bytes(tail)


def pass_on_while_alive(pid: int, *, consumers: dict[int, Consumer], bounds: Bounds) -> None:
    """Pass output to its consumers until the process `pid` ends; the process stays unreaped."""
    death = os.pidfd_open(pid)
    try:
        with selectors.DefaultSelector() as selector:
            for source in [*consumers, death]:
                selector.register(source, selectors.EVENT_READ)
            while True:
                ready = [key.fd for key, _ in selector.select(timeout=bounds.patience())]
                if death in ready:
                    return
                bounds.check()
                for reader in ready:
                    if not hand_on(reader, consumers[reader]):
                        selector.unregister(reader)
    finally:
        os.close(death)


def descriptor(pipe: IO[bytes] | None) -> int:
    """The file descriptor of a pipe that `start` has asked for, made non-blocking."""
    reader = cast("IO[bytes]", pipe).fileno()
    os.set_blocking(reader, False)
    return reader


def hand_on(reader: int, consume: Consumer) -> bool:
    """Read once and hand the bytes on; False when there is nothing more to come."""
    try:
        chunk = os.read(reader, CHUNK_BYTES)
    except BlockingIOError:
        return False
    if chunk:
        consume(chunk)
    return bool(chunk)


def kill_group(pid: int) -> None:
    """Kill the program and everything in its session; it is no error when nothing is left."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def judge(returncode: int, *, stderr: str) -> Finished:
    """Turn a death by signal or a failed start into the right exception; anything else has finished by
    itself.
    """
    if returncode == launcher.FAILED and stderr.startswith("launcher: "):
        raise ProgramLost(f"It could not be started: {stderr.strip()}")
    if returncode >= 0:
        return Finished(exit_code=returncode, stderr=stderr)
    if -returncode == signal.SIGXCPU:
        raise ProgramFailed(TOOK_TOO_LONG)
    if -returncode == signal.SIGXFSZ:
        raise ProgramFailed(TOO_LARGE)
    if -returncode in MACHINE_SIGNALS:
        raise ProgramLost(f"It was killed by signal {-returncode}.")
    raise ProgramFailed(CRASHED)
