"""Stored objects: keys are new, prefixes are named, originals stay as they are."""

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path

import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from config.lib import storage

IN_MEMORY = {"default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}


@pytest.fixture(autouse=True)
def root(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.WORK_ROOT = tmp_path / "work"
    return settings.MEDIA_ROOT


def read(key: str) -> bytes:
    with default_storage.open(key, "rb") as file:
        return file.read()


def test_an_object_is_stored_under_its_key_and_no_other(root):
    storage.store(key="sounds/ab/original", content=ContentFile(b"sound"))
    assert read("sounds/ab/original") == b"sound"
    with pytest.raises(FileExistsError):
        storage.store(key="sounds/ab/original", content=ContentFile(b"another"))
    assert read("sounds/ab/original") == b"sound"
    assert [path.name for path in root.rglob("*") if path.is_file()] == ["original"]


def test_what_is_stored_is_not_for_everybody_on_the_machine(root):
    storage.store(key="sounds/ab/original", content=ContentFile(b"sound"))
    assert stat.S_IMODE((root / "sounds/ab/original").stat().st_mode) == 0o640
    assert stat.S_IMODE((root / "sounds/ab").stat().st_mode) == 0o750


@pytest.mark.parametrize("key", ["../outside", "/etc/outside", "a/../../outside"])
def test_no_key_leads_out_of_the_storage(key, tmp_path):
    with pytest.raises(SuspiciousFileOperation):
        storage.store(key=key, content=ContentFile(b"x"))
    assert not list(tmp_path.rglob("outside"))


def test_a_file_is_stored_as_it_is(tmp_path):
    made = tmp_path / "made"
    made.write_bytes(b"x" * 100_000)
    storage.store_file(key="renditions/ab/aac.mp4", path=made)
    assert read("renditions/ab/aac.mp4") == made.read_bytes()


def test_deleting_what_is_not_there_is_fine():
    storage.store(key="a/b", content=ContentFile(b"x"))
    storage.delete(key="a/b")
    storage.delete(key="a/b")
    assert not default_storage.exists("a/b")


@pytest.mark.parametrize("stores", ["on disk", "in memory"])
def test_a_folder_goes_with_everything_below_it_and_nothing_beside_it(settings, stores):
    if stores == "in memory":
        settings.STORAGES = settings.STORAGES | IN_MEMORY
    for key in ("tracks/1/a", "tracks/1/b", "tracks/1/deep/er/c", "tracks/12/a"):
        storage.store(key=key, content=ContentFile(b"x"))
    assert storage.delete_folder(prefix="tracks/1") == 3
    assert storage.delete_folder(prefix="tracks/1") == 0
    assert not default_storage.exists("tracks/1/a")
    assert read("tracks/12/a") == b"x"


@pytest.mark.parametrize("prefix", ["", "/", "//"])
def test_nobody_empties_the_storage_by_forgetting_the_prefix(prefix):
    storage.store(key="tracks/1/a", content=ContentFile(b"x"))
    with pytest.raises(ValueError, match="prefix"):
        storage.delete_folder(prefix=prefix)
    assert read("tracks/1/a") == b"x"


def test_an_object_is_brought_as_a_link_where_that_is_possible(root, tmp_path):
    storage.store(key="sounds/ab", content=ContentFile(b"sound"))
    target = tmp_path / "input"
    storage.bring(key="sounds/ab", target=target)
    assert os.path.samefile(root / "sounds/ab", target)
    target.unlink()
    assert read("sounds/ab") == b"sound"


def test_an_object_is_brought_as_a_copy_from_elsewhere(settings, tmp_path):
    settings.STORAGES = settings.STORAGES | IN_MEMORY
    storage.store(key="sounds/ab", content=ContentFile(b"sound" * 500_000))
    storage.bring(key="sounds/ab", target=tmp_path / "input")
    assert (tmp_path / "input").read_bytes() == b"sound" * 500_000


@pytest.mark.parametrize("stores", ["on disk", "in memory"])
def test_bringing_writes_over_nothing(settings, stores, root, tmp_path):
    """The target may be a link to a stored original: writing to it would destroy that."""
    storage.store(key="original", content=ContentFile(b"the only copy"))
    target = tmp_path / "input"
    storage.bring(key="original", target=target)
    if stores == "in memory":
        settings.STORAGES = settings.STORAGES | IN_MEMORY
    storage.store(key="other", content=ContentFile(b"other"))
    with pytest.raises(FileExistsError):
        storage.bring(key="other", target=target)
    assert (root / "original").read_bytes() == b"the only copy"


def test_bringing_what_is_not_there_leaves_nothing(tmp_path):
    with pytest.raises(FileNotFoundError):
        storage.bring(key="nothing", target=tmp_path / "input")
    assert not (tmp_path / "input").exists()


def test_a_job_has_a_folder_that_nobody_else_may_enter_and_that_ends_with_it():
    with suppress(ZeroDivisionError), storage.private_folder(prefix="sound") as folder:
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        (folder / "deep").mkdir()
        (folder / "deep" / "file").touch()
        raise ZeroDivisionError
    assert not folder.exists()
    assert folder.parent.is_dir()


def test_a_folder_is_copied_object_by_object():
    for name in ("thumb.webp", "large.webp"):
        storage.store(key=f"covers/old/{name}", content=ContentFile(name.encode()))
    storage.copy_folder(source="covers/old", target="covers/new")
    assert read("covers/new/thumb.webp") == b"thumb.webp"
    assert read("covers/old/large.webp") == read("covers/new/large.webp") == b"large.webp"


def test_listing_tells_of_every_object_with_its_size_and_keeps_folders_together(root):
    for key in ("sounds/a/original", "sounds/a/1/aac.mp4", "sounds/b/original", "art/c/thumb.webp"):
        storage.store(key=key, content=ContentFile(key.encode()))
    found = list(storage.walk("sounds"))
    assert {one.key: one.size for one in found} == {
        "sounds/a/original": 17,
        "sounds/a/1/aac.mp4": 18,
        "sounds/b/original": 17,
    }
    names = [one.key.split("/")[1] for one in found]
    assert names in (["a", "a", "b"], ["b", "a", "a"])
    times = {one.key: (root / one.key).stat().st_mtime for one in found}
    assert {one.key: one.stored_at.timestamp() for one in found} == pytest.approx(times)
    assert list(storage.walk("nothing")) == []
    assert set(storage.top_folders()) == {"sounds", "art"}


def test_a_storage_that_nobody_has_used_has_no_folders():
    assert storage.top_folders() == []


def test_with_the_last_object_its_folders_go_and_with_another_one_they_stay(root):
    for key in ("sounds/a/1/aac.mp4", "sounds/a/original"):
        storage.store(key=key, content=ContentFile(b"x"))
    storage.delete_with_folders(key="sounds/a/1/aac.mp4")
    assert [path.name for path in (root / "sounds/a").iterdir()] == ["original"]
    storage.delete_with_folders(key="sounds/a/original")
    assert list((root / "sounds").iterdir()) == []


def test_a_disk_without_room_is_said_so_and_other_errors_are_themselves(monkeypatch):
    for number, kind in ((errno.ENOSPC, storage.StorageFull), (errno.EACCES, PermissionError)):
        with pytest.raises(kind), storage.troubles():
            raise OSError(number, "said the disk")
