"""The launcher refuses to start anything outside its limits."""

import errno
import json
import os
import resource
import subprocess
import sys

import pytest

from config.lib.sandbox import landlock, launcher, running, seccomp

LIMITS = {"memory_bytes": 1 << 28, "cpu_seconds": 5, "file_bytes": 1 << 20, "open_files": 32, "wall_seconds": 5}
ORDER = json.dumps({"limits": LIMITS, "landlock": 0, "seccomp": False, "uses": [], "reads": []})


def launch(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-S", "-c", running.LAUNCH, str(running.PROJECT), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)


def test_the_launcher_becomes_the_program() -> None:
    done = launch(str(os.getpid()), ORDER, "/", "/bin/sh", "-c", "pwd; ulimit -c; ulimit -n; ulimit -t")
    assert done.stdout.split() == ["/", "0", "32", "5"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["1"], "usage"),
        (["1", ORDER, "/", "/bin/true"], "the parent is gone"),
        (["not a number", ORDER, "/", "/bin/true"], "invalid literal"),
        ([str(os.getpid()), ORDER, "/nonexistent", "/bin/true"], "No such file"),
        ([str(os.getpid()), ORDER, "/", "/nonexistent"], "No such file"),
        ([str(os.getpid()), "{}", "/", "/bin/true"], "landlock"),
    ],
)
def test_what_cannot_be_started_is_said_with_127(arguments: list[str], said: str) -> None:
    done = launch(*arguments)
    assert done.returncode == launcher.FAILED
    assert done.stderr.startswith("launcher: ")
    assert said in done.stderr


def test_limits_come_last_before_the_program_and_never_exceed_the_machines_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls: list[str] = []
    order = json.dumps({**json.loads(ORDER), "landlock": 5, "seccomp": True, "uses": ["/lib"], "reads": ["/x"]})
    limits: dict[int, tuple[int, int]] = {}
    hard = {resource.RLIMIT_NOFILE: 16}
    monkeypatch.setattr(launcher, "prctl", lambda option, value: calls.append(f"prctl {option} {int(value)}"))
    monkeypatch.setattr(launcher, "drop_capabilities", lambda: calls.append("drop"))
    monkeypatch.setattr(landlock, "confine", lambda **facts: calls.append(f"confine {facts}"))
    monkeypatch.setattr(seccomp, "forbid", lambda *, pid: calls.append(f"forbid {pid == os.getpid()}"))
    monkeypatch.setattr(os, "umask", lambda mask: calls.append(f"umask {mask:o}"))
    monkeypatch.setattr(os, "chdir", lambda path: calls.append(f"chdir {path}"))
    monkeypatch.setattr(resource, "getrlimit", lambda what: (0, hard.get(what, resource.RLIM_INFINITY)))
    monkeypatch.setattr(resource, "setrlimit", limits.__setitem__)
    monkeypatch.setattr(os, "execv", lambda path, argv: calls.append(f"exec {path} {argv} {len(limits)}"))
    launcher.main([str(os.getppid()), order, "/work", "/bin/x", "-y"])
    reach = {"uses": ["/lib"], "reads": ["/x"], "workdir": "/work", "known": 5}
    isolated = ["prctl 38 1", "drop", f"confine {reach}", "forbid True"]
    assert calls == ["prctl 1 9", "umask 77", "chdir /work", *isolated, "exec /bin/x ['/bin/x', '-y'] 5"]
    assert limits[resource.RLIMIT_NOFILE] == (16, 16)
    assert limits[resource.RLIMIT_CPU] == (5, 6)
    assert limits[resource.RLIMIT_AS] == (1 << 28, 1 << 28)
    assert limits[resource.RLIMIT_CORE] == (0, 0)


def test_the_usage_and_the_failures_are_told_to_whoever_called(capsys: pytest.CaptureFixture[str]) -> None:
    assert launcher.main([]) == launcher.FAILED
    assert launcher.main(["x", ORDER, "/", "/bin/true"]) == launcher.FAILED
    assert capsys.readouterr().err.count("launcher: ") == 2


def test_a_process_whose_parent_is_gone_goes_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launcher, "prctl", lambda option, value: None)
    with pytest.raises(OSError, match="the parent is gone"):
        launcher.die_with_parent(os.getpid())


def test_the_kernels_refusal_is_an_error() -> None:
    set_dumpable, unknown = 4, 9999
    launcher.prctl(set_dumpable, 1)
    with pytest.raises(OSError, match="prctl") as error:
        launcher.prctl(unknown, 1)
    assert error.value.errno == errno.EINVAL
