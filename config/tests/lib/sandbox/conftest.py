from pathlib import Path

import pytest

from config.lib.sandbox import reach
from config.lib.sandbox.reach import Protections


@pytest.fixture
def workdir(tmp_path: Path) -> Path:
    """A private directory, as a job has one."""
    private = tmp_path / "work"
    private.mkdir(mode=0o700)
    return private


@pytest.fixture
def without_protections(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine whose kernel has neither Landlock nor seccomp."""
    monkeypatch.setattr(reach, "protections", lambda: Protections(landlock=0, seccomp=False))
