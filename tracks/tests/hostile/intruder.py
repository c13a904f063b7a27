"""Stands in for an ffmpeg that a file has taken over: tries what it must not do, and writes down what it was told.

Takes ffmpeg's arguments; beside it lies `targets.json` with what to aim at. Writes `report.json` into its folder: for
each attempt "done", or the name of the error. Bounded in all it does, aimed at loopback and a test's folders only.
"""

import ctypes
import errno
import json
import os
import resource
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

PROCESSES = 200
NEW_USER, READ_WRITE_UNNAMED = 0x10000000, os.O_RDWR | os.O_TMPFILE
IO_URING_SETUP = 425
PTRACE_ATTACH, IPC_PRIVATE, IPC_RMID = 16, 0, 0
libc = ctypes.CDLL(None, use_errno=True)


def checked(result: int) -> None:
    """Raise what libc says went wrong."""
    if result < 0:
        raise OSError(ctypes.get_errno(), "refused")


def connect(family: int, kind: int, address: Any) -> None:
    with socket.socket(family, kind) as link:
        link.settimeout(5)
        link.connect(address)
        link.send(b"GET /stolen HTTP/1.0\r\n\r\n")


def start_processes() -> None:
    """Start many that do nothing for a while; raise when one cannot be started."""
    for _ in range(PROCESSES):
        if os.fork() == 0:
            time.sleep(20)
            os._exit(0)


def write_beside(source: Path) -> None:
    """Make another name for the source in our own folder, and write through that."""
    os.link(source, "mine")
    Path("mine").write_bytes(b"overwritten")


def read_memory(pid: int) -> None:
    checked(libc.process_vm_readv(pid, None, 0, None, 0, 0))


def share_memory() -> None:
    segment = libc.shmget(IPC_PRIVATE, 4096, 0o600)
    checked(segment)
    libc.shmctl(segment, IPC_RMID, None)


def attempts(targets: dict[str, Any], source: Path) -> dict[str, Callable[[], Any]]:
    """Every attempt by its name. What cannot be undone comes last."""
    worker, neighbour = targets["worker"], Path(targets["neighbour"])
    return {
        "connect by TCP": lambda: connect(socket.AF_INET, socket.SOCK_STREAM, tuple(targets["tcp"])),
        "send by UDP": lambda: connect(socket.AF_INET, socket.SOCK_DGRAM, tuple(targets["udp"])),
        "connect to a local service": lambda: connect(socket.AF_UNIX, socket.SOCK_STREAM, targets["unix"]),
        "ask the kernel for a ring": lambda: checked(libc.syscall(IO_URING_SETUP, 0, None)),
        "read /etc/passwd": lambda: Path("/etc/passwd").read_bytes(),
        "read a neighbour's job": (neighbour / "out" / "aac.mp4").read_bytes,
        "list the jobs": lambda: os.listdir(neighbour.parent),
        "read a neighbour's original": lambda: Path(targets["original"]).read_bytes(),
        "list the media": lambda: os.listdir(targets["media"]),
        "write into a neighbour's original": lambda: Path(targets["original"]).open("r+b").close(),
        "leave something among the media": lambda: Path(targets["media"], "planted").write_bytes(b"planted"),
        "write into its source": lambda: source.open("r+b").close(),
        "cut its source": lambda: os.truncate(source, 0),
        "empty its source by opening it": lambda: os.open(source, os.O_RDONLY | os.O_TRUNC),
        "link to its source and write": lambda: write_beside(source),
        "let everybody write its source": lambda: source.chmod(0o666),
        "give its source away": lambda: os.chown(source, os.getuid(), os.getgid()),
        "mark its source": lambda: os.setxattr(source, "user.mark", b"x"),
        "change its source's times": lambda: os.utime(source, (1, 1)),
        "rename its source": lambda: source.rename(source.with_name("renamed")).rename(source),
        "leave a link for its worker to follow": lambda: Path("aac.mp4").symlink_to("/etc/passwd"),
        "read its worker's environment": lambda: Path(f"/proc/{worker}/environ").read_bytes(),
        "read its worker's memory": lambda: read_memory(worker),
        "trace its worker": lambda: checked(libc.ptrace(PTRACE_ATTACH, targets["bystander"], 0, 0)),
        "signal its worker": lambda: os.kill(worker, 0),
        "hold its worker": lambda: os.pidfd_open(worker),
        "limit its worker": lambda: resource.prlimit(worker, resource.RLIMIT_CORE, (0, 0)),
        "slow its worker down": lambda: os.sched_setaffinity(worker, os.sched_getaffinity(worker)),
        "become root in a room of its own": lambda: checked(libc.unshare(NEW_USER)),
        "hide memory in a file": lambda: os.memfd_create("hidden"),
        "hide memory between processes": share_memory,
        "hide a file from whoever counts": lambda: os.open(".", READ_WRITE_UNNAMED, 0o600),
        "start 200 processes": start_processes,
        "write past its limit": write_too_much,
        "take more memory than its limit": lambda: bytearray(2 * 1024**3),
    }


def write_too_much() -> None:
    """Write until the limit on a file, which is told and not only enforced."""
    limit, _ = resource.getrlimit(resource.RLIMIT_FSIZE)
    with Path("big").open("wb") as file:
        file.truncate(limit)
        file.seek(limit)
        file.write(b"more")


def told(attempt: Callable[[], Any]) -> str:
    """What came of an attempt."""
    try:
        attempt()
    except OSError as error:
        return errno.errorcode.get(error.errno or 0, "OSError")
    except MemoryError:
        return "MemoryError"
    return "done"


def main(argv: list[str]) -> None:
    """Try everything, write it down, and end like an ffmpeg that found no sound."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    targets = json.loads(Path(__file__).with_name("targets.json").read_text())
    source = Path(argv[argv.index("-i") + 1].removeprefix("file:"))
    report = {name: told(attempt) for name, attempt in attempts(targets, source).items()}
    Path("report.json").write_text(json.dumps(report))


if __name__ == "__main__":
    main(sys.argv)
