"""One child process: its own session, its output line by line, its end with everything it started."""

import asyncio
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from config.embedded import leftovers, processes
from config.embedded.places import PROJECT

CHUNK = 65536
LOG_LIMIT = 20_000_000
"""Bytes after which a log moves to `<name>.log.1` at the next start."""

POLL = 0.05
"""Seconds between two looks at a child."""


@dataclass(frozen=True)
class Program:
    """A command to run under a name, and the seconds it gets between SIGTERM and SIGKILL."""

    name: str
    command: Sequence[str]
    grace: float = 10.0


@dataclass
class Output:
    """What comes out of a pipe, to the console by lines and to the log as it is."""

    pipe: int
    log: Path
    write_line: Callable[[str], None]
    rest: bytes = field(default=b"", init=False)

    def open(self) -> None:
        os.set_blocking(self.pipe, False)
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        self.log.touch()
        asyncio.get_running_loop().add_reader(self.pipe, self.read)

    def read(self) -> bool:
        """Take what is there; return whether more may come."""
        try:
            chunk = os.read(self.pipe, CHUNK)
        except BlockingIOError:
            return False
        if not chunk:
            asyncio.get_running_loop().remove_reader(self.pipe)
            return False
        with self.log.open("ab") as log:
            log.write(chunk)
        *lines, self.rest = (self.rest + chunk).split(b"\n")
        if len(self.rest) > CHUNK:
            lines, self.rest = [*lines, self.rest], b""
        for line in lines:
            self.write_line(line.decode(errors="replace").rstrip("\r"))
        return True

    def close(self) -> None:
        """Take the last words. Does not wait for a grandchild that still holds the other end."""
        while self.read():
            pass
        asyncio.get_running_loop().remove_reader(self.pipe)
        if self.rest:
            self.write_line(self.rest.decode(errors="replace"))
        os.close(self.pipe)


class Child:
    """A running program. Make it with `Child.start`, from the main thread."""

    def __init__(self, *, program: Program, process: subprocess.Popen[bytes], output: Output, mark: str) -> None:
        self.program = program
        self.process = process
        self.output = output
        self.mark = mark

    @classmethod
    def start(
        cls,
        program: Program,
        *,
        environment: Mapping[str, str],
        mark: str,
        log: Path,
        write_line: Callable[[str], None],
    ) -> "Child":
        """Start the program as leader of a session of its own. Its descendants are known by `mark`."""
        read_end, write_end = os.pipe()
        output = Output(read_end, log, write_line)
        try:
            process = subprocess.Popen(  # noqa: S603 -- the process table is ours
                processes.leashed(program.command, parting_signal=signal.SIGKILL),
                stdin=subprocess.DEVNULL,
                stdout=write_end,
                stderr=write_end,
                env={**environment, leftovers.MARK: mark},
                cwd=PROJECT,
                start_new_session=True,
            )
        finally:
            os.close(write_end)
        output.open()
        return cls(program=program, process=process, output=output, mark=mark)

    async def ended(self) -> int:
        """Wait for the end; return the exit code (negative: the signal). Nothing that it started is left."""
        while self.process.poll() is None:
            await asyncio.sleep(POLL)
        self._signal_group(signal.SIGKILL)
        leftovers.end_marked(self.mark)
        self.output.close()
        return self.process.returncode

    async def stop(self) -> None:
        """SIGTERM to the program; after its grace SIGKILL to its whole group. Returns when it is gone."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        deadline = asyncio.get_running_loop().time() + self.program.grace
        while self.process.poll() is None and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(POLL)
        self._signal_group(signal.SIGKILL)

    def _signal_group(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, number)
