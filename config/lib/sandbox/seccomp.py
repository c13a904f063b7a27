"""Takes system calls away from a process for good: a filter that the kernel asks at each of its calls.

Gone are: the network, new processes, other processes' memory, signals and limits, rights and owners of files, memory
that no limit counts. What a decoder needs (files, memory, threads) stays; the list says what is forbidden and not
what is allowed, because every ffmpeg and every C library needs something else. Written in the kernel's own terms
(`linux/seccomp.h`, `linux/bpf_common.h`; Documentation/userspace-api/seccomp_filter.rst); standard library only.
"""

import ctypes
import errno
import os
import struct
from collections.abc import Iterable
from typing import NamedTuple

PR_SET_SECCOMP = 22  # prctl(2)
MODE_FILTER = 2
# BPF_LD|W|ABS, BPF_ALU|AND, BPF_JMP|JEQ, JSET, JGE, BPF_RET
LOAD, MASK, EQUALS, HAS_BITS, AT_LEAST, RETURN = 0x20, 0x54, 0x15, 0x45, 0x35, 0x06
ALLOW, FAIL, KILL_PROCESS = 0x7FFF0000, 0x00050000, 0x80000000
REFUSE = FAIL | errno.EPERM
NUMBER_AT, ARCHITECTURE_AT, ARGUMENTS_AT = 0, 4, 16  # struct seccomp_data
INSTRUCTION = struct.Struct("=HBBI")  # struct sock_filter
CLONE_THREAD = 0x10000
UNNAMED_FILE = 0o20000000  # O_TMPFILE without O_DIRECTORY: open, and in no folder where it would be counted
WRITING, EMPTYING = 0o3, 0o1000  # O_ACCMODE, O_TRUNC: what is opened for reading may still be emptied


Line = tuple[int, int, int, int]  # code, lines to pass over if true, if false, value


class Architecture(NamedTuple):
    """How a processor's kernel names itself (`linux/audit.h`), and numbers its calls."""

    audit: int
    numbers: dict[str, int]
    foreign_from: int = 0xFFFFFFFF  # numbers of another way to call the same kernel


X86_64 = Architecture(
    audit=0xC000003E,
    foreign_from=0x40000000,  # x32
    numbers={
        "open": 2, "shmget": 29, "socket": 41, "clone": 56, "fork": 57, "vfork": 58, "kill": 62, "semget": 64,
        "msgget": 68, "truncate": 76, "chmod": 90, "fchmod": 91, "chown": 92, "fchown": 93, "lchown": 94, "ptrace": 101,
        "rt_sigqueueinfo": 129, "utime": 132, "mknod": 133, "setpriority": 141, "sched_setparam": 142,
        "sched_setscheduler": 144, "setxattr": 188, "lsetxattr": 189, "fsetxattr": 190, "removexattr": 197,
        "lremovexattr": 198, "fremovexattr": 199, "tkill": 200, "sched_setaffinity": 203, "tgkill": 234, "utimes": 235,
        "mq_open": 240, "add_key": 248, "request_key": 249, "keyctl": 250, "ioprio_set": 251, "migrate_pages": 256,
        "openat": 257, "mknodat": 259, "fchownat": 260, "futimesat": 261, "fchmodat": 268, "unshare": 272,
        "move_pages": 279, "utimensat": 280, "rt_tgsigqueueinfo": 297, "perf_event_open": 298, "prlimit64": 302,
        "setns": 308, "process_vm_readv": 310, "process_vm_writev": 311, "sched_setattr": 314, "memfd_create": 319,
        "bpf": 321, "userfaultfd": 323,
    },
)  # fmt: skip
AARCH64 = Architecture(
    audit=0xC00000B7,
    numbers={
        "setxattr": 5, "lsetxattr": 6, "fsetxattr": 7, "removexattr": 14, "lremovexattr": 15, "fremovexattr": 16,
        "ioprio_set": 30, "mknodat": 33, "truncate": 45, "fchmod": 52, "fchmodat": 53, "fchownat": 54, "fchown": 55,
        "openat": 56,
        "utimensat": 88, "unshare": 97, "ptrace": 117, "sched_setparam": 118, "sched_setscheduler": 119,
        "sched_setaffinity": 122, "kill": 129, "tkill": 130, "tgkill": 131, "rt_sigqueueinfo": 138, "setpriority": 140,
        "mq_open": 180, "msgget": 186, "semget": 190, "shmget": 194, "socket": 198, "add_key": 217, "request_key": 218,
        "keyctl": 219, "clone": 220, "migrate_pages": 238, "move_pages": 239, "rt_tgsigqueueinfo": 240,
        "perf_event_open": 241, "prlimit64": 261, "setns": 268, "process_vm_readv": 270, "process_vm_writev": 271,
        "sched_setattr": 274, "memfd_create": 279, "bpf": 280, "userfaultfd": 282,
    },
)  # fmt: skip
ARCHITECTURES = {"x86_64": X86_64, "aarch64": AARCH64}
# Since Linux 5 the numbers of new calls are the same everywhere.
NEW_NUMBERS = {
    "pidfd_send_signal": 424, "io_uring_setup": 425, "pidfd_open": 434, "clone3": 435, "openat2": 437,
    "pidfd_getfd": 438, "process_madvise": 440, "memfd_secret": 447, "process_mrelease": 448, "fchmodat2": 452,
    "setxattrat": 463, "removexattrat": 466,
}  # fmt: skip
# Their arguments lie in memory, where a filter cannot look: "not there" makes libc use the older call.
AS_IF_NOT_THERE = frozenset({"clone3", "openat2"})


class Program(ctypes.Structure):
    """struct sock_fprog."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def is_available() -> bool:
    """Whether this kernel takes filters, and we know its numbers. Nothing is changed by asking."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_SECCOMP, MODE_FILTER, None, 0, 0)  # EFAULT: it would have read a filter there
    return os.uname().machine in ARCHITECTURES and ctypes.get_errno() == errno.EFAULT


def forbid(*, pid: int) -> None:
    """Take the calls away from this process, whose id is `pid`, and what it becomes. Raises OSError.

    The process must have given up new privileges before.
    """
    code = program(ARCHITECTURES[os.uname().machine], pid=pid)
    libc = ctypes.CDLL(None, use_errno=True)
    asked = Program(length=len(code) // INSTRUCTION.size, instructions=code)
    if libc.prctl(PR_SET_SECCOMP, MODE_FILTER, ctypes.byref(asked), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "seccomp")


def program(architecture: Architecture, *, pid: int) -> bytes:
    """The filter: instructions of 8 bytes, run from the top until one returns."""
    numbers = architecture.numbers | NEW_NUMBERS
    lines = [
        (LOAD, 0, 0, ARCHITECTURE_AT),
        (EQUALS, 1, 0, architecture.audit),
        (RETURN, 0, 0, KILL_PROCESS),
        (LOAD, 0, 0, NUMBER_AT),
        (AT_LEAST, 0, 1, architecture.foreign_from),
        (RETURN, 0, 0, FAIL | errno.ENOSYS),
    ]
    conditions = {
        "clone": allowed_if(HAS_BITS, CLONE_THREAD),
        "kill": allowed_if(EQUALS, pid),
        "tgkill": allowed_if(EQUALS, pid),
        "prlimit64": allowed_if(EQUALS, 0),
        "open": flags_checked(argument=1),
        "openat": flags_checked(argument=2),
    }
    for name, number in numbers.items():
        then = conditions.get(name) or [(RETURN, 0, 0, FAIL | errno.ENOSYS if name in AS_IF_NOT_THERE else REFUSE)]
        lines += [(EQUALS, 0, len(then), number), *then]
    lines.append((RETURN, 0, 0, ALLOW))
    return assembled(lines)


def allowed_if(test: int, value: int) -> list[Line]:
    """Ends the filter: allowed where the first argument's low half passes the test, else refused."""
    return [load_argument(0), (test, 0, 1, value), (RETURN, 0, 0, ALLOW), (RETURN, 0, 0, REFUSE)]


def flags_checked(*, argument: int) -> list[Line]:
    """Ends the filter for a file that is to be opened with these flags."""
    return [
        load_argument(argument),
        (HAS_BITS, 2, 0, UNNAMED_FILE),
        (MASK, 0, 0, WRITING | EMPTYING),
        (EQUALS, 0, 1, EMPTYING),
        (RETURN, 0, 0, REFUSE),
        (RETURN, 0, 0, ALLOW),
    ]


def load_argument(argument: int) -> Line:
    """Take the low half of an argument, 0 the first, on a little-endian machine."""
    return (LOAD, 0, 0, ARGUMENTS_AT + 8 * argument)


def assembled(lines: Iterable[Line]) -> bytes:
    """The instructions as the kernel reads them."""
    return b"".join(INSTRUCTION.pack(*line) for line in lines)
