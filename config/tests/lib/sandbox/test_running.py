"""What runs in the sandbox is bounded, and nothing of it is left behind."""

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from config.lib.sandbox import running
from config.lib.sandbox.errors import CRASHED, TOO_LARGE, TOOK_TOO_LONG, ProgramFailed, ProgramLost
from config.lib.sandbox.limits import MEBIBYTE, Limits
from config.lib.sandbox.reach import INTERPRETER

LIMITS = Limits(wall_seconds=20, cpu_seconds=10, memory_bytes=256 * MEBIBYTE)


def python(code: str) -> list[str]:
    return [sys.executable, "-I", "-S", "-c", code]


def run(code: str, *, workdir: Path, limits: Limits = LIMITS, **consumers: running.Consumer) -> running.Finished:
    return running.run(python(code), limits=limits, workdir=workdir, reads=INTERPRETER, **consumers)


def alive(pid: int) -> bool:
    """Whether the process still runs; a zombie that waits for its reaper does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def dies(pid: int) -> bool:
    """Whether the process is gone within two seconds."""
    end = time.monotonic() + 2
    while alive(pid) and time.monotonic() < end:
        time.sleep(0.01)
    return not alive(pid)


def test_output_reaches_its_consumers_and_the_exit_code_its_caller(workdir: Path) -> None:
    heard: list[bytes] = []
    code = "import sys; print('heard'); print('trouble', file=sys.stderr); sys.exit(3)"
    finished = run(code, workdir=workdir, on_stdout=heard.append)
    assert (b"".join(heard), finished.exit_code, finished.stderr) == (b"heard\n", 3, "trouble\n")


def test_only_the_end_of_a_long_stderr_is_kept(workdir: Path) -> None:
    finished = run("import sys; sys.stderr.write('x' * 3_000_000 + 'end')", workdir=workdir)
    assert len(finished.stderr) == running.STDERR_TAIL_BYTES
    assert finished.stderr.endswith("xend")


def test_a_gigabyte_of_output_passes_through_without_being_held(workdir: Path) -> None:
    seen = [0, 0]

    def count(chunk: bytes) -> None:
        seen[0] += len(chunk)
        seen[1] = max(seen[1], len(chunk))

    code = "import os\nfor _ in range(1024): os.write(1, bytes(1 << 20))"
    run(code, workdir=workdir, on_stdout=count)
    assert seen[0] == 1 << 30
    assert seen[1] <= running.CHUNK_BYTES


def test_the_program_starts_in_its_directory_with_nothing_of_our_environment(
    workdir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_SECRET_KEY", "canary")
    heard: list[bytes] = []
    run(
        "import os; print(os.getcwd(), sorted(os.environ), oct(os.umask(0)))",
        workdir=workdir,
        on_stdout=heard.append,
    )
    said = b"".join(heard).decode()
    assert said.startswith(str(workdir))
    assert "SECRET" not in said
    assert "0o77" in said


def test_the_program_has_nothing_of_what_its_parent_has_open_and_gains_no_privileges(workdir: Path) -> None:
    secret = workdir / "secret"
    secret.touch()
    heard: list[bytes] = []
    code = """
import ctypes, os
def is_open(number):
    try:
        return bool(os.fstat(number))
    except OSError:
        return False
print([number for number in range(64) if is_open(number)], ctypes.CDLL(None).prctl(39, 0, 0, 0, 0))
"""  # PR_GET_NO_NEW_PRIVS
    with secret.open() as file:
        os.set_inheritable(file.fileno(), True)
        run(code, workdir=workdir, on_stdout=heard.append)
    assert b"".join(heard) == b"[0, 1, 2] 1\n"


def test_a_program_that_hangs_is_refused_when_its_time_is_up(workdir: Path) -> None:
    limits = Limits(wall_seconds=0.3, cpu_seconds=10)
    started = time.monotonic()
    with pytest.raises(ProgramFailed) as failure:
        run("import time; time.sleep(60)", workdir=workdir, limits=limits)
    assert failure.value.fault == TOOK_TOO_LONG
    assert time.monotonic() - started < 3


def test_a_program_that_talks_for_ever_is_refused_when_its_time_is_up(workdir: Path) -> None:
    limits = Limits(wall_seconds=0.5, cpu_seconds=10)
    with pytest.raises(ProgramFailed) as failure:
        run("import os\nwhile True: os.write(1, bytes(4096))", workdir=workdir, limits=limits)
    assert failure.value.fault == TOOK_TOO_LONG


def test_a_program_that_closes_its_output_and_hangs_is_refused_all_the_same(workdir: Path) -> None:
    limits = Limits(wall_seconds=0.5, cpu_seconds=10)
    with pytest.raises(ProgramFailed) as failure:
        run("import os, time; os.close(1); os.close(2); time.sleep(60)", workdir=workdir, limits=limits)
    assert failure.value.fault == TOOK_TOO_LONG


def test_a_program_that_burns_its_cpu_time_is_refused(workdir: Path) -> None:
    with pytest.raises(ProgramFailed) as failure:
        run("while True: pass", workdir=workdir, limits=Limits(wall_seconds=20, cpu_seconds=1))
    assert failure.value.fault == TOOK_TOO_LONG


def test_a_program_that_writes_more_than_allowed_is_refused(workdir: Path) -> None:
    code = "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_DFL)\n"
    code += "open('big', 'wb').write(bytes(100_000))"
    with pytest.raises(ProgramFailed) as failure:
        run(code, workdir=workdir, limits=Limits(wall_seconds=20, cpu_seconds=10, file_bytes=10_000))
    assert failure.value.fault == TOO_LARGE
    assert (workdir / "big").stat().st_size <= 10_000


@pytest.mark.parametrize("files", [30, 100_000])
def test_a_program_that_writes_many_files_is_refused_by_what_they_take_together(workdir: Path, files: int) -> None:
    (workdir / "here before").write_bytes(bytes(2 * MEBIBYTE))
    limits = Limits(wall_seconds=60, cpu_seconds=30, disk_bytes=2 * MEBIBYTE)
    size = 100_000 if files == 30 else 0
    with pytest.raises(ProgramFailed) as failure:
        run(f"for n in range({files}): open(str(n), 'wb').write(bytes({size}))", workdir=workdir, limits=limits)
    assert failure.value.fault == TOO_LARGE


def test_what_lay_there_before_does_not_count(workdir: Path) -> None:
    (workdir / "folder").mkdir()
    (workdir / "folder" / "here before").write_bytes(bytes(4 * MEBIBYTE))
    limits = Limits(wall_seconds=20, cpu_seconds=10, disk_bytes=2 * MEBIBYTE)
    assert run("open('new', 'wb').write(bytes(1_000_000))", workdir=workdir, limits=limits).exit_code == 0


def test_a_program_gets_no_more_memory_than_allowed(workdir: Path) -> None:
    finished = run("bytearray(300 * 1024 * 1024)", workdir=workdir)
    assert "MemoryError" in finished.stderr


def test_a_program_gets_no_more_open_files_than_allowed(workdir: Path) -> None:
    finished = run("files = [open('/dev/null') for _ in range(100)]", workdir=workdir)
    assert "Too many open files" in finished.stderr


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_program_killed_by_the_machine_may_be_tried_again(workdir: Path, number: signal.Signals) -> None:
    with pytest.raises(ProgramLost, match=str(int(number))):
        run(f"import os; os.kill(os.getpid(), {int(number)})", workdir=workdir)


def test_a_program_that_crashes_on_a_file_refuses_the_file(workdir: Path) -> None:
    with pytest.raises(ProgramFailed) as failure:
        run("import os; os.kill(os.getpid(), 11)", workdir=workdir)
    assert failure.value.fault == CRASHED


def test_a_program_that_is_not_there_may_be_tried_again(workdir: Path) -> None:
    with pytest.raises(ProgramLost, match="No such file"):
        running.run(["/nonexistent/program"], limits=LIMITS, workdir=workdir)


def test_without_an_interpreter_to_start_it_may_be_tried_again(workdir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nonexistent/python")
    with pytest.raises(ProgramLost, match="could not be started"):
        running.run(["/bin/true"], limits=LIMITS, workdir=workdir)


GRANDCHILD = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-I", "-S", "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
"""


def test_what_the_program_started_dies_with_it(workdir: Path, without_protections: None) -> None:
    heard: list[bytes] = []
    started = time.monotonic()
    run(GRANDCHILD, workdir=workdir, on_stdout=heard.append)
    assert time.monotonic() - started < 5  # it held the pipes open and was not waited for
    assert dies(int(b"".join(heard)))


def test_what_a_consumer_raises_ends_the_program_and_all_it_started(workdir: Path, without_protections: None) -> None:
    pids: list[int] = []

    def give_up(chunk: bytes) -> None:
        pids.append(int(chunk))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(GRANDCHILD + "time.sleep(60)", workdir=workdir, on_stdout=give_up)
    assert dies(pids[0])


def test_the_program_dies_when_its_parent_is_killed(workdir: Path) -> None:
    report = workdir / "pid"
    code = f"import os, time; open({str(report)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    parent = os.fork()
    if parent == 0:
        try:
            run(code, workdir=workdir)
        finally:
            os._exit(1)
    end = time.monotonic() + 10
    while not (report.exists() and report.read_text()) and time.monotonic() < end:
        time.sleep(0.02)
    program = int(report.read_text())
    assert alive(program)
    os.kill(parent, signal.SIGKILL)
    os.waitpid(parent, 0)
    assert dies(program)


def test_many_threads_may_run_programs_at_once(workdir: Path) -> None:
    finished: list[running.Finished] = []
    threads = [threading.Thread(target=lambda: finished.append(run("", workdir=workdir))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [done.exit_code for done in finished] == [0] * 8
