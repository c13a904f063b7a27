"""Archives: written front to end, checked by what everybody has, and refusing names that lead elsewhere."""

import io
import subprocess
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import orjson
import pytest

from config.lib.archives import Archive, digest_of

AT = datetime(2026, 1, 2, 3, 4, 6, tzinfo=UTC)


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "archive.zip"


def test_rows_are_an_array_with_a_row_a_line_also_of_none(path):
    with Archive(path, made_at=AT) as archive:
        archive.add_rows("none.json", [])
        archive.add_rows("rows.json", iter([{"b": 1, "a": "ä"}, {"a": None, "b": 2}]))
    with ZipFile(path) as written:
        assert written.read("none.json") == b"[]\n"
        assert written.read("rows.json").decode() == '[\n{"a":"ä","b":1},\n{"a":null,"b":2}\n]\n'
        assert written.getinfo("rows.json").date_time == (2026, 1, 2, 3, 4, 6)
        assert written.getinfo("rows.json").compress_type == ZIP_DEFLATED


def test_what_json_has_no_word_for_is_text(path):
    row = {"at": AT, "bytes": memoryview(b"\0\1"), "bpm": Decimal("98.50"), "key": UUID(int=1)}
    with Archive(path, made_at=AT) as archive:
        archive.add_rows("rows.json", [row])
    with ZipFile(path) as written:
        [told] = orjson.loads(written.read("rows.json"))
    expected = {"at": "2026-01-02T03:04:06Z", "bytes": "AAE=", "bpm": "98.50", "key": str(UUID(int=1))}
    assert told == expected


def test_files_are_stored_as_they_are_and_their_bytes_are_told(path):
    ticks = []
    with Archive(path, made_at=AT) as archive:
        archive.add_file("sound.wav", io.BytesIO(b"x" * 3_000_000), tick=ticks.append)
    with ZipFile(path) as written:
        assert written.getinfo("sound.wav").compress_type == ZIP_STORED
        assert written.read("sound.wav") == b"x" * 3_000_000
    assert (sum(ticks), len(ticks)) == (3_000_000, 3)


def test_programs_that_everybody_has_find_it_whole(path, tmp_path):
    with Archive(path, made_at=AT) as archive:
        archive.add_text("a folder/words.txt", "words")
        archive.add_json("value.json", {"n": 1})
    with ZipFile(path) as written:
        written.extractall(tmp_path / "out")
    check = ["sha256sum", "--check", "--strict", "SHA256SUMS"]
    told = subprocess.run(check, cwd=tmp_path / "out", capture_output=True, text=True, check=True).stdout
    assert told == "a folder/words.txt: OK\nvalue.json: OK\n"
    whole = subprocess.run(["/usr/bin/env", "sha256sum", path], capture_output=True, text=True, check=True).stdout
    assert whole.split()[0] == digest_of(path)


@pytest.mark.parametrize("name", ["/etc/passwd", "../up", "a/../b", "a//b", "./a", "two\nlines", "twice"])
def test_a_name_that_leads_elsewhere_or_is_taken_is_refused(path, name):
    with Archive(path, made_at=AT) as archive:
        archive.add_text("twice", "")
        with pytest.raises(ValueError, match="no new name"):
            archive.add_text(name, "")


def test_a_block_that_fails_leaves_no_checksums_and_never_writes_over_a_file(path):
    with pytest.raises(KeyError), Archive(path, made_at=AT) as archive:
        archive.add_rows("rows.json", ({"a": row["missing"]} for row in [{}]))
    with ZipFile(path) as written:
        assert "SHA256SUMS" not in written.namelist()
    with pytest.raises(FileExistsError):
        Archive(path, made_at=AT)
