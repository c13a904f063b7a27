"""Whatever is held of a person is handed out when they ask for it, and goes when they go: proven with marks."""

import base64
from zipfile import ZipFile

import pytest
from django.apps import apps
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.leaving import services as leaving
from accounts.models import User
from config.composed.erasing import erase_account
from config.composed.privacy import PARTS, THIRD_PARTY
from config.tests.privacy.world import (
    all_objects,
    mark_everything,
    marked_models,
    run_export,
    way_to_a_person,
    where_it_stands,
)
from config.tests.test_architecture import DOMAIN

pytestmark = pytest.mark.django_db

# Too short to be searched for in a whole database: two letters stand in every key.
SHORT = {"accounts.User.country"}


def handed_out(key: str) -> str:
    """All the documents of an archive."""
    with default_storage.open(key, "rb") as file, ZipFile(file) as archive:
        return "".join(archive.read(name).decode() for name in archive.namelist() if name.endswith(".json"))


def withheld() -> set[str]:
    """What the tables say they keep back."""
    return {
        f"{table.model._meta.label}.{name}" for part in PARTS for table in part.tables for name, _ in table.withheld
    }


def test_every_personal_column_is_handed_out_or_says_why_not(person):
    marks = mark_everything(person)
    text = handed_out(run_export(person).archive_key)
    found = {label for label, mark in marks.items() if mark in text or base64.b64encode(mark.encode()).decode() in text}
    assert set(marks) - found == withheld()
    assert person.email in text


def test_an_erased_person_is_nowhere_in_the_database(person):
    marks = mark_everything(person)
    run_export(person)
    erasure = leaving.erase_at_once(user=person, at=timezone.now())
    assert all(where_it_stands(mark) for label, mark in marks.items() if label not in SHORT), "the search finds them"

    assert erase_account(erasure_id=erasure.pk)

    left = {label: where_it_stands(mark) for label, mark in marks.items() if label not in SHORT}
    assert {label: tables for label, tables in left.items() if tables} == {}
    assert where_it_stands(person.email) == []
    assert where_it_stands("Some browser") == []
    tombstone = User.objects.get(pk=person.pk)
    assert (tombstone.username, tombstone.country, tombstone.email) == (f"deleted-{person.pk}", "", "")


def test_an_erased_person_leaves_no_stored_object(person, make_user, make_ready):
    theirs = set(all_objects())
    other = make_user("neighbour")
    make_ready(other, title="Another track")
    others = set(all_objects()) - theirs
    run_export(person)
    erase_account(erasure_id=leaving.erase_at_once(user=person, at=timezone.now()).pk)
    assert set(all_objects()) == others
    assert {key.partition("/")[0] for key in theirs} == {"art", "covers", "people", "sounds", "uploads"}


def test_every_personal_model_belongs_to_a_part(person):
    """A model that comes is in no table yet: then this is red, and so is the first test of this file."""
    covered = {table.model for part in PARTS for table in part.tables}
    assert set(marked_models()) - covered == set()


def test_every_model_of_a_package_that_leads_to_a_person_stands_in_the_table():
    leading = {
        model._meta.label
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label not in {*DOMAIN, "config"} or model._meta.auto_created
        if way_to_a_person(model) is not None
    }
    assert leading == set(THIRD_PARTY)


def test_every_app_that_keeps_something_has_its_line():
    keepers = {name for name in DOMAIN if any(apps.get_app_config(name).get_models())}
    assert {part.name for part in PARTS} == {*keepers, "config"}
