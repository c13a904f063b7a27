"""A process dies at an armed place, once, and nowhere else; without a folder nobody looks."""

import os
import signal

import pytest

from config.lib import failpoints


@pytest.fixture
def folder(settings, tmp_path):
    settings.FAILPOINTS = str(tmp_path)
    return tmp_path


def dies(place: str, *, fraction: float = 1.0) -> bool:
    """Whether a child of its own group that comes by is killed."""
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        failpoints.reach(place, fraction=fraction)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def test_whoever_comes_by_first_dies_and_nobody_after_them(folder):
    (folder / "after_put").touch()
    assert [dies("before_commit"), dies("after_put"), dies("after_put")] == [False, True, False]
    assert (folder / "after_put.taken").read_text() == "1.00"


def test_a_place_that_lies_within_something_waits_for_its_fraction(folder):
    (folder / "transcode").write_text("0.5")
    assert [dies("transcode", fraction=fraction) for fraction in (0.1, 0.49, 0.5, 0.9)] == [False, False, True, False]


def test_a_file_that_says_nothing_sensible_kills_nobody(folder):
    (folder / "transcode").write_text("half")
    assert not dies("transcode")


def test_without_a_folder_nobody_looks(settings, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "after_put").touch()
    settings.FAILPOINTS = ""
    assert not dies("after_put")
