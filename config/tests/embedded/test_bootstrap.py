"""From a bare python3 to a working .venv, in a project without packages."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from config.embedded import bootstrap
from config.embedded.places import PROJECT

BOOTSTRAP = Path(bootstrap.__file__)
NO_PACKAGE = "# nothing\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with the bootstrap and two empty requirement files; uv is on the path, as a user may have it."""
    (tmp_path / "config" / "embedded").mkdir(parents=True)
    shutil.copy(BOOTSTRAP, tmp_path / "config" / "embedded" / "bootstrap.py")
    for name in (bootstrap.RUN, bootstrap.DEV):
        (tmp_path / name).write_text(NO_PACKAGE)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "uv").symlink_to(PROJECT / ".venv" / "bin" / "uv")
    return tmp_path


def prepare(project: Path, purpose: str, *, path: str = "bin", options: tuple[str, ...] = ()) -> tuple[int, str]:
    ended = subprocess.run(
        [sys.executable, *options, "config/embedded/bootstrap.py", purpose],
        cwd=project,
        env={"PATH": str(project / path), "HOME": str(project), "UV_OFFLINE": "1", "PIP_NO_INDEX": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return ended.returncode, ended.stdout


def python_works(project: Path) -> bool:
    return subprocess.run([project / ".venv" / "bin" / "python", "-c", ""], check=False).returncode == 0


def test_second_time_there_is_nothing_to_do_and_nothing_to_say(project: Path) -> None:
    code, said = prepare(project, "run")
    assert code == 0, said
    assert "making .venv" in said
    assert python_works(project)
    assert prepare(project, "run") == (0, "")


def test_what_tests_need_is_enough_for_a_run_but_not_the_other_way_round(project: Path) -> None:
    assert prepare(project, "run")[0] == 0
    assert "installing requirements-dev.txt" in prepare(project, "dev")[1]
    (project / bootstrap.RUN).write_text("# other\n")
    assert prepare(project, "run") == (0, "")


def test_changed_requirements_are_installed(project: Path) -> None:
    prepare(project, "run")
    (project / bootstrap.RUN).write_text("# changed\n")
    assert "installing requirements-embedded.txt" in prepare(project, "run")[1]


def test_broken_venv_is_repaired(project: Path) -> None:
    prepare(project, "run")
    (project / ".venv" / "bin" / "python").unlink()
    code, said = prepare(project, "run")
    assert code == 0
    assert "repairing .venv" in said
    assert python_works(project)


def test_packages_that_cannot_be_had_are_said_with_what_to_do_and_are_tried_again(project: Path) -> None:
    (project / bootstrap.RUN).write_text(f"earshot-no-such-package==1 --hash=sha256:{'0' * 64}\n")
    code, said = prepare(project, "run")
    assert code == 1
    assert "requirements-embedded.txt could not be installed" in said
    assert "PIP_INDEX_URL" in said
    assert "Traceback" not in said
    assert prepare(project, "run")[0] == 1


def test_python_without_venv_is_told_what_to_install(project: Path) -> None:
    (project / "config" / "embedded" / "ensurepip.py").write_text("raise ImportError\n")
    code, said = prepare(project, "run", path="nothing")
    assert code == 1
    assert "`apt install python3-venv`" in said
    assert "Traceback" not in said
    assert not (project / ".venv").exists()


def test_old_python_goes_on_with_a_newer_one_or_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, project: Path
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    monkeypatch.setenv("PATH", str(project / "bin"))
    with pytest.raises(bootstrap.Missing, match=r"this python3 is 3\.9.*apt install python3"):
        bootstrap.need_python(["run"])
    newer = project / "bin" / "python3.12"
    newer.write_text("#!/bin/sh\n")
    newer.chmod(0o755)
    went_on: list[list[str]] = []
    monkeypatch.setattr("os.execv", lambda _program, arguments: went_on.append(arguments))
    with pytest.raises(bootstrap.Missing):
        bootstrap.need_python(["run"])
    assert went_on == [[str(newer), str(BOOTSTRAP), "run"]]


def test_usage_is_said_to_who_asks_for_something_else(project: Path) -> None:
    code, said = prepare(project, "everything")
    assert code == 2
    assert "usage" in said
