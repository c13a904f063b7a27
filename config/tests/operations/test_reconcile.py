"""`manage.py reconcile`, the record of what was removed, and what the doctor says of both."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, transaction
from django.utils import timezone

from config.composed.custody import SHELVES
from config.lib import advisory, storage
from config.lib.custody.reconciling import LOCK
from config.lib.custody.removing import remove_after_commit
from config.lib.doctor.custody import PROBE_ROOT, reconciled
from config.lib.testing import race
from config.models import Reconciliation, Removal
from config.tasks import reconcile as beat_reconciles

ORPHAN = "sounds/abc/original"


@pytest.fixture(autouse=True)
def rooms(settings, tmp_path):
    settings.MEDIA_ROOT, settings.WORK_ROOT = tmp_path / "media", tmp_path / "work"


def say(*words: str) -> tuple[str, int]:
    """What the command prints, and how it ends."""
    out = StringIO()
    try:
        call_command("reconcile", *words, stdout=out)
    except SystemExit as ended:
        return out.getvalue(), int(ended.code)
    return out.getvalue(), 0


def put(key: str) -> None:
    storage.store(key=key, content=ContentFile(b"12345"))


@pytest.mark.django_db
def test_orphans_are_listed_then_removed_with_the_reason_and_then_nothing_differs():
    put(ORPHAN)
    assert say() == ("1 objects, 5 bytes: 0 orphans, 0 missing, 0 strangers; 0 removed, 0 differences left\n", 0)
    listed, code = say("--older-than", "0")
    assert listed.startswith("orphan   sounds/abc: 1 objects, 5 bytes, no row owns them\n")
    assert (code, Removal.objects.exists()) == (1, False)
    assert say("--older-than", "0", "--remove")[1] == 0
    removal = Removal.objects.get()
    assert (removal.prefix, removal.reason) == ("sounds/abc", "orphaned")
    assert removal.by.startswith("reconcile by ")
    assert say("--older-than", "0")[1] == 0
    assert storage.size_of(ORPHAN) is None


@pytest.mark.django_db
def test_a_dry_run_writes_nothing_at_all():
    put(ORPHAN)
    assert say("--older-than", "0", "--remove", "--dry-run")[1] == 1
    assert storage.size_of(ORPHAN) == 5
    assert not Reconciliation.objects.exists()
    assert not Removal.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_at_once_are_one():
    with advisory.session_lock(LOCK):
        [refused] = race(say)
        assert isinstance(refused, CommandError)
        assert race(beat_reconciles) == [0]
    assert not Reconciliation.objects.exists()


@pytest.mark.django_db
def test_the_doctor_tells_of_the_last_comparison():
    [never] = reconciled()
    assert (never.is_wrong, "not compared yet" in never.sentence) == (False, True)
    beat_reconciles()
    [well] = reconciled()
    assert (well.is_wrong, well.sentence[:13]) == (False, "0 differences")
    Reconciliation.objects.update(started_at=timezone.now() - timedelta(days=3))
    [old] = reconciled()
    assert old.remedy == "manage.py reconcile --remove; is beat running?"
    put(ORPHAN)
    say("--older-than", "0")
    [wrong] = reconciled()
    assert wrong.sentence.startswith("1 differences")
    assert wrong.remedy.startswith("manage.py reconcile --dry-run")


@pytest.mark.django_db
def test_what_a_killed_doctor_has_left_goes_too():
    put(f"{PROBE_ROOT}/123/probe")
    assert say("--older-than", "0", "--remove")[1] == 0
    assert storage.top_folders() == [PROBE_ROOT]
    assert list(SHELVES[-1].objects()) == []


@pytest.mark.django_db(transaction=True)
def test_what_was_removed_and_why_is_only_ever_added_to():
    put(ORPHAN)
    with transaction.atomic():
        remove_after_commit(prefix="sounds/abc", reason="replaced", by="user:7")
        transaction.set_rollback(True)
    assert (Removal.objects.exists(), storage.size_of(ORPHAN)) == (False, 5)
    with transaction.atomic():
        remove_after_commit(prefix="sounds/abc", reason="replaced", by="user:7")
        assert storage.size_of(ORPHAN) == 5
    assert storage.size_of(ORPHAN) is None
    with pytest.raises(ProgrammingError, match="only ever added to"):
        Removal.objects.update(reason="nothing")
    with pytest.raises(ProgrammingError, match="only ever added to"):
        Removal.objects.all().delete()
    assert Removal.objects.get().reason == "replaced"
