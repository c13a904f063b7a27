"""Asking for an archive: one at a time, one a day, removed in time, opened by its owner alone."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.events import ExportFinished, ExportQueued
from accounts.leaving import services
from accounts.leaving.capabilities import open_export, seal_export
from accounts.leaving.services.going import begin_leaving
from accounts.models import AccountExport
from accounts.services import suspend_user
from accounts.tasks import mail_export_ready
from config.lib import storage
from config.lib.jobs import JobState, LeaseLost
from config.lib.testing import emitted, race
from config.lib.viewer import Viewer
from config.models import Removal

pytestmark = pytest.mark.django_db

MINE = "/api/v1/me/export/"


@pytest.fixture(autouse=True)
def rooms(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def finished(owner, at) -> AccountExport:
    """An archive, stored and ready."""
    services.request_export(user=owner, at=at)
    return finish(at=at)


def finish(*, at) -> AccountExport:
    """Let the newest export be made, of a few bytes."""
    export = services.begin_export(export_id=AccountExport.objects.latest("pk").pk, at=at)
    storage.store(key=export.archive_key, content=ContentFile(b"PK"))
    services.finish_export(export=export, size=2, sha256="0" * 64, at=at)
    return AccountExport.objects.get(pk=export.pk)


def test_asking_twice_is_asking_once_until_it_is_ready(owner, at):
    with emitted() as events:
        export = services.request_export(user=owner, at=at)
        assert services.request_export(user=owner, at=at) == export
        services.begin_export(export_id=export.pk, at=at)
        assert services.request_export(user=owner, at=at).pk == export.pk
    assert events == [ExportQueued(export_id=export.pk)]


def test_there_is_one_a_day(owner, finished, at):
    with pytest.raises(services.ExportTooSoon) as refused:
        services.request_export(user=owner, at=at + timedelta(hours=23))
    assert refused.value.facts["retry_after_s"] == 3601
    assert services.request_export(user=owner, at=at + timedelta(days=1)).pk != finished.pk


@pytest.mark.django_db(transaction=True)
def test_of_two_who_ask_at_once_both_get_the_same(owner, at, patient_locks):
    asked = [lambda: services.request_export(user=owner, at=at).pk] * 4
    assert len(set(race(*asked))) == 1
    assert AccountExport.objects.count() == 1


def test_a_new_archive_takes_the_place_of_the_older_one(owner, finished, at, django_capture_on_commit_callbacks):
    later = at + timedelta(days=1)
    services.request_export(user=owner, at=later)
    with django_capture_on_commit_callbacks(execute=True), emitted() as events:
        newest = finish(at=later)
    assert AccountExport.objects.get() == newest
    assert storage.size_of(finished.archive_key) is None
    assert storage.size_of(newest.archive_key) == 2
    assert events == [ExportFinished(export_id=newest.pk, user_id=owner.pk)]


def test_whoever_has_lost_the_lease_finishes_nothing(owner, at):
    services.request_export(user=owner, at=at)
    export = services.begin_export(export_id=AccountExport.objects.get().pk, at=at)
    AccountExport.objects.update(attempt=2)
    with emitted() as events, pytest.raises(LeaseLost):
        services.finish_export(export=export, size=2, sha256="", at=at)
    assert events == []


def test_an_archive_goes_after_a_week_and_says_why(finished, at, django_capture_on_commit_callbacks):
    assert services.remove_old_exports(at=at + timedelta(days=6, hours=23)) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert services.remove_old_exports(at=at + timedelta(days=7)) == 1
    assert not AccountExport.objects.exists()
    assert storage.size_of(finished.archive_key) is None
    removed = Removal.objects.get()
    assert (removed.prefix, removed.reason) == (finished.folder, "expired")


def test_what_is_left_of_an_export_that_failed_goes_after_a_week_too(owner, at):
    services.request_export(user=owner, at=at)
    AccountExport.objects.update(state=JobState.FAILED, ended_at=at)
    assert services.remove_old_exports(at=at + timedelta(days=6)) == 0
    assert services.remove_old_exports(at=at + timedelta(days=7)) == 1


def test_its_owner_is_mailed_without_anything_that_opens_it(owner, finished):
    mail_export_ready(export_id=finished.pk)
    [message] = mail.outbox
    assert message.to == [owner.email]
    assert "/media/" not in message.body + str(message.alternatives)
    AccountExport.objects.all().delete()
    mail_export_ready(export_id=finished.pk)
    assert len(mail.outbox) == 1


# --- the address of the archive ------------------------------------------------------------------


def capability(export: AccountExport, at) -> str:
    return seal_export(export, at=at)[0]


def test_an_address_opens_the_archive_for_an_hour(finished, at):
    address = capability(finished, at)
    assert open_export(address, at=at + timedelta(minutes=59)) == finished
    assert open_export(address, at=at + timedelta(hours=1)) is None
    assert open_export(address[:-1] + ("A" if address[-1] != "A" else "B"), at=at) is None


@pytest.mark.parametrize("happens", ["expires", "removed", "replaced", "suspended", "left"])
def test_an_address_opens_nothing_once_the_archive_or_its_owner_is_gone(owner, finished, at, happens):
    address = capability(finished, at)
    match happens:
        case "expires":
            AccountExport.objects.update(expires_at=at)
        case "removed":
            AccountExport.objects.all().delete()
        case "replaced":
            AccountExport.objects.update(state=JobState.QUEUED)
        case "suspended":
            suspend_user(user=owner, reason="A test.", at=at)
        case "left":
            begin_leaving(user=owner, erase_at=at + timedelta(days=30), at=at)
    assert open_export(address, at=at) is None


# --- by API --------------------------------------------------------------------------------------


def test_an_export_is_asked_for_watched_and_downloaded(api, owner, sign_in, at):
    client = sign_in(owner)
    client.problem(client.get(MINE), status=404, code="not_found")
    answer = client.post(MINE)
    assert answer.status_code == 202
    assert answer["Cache-Control"] == "no-store"
    assert (answer.json()["state"], answer.json()["download_url"]) == ("queued", None)
    export = finish(at=timezone.now())

    body = client.get(MINE).json()

    assert (body["state"], body["progress"], body["bytes"], body["sha256"]) == ("ready", 1.0, 2, "0" * 64)
    assert body["ready_at"]
    assert body["expires_at"]
    path = body["download_url"].removeprefix("http://earshot.test")
    answer = api.get(path)  # the address is the credential
    assert answer["X-Accel-Redirect"] == f"/protected-media/{export.archive_key}"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Disposition"] == f'attachment; filename="earshot-owner-{export.ended_at:%Y-%m-%d}.zip"'
    AccountExport.objects.update(expires_at=timezone.now())
    assert api.get(path).status_code == 404
    answer = client.problem(client.post(MINE), status=429, code="export_too_soon")


def test_nobody_finds_the_export_of_somebody_else(owner, finished, stranger, sign_in):
    seen = [AccountExport.objects.visible_to(Viewer(user=user)).exists() for user in (AnonymousUser(), stranger, owner)]
    assert seen == [False, False, True]
    client = sign_in(stranger)
    client.problem(client.get(MINE), status=404, code="not_found")


def test_what_an_attempt_has_stored_in_vain_is_removed(owner, at):
    export = services.request_export(user=owner, at=at)
    working = services.EXPORTS.claim(pk=export.pk, at=at)
    storage.store(key=working.archive_key, content=ContentFile(b"PK"))
    services.discard_archive(export=working)
    assert storage.size_of(working.archive_key) is None
