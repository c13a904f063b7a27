"""Objects that no row owns go after a day; whatever a row owns stays."""

import os
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from config.lib import storage
from tracks import services
from tracks.services import orphans
from tracks.tests.conftest import owned, stored

pytestmark = pytest.mark.django_db

ORPHANS = ("sounds/abc/original", "sounds/abc/1/mp3.mp3", "art/def/thumb.webp")
DAY = timedelta(days=1, minutes=1)


def put(*keys: str) -> None:
    for key in keys:
        storage.store(key=key, content=ContentFile(b"x"))


def test_what_no_row_owns_goes_after_a_day(owner, make_ready, monkeypatch):
    monkeypatch.setattr(orphans, "BATCH", 1)
    for _ in range(2):
        make_ready(owner)
    put(*ORPHANS)
    assert services.remove_orphans(at=timezone.now()) == 0
    assert services.remove_orphans(at=timezone.now() + DAY) == 3
    assert services.remove_orphans(at=timezone.now() + DAY) == 0
    assert stored() == owned()
    assert len(stored()) == 2 * 7


def test_a_folder_in_which_something_is_young_stays_whole():
    put(*ORPHANS)
    old = (timezone.now() - DAY).timestamp()
    os.utime(default_storage.path("sounds/abc/original"), (old, old))
    assert services.remove_orphans(at=timezone.now()) == 0
    assert stored() == set(ORPHANS)


def test_an_empty_storage_is_no_trouble():
    assert services.remove_orphans(at=timezone.now()) == 0
