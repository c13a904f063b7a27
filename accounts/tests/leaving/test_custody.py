"""Archives of exports and the rows that own them."""

import pytest
from django.utils import timezone

from accounts.leaving.custody import export_claims, export_names
from accounts.leaving.services import EXPORTS, finish_export, remove_exports, request_export
from accounts.models import AccountExport
from config.models import Removal

pytestmark = pytest.mark.django_db


def queued(user) -> AccountExport:
    return request_export(user=user, at=timezone.now())


def test_an_export_at_work_may_store_and_one_that_is_ready_needs_its_archive(owner):
    export = queued(owner)
    assert export_claims([export.key])[export.key].covers(f"{export.folder}/7.zip")
    working = EXPORTS.claim(pk=export.pk, at=timezone.now())
    finish_export(export=working, size=3, sha256="0" * 64, at=timezone.now())
    claim = export_claims([export.key])[export.key]
    assert set(claim.needed) == {working.archive_key}
    assert not claim.covers(f"{export.folder}/7.zip")
    assert export_claims(["no-key-of-ours"]) == {}


def test_names_are_walked_in_order(owner, stranger):
    keys = sorted(queued(person).key for person in (owner, stranger))
    assert export_names("", 10) == keys
    assert export_names(keys[0], 1) == keys[1:]


def test_an_archive_that_goes_leaves_a_record(owner):
    export = queued(owner)
    remove_exports(user_id=owner.pk, reason="erased")
    assert list(Removal.objects.values_list("prefix", "reason")) == [(export.folder, "erased")]
