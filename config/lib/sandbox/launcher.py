"""Puts the process into its limits, then becomes the given program. Started by `running`, standard library only.

Setting limits here, and not in a `preexec_fn`, keeps Python code out of the moment between fork and exec of a threaded
worker.
"""

import ctypes
import json
import os
import resource
import signal
import sys
from typing import Any

from config.lib.sandbox import landlock, seccomp

PR_SET_PDEATHSIG = 1  # prctl(2)
PR_SET_NO_NEW_PRIVS = 38
CAPABILITY_VERSION_3 = 0x20080522  # capset(2)
FAILED = 127
FEWEST_ARGUMENTS = 4
USAGE = "usage: PARENT_PID ORDER_JSON WORKDIR PROGRAM [ARGUMENT...]"


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when its parent dies, even if the parent died before we asked."""
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        raise OSError("the parent is gone")


def isolate(order: dict[str, Any], *, workdir: str) -> None:
    """Take away what the program is not to reach, by what `order` says that this machine can do.

    No new privileges is what Landlock and seccomp ask for first; it also makes set-uid programs powerless. After the
    filter no more rules can be laid, so it comes last.
    """
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    drop_capabilities()
    if order["landlock"]:
        landlock.confine(uses=order["uses"], reads=order["reads"], workdir=workdir, known=order["landlock"])
    if order["seccomp"]:
        seccomp.forbid(pid=os.getpid())


def drop_capabilities() -> None:
    """Let root be like anybody else: without new privileges a program does not get them back."""
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    none = (ctypes.c_uint32 * 6)()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.capset(header, none) != 0:
        raise OSError(ctypes.get_errno(), "capset")


def prctl(option: int, value: int) -> None:
    """prctl(2) with errno as OSError."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def restrict(limits: dict[str, int]) -> None:
    """Set the limits. RLIMIT_NPROC is left alone: it counts all processes of the user, not ours.

    Of CPU time a second lies between soft and hard limit: at the soft one comes SIGXCPU, which tells what was
    wrong, at the hard one SIGKILL, which does not.
    """
    values = {
        resource.RLIMIT_AS: (limits["memory_bytes"], limits["memory_bytes"]),
        resource.RLIMIT_CPU: (limits["cpu_seconds"], limits["cpu_seconds"] + 1),
        resource.RLIMIT_FSIZE: (limits["file_bytes"], limits["file_bytes"]),
        resource.RLIMIT_NOFILE: (limits["open_files"], limits["open_files"]),
        resource.RLIMIT_CORE: (0, 0),
    }
    for what, (soft, hard) in values.items():
        _, machine = resource.getrlimit(what)
        most = hard if machine == resource.RLIM_INFINITY else min(hard, machine)
        resource.setrlimit(what, (min(soft, most), most))


def main(argv: list[str]) -> int:
    """Become the program; return 127 with a line on stderr where that cannot be done."""
    if len(argv) < FEWEST_ARGUMENTS:
        sys.stderr.write(f"launcher: {USAGE}\n")
        return FAILED
    parent, told, workdir, *program = argv
    try:
        order = json.loads(told)
        die_with_parent(int(parent))
        os.umask(0o077)
        os.chdir(workdir)
        isolate(order, workdir=workdir)
        restrict(order["limits"])
        os.execv(program[0], program)  # noqa: S606 -- an argument list without a shell is the point
    except (OSError, ValueError, KeyError) as error:
        sys.stderr.write(f"launcher: {error}\n")
    return FAILED
