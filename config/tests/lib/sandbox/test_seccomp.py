"""The filter, run line by line as the kernel would run it, for processors that are not here too."""

import errno
import struct

import pytest

from config.lib.sandbox import seccomp
from config.lib.sandbox.seccomp import (
    AARCH64,
    ALLOW,
    ARCHITECTURES,
    FAIL,
    INSTRUCTION,
    KILL_PROCESS,
    X86_64,
    Architecture,
)

PID = 4711
REFUSED, NOT_THERE = FAIL | errno.EPERM, FAIL | errno.ENOSYS
READ_ONLY, WRITE_ONLY, EMPTIED, CREATED = 0o0, 0o1, 0o1000, 0o100
NEW_THREAD = 0x3D0F00  # what a C library asks for


def answer(code: bytes, *, number: int, arguments: tuple[int, ...] = (), audit: int) -> int:
    """What the filter returns for a call: an interpreter of the few instructions that it has."""
    data = struct.pack("=iIQ6Q", number, audit, 0, *arguments, *[0] * (6 - len(arguments)))
    lines = list(INSTRUCTION.iter_unpack(code))
    at = held = 0
    while True:
        operation, if_true, if_false, value = lines[at]
        at += 1
        match operation:
            case seccomp.LOAD:
                (held,) = struct.unpack_from("=I", data, value)
            case seccomp.MASK:
                held &= value
            case seccomp.RETURN:
                return value
            case _:
                tests = {
                    seccomp.EQUALS: held == value,
                    seccomp.HAS_BITS: bool(held & value),
                    seccomp.AT_LEAST: held >= value,
                }
                at += if_true if tests[operation] else if_false


def ask(architecture: Architecture, name: str, *arguments: int) -> int:
    number = (architecture.numbers | seccomp.NEW_NUMBERS)[name]
    code = seccomp.program(architecture, pid=PID)
    return answer(code, number=number, arguments=arguments, audit=architecture.audit)


@pytest.mark.parametrize("architecture", ARCHITECTURES.values(), ids=ARCHITECTURES)
@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("socket", (2, 1, 0), REFUSED),
        ("ptrace", (16, 1), REFUSED),
        ("removexattrat", (), REFUSED),
        ("clone", (17,), REFUSED),
        ("clone", (NEW_THREAD,), ALLOW),
        ("clone3", (), NOT_THERE),
        ("openat2", (), NOT_THERE),
        ("kill", (PID, 9), ALLOW),
        ("kill", (PID + 1, 9), REFUSED),
        ("kill", (2**32 - 1, 9), REFUSED),  # everybody
        ("tgkill", (PID, PID, 6), ALLOW),
        ("tgkill", (1, 1, 6), REFUSED),
        ("prlimit64", (0, 7), ALLOW),
        ("prlimit64", (1, 7), REFUSED),
        ("openat", (0, 0, READ_ONLY), ALLOW),
        ("openat", (0, 0, WRITE_ONLY | EMPTIED | CREATED), ALLOW),
        ("openat", (0, 0, READ_ONLY | EMPTIED), REFUSED),
        ("openat", (0, 0, WRITE_ONLY | seccomp.UNNAMED_FILE), REFUSED),
    ],
)
def test_calls_are_taken_away_on_each_processor(architecture, name, arguments, expected):
    assert ask(architecture, name, *arguments) == expected


@pytest.mark.parametrize("architecture", ARCHITECTURES.values(), ids=ARCHITECTURES)
def test_what_is_not_forbidden_is_allowed(architecture):
    forbidden = {*architecture.numbers.values(), *seccomp.NEW_NUMBERS.values()}
    code = seccomp.program(architecture, pid=PID)
    others = [number for number in range(470) if number not in forbidden]
    assert {answer(code, number=number, audit=architecture.audit) for number in others} == {ALLOW}


def test_older_calls_are_taken_away_where_they_are():
    assert ask(X86_64, "fork") == ask(X86_64, "vfork") == ask(X86_64, "chmod") == REFUSED
    assert ask(X86_64, "open", 0, READ_ONLY | EMPTIED) == REFUSED
    assert ask(X86_64, "open", 0, READ_ONLY) == ALLOW


def test_the_kernels_other_ways_in_are_shut():
    code = seccomp.program(X86_64, pid=PID)
    assert answer(code, number=41, audit=AARCH64.audit) == KILL_PROCESS
    assert answer(code, number=41, audit=0x40000003) == KILL_PROCESS  # 32 bits
    assert answer(code, number=0x40000029, audit=X86_64.audit) == NOT_THERE  # x32


def test_no_jump_leaves_the_program():
    for architecture in ARCHITECTURES.values():
        lines = list(INSTRUCTION.iter_unpack(seccomp.program(architecture, pid=PID)))
        ends = [
            at + 1 + max(if_true, if_false)
            for at, (operation, if_true, if_false, _) in enumerate(lines)
            if operation != seccomp.RETURN
        ]
        assert max(ends) < len(lines) <= 4096


def test_a_processor_whose_numbers_we_do_not_know_has_no_filter(monkeypatch):
    monkeypatch.setattr(seccomp, "ARCHITECTURES", {})
    assert not seccomp.is_available()


def test_a_filter_that_the_kernel_does_not_take_is_an_error(monkeypatch):
    monkeypatch.setattr(seccomp, "program", lambda architecture, *, pid: b"")
    with pytest.raises(OSError, match="seccomp"):
        seccomp.forbid(pid=PID)
