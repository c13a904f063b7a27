"""Every format, the samples of a tag library's own tests, and real music: ready and faithful, or refused with the right
reason. `EARSHOT_MUSIC` names the folder with the music; the samples come from the package index."""

import os
import subprocess
import sys
import tarfile
from pathlib import Path, PurePath

import pytest

from tracks.tests.audio.formats import REFUSED, ROWS, Judgement, check, judge, make

pytestmark = pytest.mark.slow

MUSIC = {".ogg", ".flac", ".wav", ".mp3", ".m4a"}
# Files that hold no sound, or none that anybody could play: what they are must be what we say.
NO_SOUND = {"not_audio", "no_sound", "damaged", "format_unsupported", "codec_unsupported"}


def show(name: str, judgement: Judgement) -> None:
    print(f"{name:34} {judgement}")  # noqa: T201 -- the table belongs to the proof


def test_every_format_is_ready_and_faithful(tmp_path):
    wrong = []
    for row in ROWS:
        judgement = judge(make(row, folder=tmp_path))
        show(row.name, judgement)
        expected = "refused format_unsupported" if row.name in REFUSED else "ready"
        try:
            assert judgement.state == expected
            check(judgement)
        except AssertionError as error:
            wrong.append((row.name, str(error)))
    assert wrong == []


def samples(folder: Path) -> Path:
    """The test data in the source distribution of mutagen, fetched through pip as it is configured here."""
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--no-binary", ":all:"]
    fetched = subprocess.run(
        [*command, "--dest", str(folder), "mutagen"], capture_output=True, text=True, check=False, timeout=300
    )
    archives = list(folder.glob("mutagen-*.tar.gz"))
    if not archives:
        pytest.fail(f"the samples could not be fetched; this proof needs a package index:\n{fetched.stderr[-800:]}")
    found = folder / "samples"
    found.mkdir()
    with tarfile.open(archives[0]) as archive:
        for member in archive:  # by name and content alone: Debian 12's Python has no filter for what an archive may do
            if member.isfile() and PurePath(member.name).match("mutagen-*/tests/data/*"):
                (found / PurePath(member.name).name).write_bytes(archive.extractfile(member).read())
    return found


def test_every_sample_of_the_tag_librarys_tests_is_ready_or_refused_with_a_reason(tmp_path):
    wrong = []
    for path in sorted(samples(tmp_path).iterdir()):
        judgement = judge(path)
        show(path.name, judgement)
        try:
            if judgement.state == "ready":
                check(judgement)
            else:
                assert judgement.state.removeprefix("refused ") in NO_SOUND
        except AssertionError as error:
            wrong.append((path.name, str(judgement), str(error)))
    assert wrong == []


def test_every_piece_of_music_is_ready_and_faithful():
    folder = os.environ.get("EARSHOT_MUSIC")
    if not folder:
        pytest.fail("EARSHOT_MUSIC names no folder with music")
    pieces = [
        path for path in sorted(Path(folder).iterdir()) if path.suffix in {".ogg", ".flac", ".wav", ".mp3", ".m4a"}
    ]
    assert pieces
    for path in pieces:
        judgement = judge(path)
        show(path.name, judgement)
        assert judgement.state == "ready"
        check(judgement)
