"""The file of an upload: one writer, bytes that stay, pieces that count only with their checksum."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from config.lib.testing import race
from tracks.uploads import part
from tracks.uploads.part import PartGone, UploadLocked

PROJECT = Path(__file__).resolve().parents[3]


@pytest.fixture
def key() -> str:
    part.create_part("a1")
    return "a1"


def content(key: str) -> bytes:
    return part.path_of(key).read_bytes()


def test_nobody_else_on_the_machine_reads_it(key):
    assert part.path_of(key).stat().st_mode & 0o777 == 0o640
    assert part.folder().stat().st_mode & 0o777 == 0o750


def test_a_place_is_made_once(key):
    with pytest.raises(FileExistsError):
        part.create_part(key)


def test_of_eight_one_writes(key):
    held = race(*[lambda: part.try_hold(key)] * 8)
    [writer] = [one for one in held if one]
    assert part.try_hold(key) is None
    writer.let_go()
    again = part.try_hold(key)
    assert again is not None
    again.let_go()


def test_whoever_waits_is_noticed_and_gets_it(key):
    writer = part.try_hold(key)
    waiting = threading.Thread(target=append_as_second, args=(key,))
    waiting.start()
    patience = time.monotonic() + 60
    while not writer.is_wanted():
        assert time.monotonic() < patience
        time.sleep(0.01)
    writer.append(b"first ")
    writer.let_go()
    waiting.join(timeout=60)
    assert content(key) == b"first second"
    assert not part.path_of(f"{key}.wanted").exists()


def append_as_second(key: str) -> None:
    with part.held(key) as held:
        held.append(b"second")


def test_a_writer_that_does_not_let_go_is_not_waited_for_for_ever(key, monkeypatch):
    monkeypatch.setattr(part, "PATIENCE_S", 0.2)
    writer = part.try_hold(key)
    with pytest.raises(UploadLocked), part.held(key):
        raise AssertionError("two writers at once")
    writer.let_go()


def test_a_file_that_was_moved_while_it_was_waited_for_is_gone(key, monkeypatch):
    real = part.is_same_file

    def moved(descriptor, path):
        path.rename(path.with_name("moved"))
        return real(descriptor, path)

    monkeypatch.setattr(part, "is_same_file", moved)
    with pytest.raises(PartGone):
        part.try_hold(key)
    with pytest.raises(PartGone):
        part.try_hold("never was")


def test_a_piece_counts_with_its_checksum_and_goes_without(key):
    with part.held(key) as held:
        held.append(b"kept ")
        held.begin_checked()
        held.append(b"checked ")
        held.keep_checked()
        held.begin_checked()
        held.append(b"doubtful")
    assert content(key) == b"kept checked "


KILLED = """
import os, django
django.setup()
from django.conf import settings
settings.MEDIA_ROOT = {root!r}
from tracks.uploads import part
held = part.try_hold("a1")
held.append(b"kept ")
held.begin_checked()
held.append(b"doubtful")
os.kill(os.getpid(), 9)
"""


def test_a_piece_whose_writer_was_killed_before_it_was_checked_goes(key, settings):
    script = KILLED.format(root=str(settings.MEDIA_ROOT))
    ended = subprocess.run([sys.executable, "-c", script], cwd=PROJECT, env=os.environ, timeout=120, check=False)
    assert ended.returncode == -9
    assert content(key) == b"kept doubtful"
    with part.held(key) as held:
        assert held.length() == 5
    assert content(key) == b"kept "


def test_a_note_that_was_not_written_whole_takes_nothing_back(key):
    part.path_of(f"{key}.checked").touch()
    with part.held(key) as held:
        held.append(b"kept")
    with part.held(key) as held:
        assert held.length() == 4


def test_removing_takes_all_that_lies_beside(key):
    for ending in (".wanted", ".checked"):
        part.path_of(key + ending).touch()
    part.remove_part(key)
    part.remove_part(key)
    assert list(part.folder().iterdir()) == []
