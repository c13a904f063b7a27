"""An operator's doors to exports and erasures."""

from io import StringIO
from zipfile import ZipFile

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.leaving.choices import GRACE
from accounts.leaving.services.going import begin_leaving
from accounts.models import AccountErasure, User
from config.composed import erasing
from config.tests.privacy.world import NAME, all_objects, where_it_stands

pytestmark = pytest.mark.django_db


def run(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_a_dry_run_says_what_would_go_and_changes_nothing(person):
    objects = set(all_objects())
    told = run("erase_account", NAME, "--dry-run")
    assert "       1  tracks/tracks" in told
    assert "       6  stored originals and pictures" in told
    assert f"Would erase account {person.pk} ({NAME})." in told
    assert not AccountErasure.objects.exists()
    assert User.objects.get(pk=person.pk).leaving_at is None
    assert set(all_objects()) == objects


def test_an_operator_erases_at_once_and_twice_is_once(person):
    at = timezone.now()
    begin_leaving(user=person, erase_at=at + GRACE, at=at)
    assert run("erase_account", NAME) == f"Account {person.pk} is erased.\n"
    assert where_it_stands(NAME) == []
    assert run("erase_account", str(person.pk)) == f"Account {person.pk} is erased.\n"
    assert AccountErasure.objects.get().attempt == 1


def test_the_command_says_when_it_has_not_come_to_its_end(person, monkeypatch):
    monkeypatch.setattr(erasing, "erase_account", lambda **_: False)
    with pytest.raises(CommandError, match="Not done yet"):
        run("erase_account", NAME)


def test_staff_and_strangers_are_refused(person):
    User.objects.filter(pk=person.pk).update(is_staff=True)
    with pytest.raises(CommandError, match="rights of staff"):
        run("erase_account", NAME)
    with pytest.raises(CommandError, match="nobody called somebody"):
        run("erase_account", "somebody")


def test_an_operator_exports_into_a_folder(person, tmp_path):
    told = run("export_account", NAME, "--to", str(tmp_path))
    [path] = tmp_path.glob("*.zip")
    assert told.startswith(f"{path}: {path.stat().st_size} bytes.")
    with ZipFile(path) as archive:
        assert archive.testzip() is None
    with pytest.raises(CommandError, match="No such file"):
        run("export_account", NAME, "--to", str(tmp_path / "nowhere"))
