"""Become a command that ends when its parent ends: `python leash.py SIGNAL PARENT command argument…`.

A supervisor that is killed cannot stop its children, so the kernel does it: PR_SET_PDEATHSIG, prctl(2). The
setting survives `execve`. Where there is no prctl (macOS) the command runs unleashed.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1

NOT_FOUND = 127
"""The exit code that shells use (POSIX, 2.8.2)."""


def main(arguments: list[str]) -> None:
    """Run the command in place of this process; leave with 1 when the parent is gone, 127 without a command."""
    signal_number, parent, *command = arguments
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(signal_number), 0, 0, 0)
    if os.getppid() != int(parent):
        sys.exit(1)
    try:
        os.execvp(command[0], command)  # noqa: S606 -- no shell is wanted
    except OSError as reason:
        sys.stderr.write(f"{command[0]}: {reason.strerror}\n")
        sys.exit(NOT_FOUND)


if __name__ == "__main__":
    main(sys.argv[1:])
