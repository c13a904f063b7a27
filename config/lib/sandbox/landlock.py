"""Lets a process open nothing but what it needs, by Landlock: rules that it lays upon itself and its children.

Needs no privilege; kernel 5.13 or newer (`docs.kernel.org/userspace-api/landlock.html`, struct layouts from
`linux/landlock.h`). Standard library only: the launcher runs without any other.
"""

import ctypes
import os
from collections.abc import Iterable

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # the same numbers on every architecture
ASK_VERSION = 1
PATH_BENEATH = 1

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
MAKE_FILE, REFER, TRUNCATE, DEVICE_IOCTL = 1 << 8, 1 << 13, 1 << 14, 1 << 15
# Rights that a kernel knows, by the version of its rules: what it does not know it cannot take away.
VERSION_1 = (1 << 13) - 1
NEWER = ((2, REFER), (3, TRUNCATE), (5, DEVICE_IOCTL))
BIND_TCP_AND_CONNECT_TCP = 0b11  # version 4
ABSTRACT_SOCKETS_AND_SIGNALS = 0b11  # version 6: only within the rules' own domain

OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | DEVICE_IOCTL  # the others are rights on folders
READING = READ_FILE | READ_DIR
USING = READING | EXECUTE
# Making and filling files, and not removing them: what is written stays where it is counted.
WORKING = READING | WRITE_FILE | MAKE_FILE | TRUNCATE


class RulesetAttributes(ctypes.Structure):
    """struct landlock_ruleset_attr; a kernel takes zeros in members that it does not know."""

    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class PathBeneath(ctypes.Structure):
    """struct landlock_path_beneath_attr."""

    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def version() -> int:
    """Version of the rules that this kernel knows; 0 where it has none or nobody may use them."""
    libc = ctypes.CDLL(None)
    return max(0, int(libc.syscall(CREATE_RULESET, None, ctypes.c_size_t(0), ASK_VERSION)))


def confine(*, uses: Iterable[str], reads: Iterable[str], workdir: str, known: int) -> None:
    """Let this process from now on read and run `uses`, read `reads`, work in `workdir`, and open nothing else.

    `known` is this kernel's version. Paths that are not there are passed over. Raises OSError.
    """
    rights = VERSION_1 | sum(right for since, right in NEWER if known >= since)
    asked = RulesetAttributes(
        files=rights,
        network=BIND_TCP_AND_CONNECT_TCP if known >= 4 else 0,
        scoped=ABSTRACT_SOCKETS_AND_SIGNALS if known >= 6 else 0,
    )
    ruleset = call(CREATE_RULESET, ctypes.byref(asked), ctypes.c_size_t(ctypes.sizeof(asked)), 0)
    for allowed, paths in ((USING, uses), (READING, reads), (WORKING, [workdir])):
        for path in paths:
            allow(ruleset, path=path, allowed=allowed & rights)
    call(RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


def allow(ruleset: int, *, path: str, allowed: int) -> None:
    """Add a rule for a file, or a folder and all below it; none where there is no such path."""
    try:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return
    try:
        fitting = allowed if os.path.isdir(path) else allowed & OF_FILES
        rule = PathBeneath(allowed=fitting, folder=handle)
        call(ADD_RULE, ruleset, PATH_BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(handle)


def call(number: int, *arguments: object) -> int:
    """syscall(2) with errno as OSError."""
    libc = ctypes.CDLL(None, use_errno=True)
    result = int(libc.syscall(number, *arguments))
    if result < 0:
        raise OSError(ctypes.get_errno(), f"Landlock, call {number}")
    return result
