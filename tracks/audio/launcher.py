"""Puts the process into its limits, then becomes the given program. Started by `sandbox`, standard library
only.

Run as `python -I -S launcher.py PARENT_PID LIMITS_JSON WORKDIR PROGRAM [ARGUMENT...]`. Setting limits here,
and not in a `preexec_fn`, keeps Python code out of the moment between fork and exec of a threaded worker.
"""

import ctypes
import json
import os
import resource
import signal
import sys

PR_SET_PDEATHSIG = 1  # prctl(2)
PR_SET_NO_NEW_PRIVS = 38
FAILED = 127
FEWEST_ARGUMENTS = 4
USAGE = "usage: launcher.py PARENT_PID LIMITS_JSON WORKDIR PROGRAM [ARGUMENT...]"


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when its parent dies, even if the parent died before we asked."""
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        raise OSError("the parent is gone")


def isolate() -> None:
    """The one place for what the program may reach: network and file system rules belong here.

    No new privileges is what Landlock and seccomp ask for first; it also makes set-uid programs powerless.
    """
    prctl(PR_SET_NO_NEW_PRIVS, 1)


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
    parent, limits, workdir, *program = argv
    try:
        die_with_parent(int(parent))
        os.umask(0o077)
        os.chdir(workdir)
        isolate()
        restrict(json.loads(limits))
        os.execv(program[0], program)  # noqa: S606 -- an argument list without a shell is the point
    except (OSError, ValueError, KeyError) as error:
        sys.stderr.write(f"launcher: {error}\n")
    return FAILED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
