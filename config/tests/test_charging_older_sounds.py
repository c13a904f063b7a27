"""What was uploaded before there was a ledger is charged by a migration: once and exactly."""

from importlib import import_module

import pytest
from django.db import connection, transaction

from billing.models import Reservation, Usage
from billing.tests.conftest import assert_balanced, numbers_of

pytestmark = pytest.mark.django_db

CHARGE = import_module("tracks.migrations.0011_charge_older_sounds").CHARGE


def migrate() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in CHARGE:
            cursor.execute(statement)


def test_sounds_without_a_reservation_get_one_and_the_sums_follow(owner, stranger, make_track, upload):
    old, newer, theirs, waiting = make_track(owner), make_track(owner), make_track(stranger), upload(owner)
    charged = numbers_of(owner), numbers_of(stranger)
    Reservation.objects.filter(key__in=[old.sound.key, theirs.sound.key]).delete()
    Usage.objects.filter(pk=owner.pk).update(used_bytes=newer.sound.original_bytes, used_ms=newer.sound.duration_ms)
    Usage.objects.filter(pk=stranger.pk).delete()
    for _ in range(2):
        migrate()
        assert (numbers_of(owner), numbers_of(stranger)) == charged
        assert_balanced(owner, stranger)
    assert Reservation.objects.count() == 4
    found = Reservation.objects.get(key=old.sound.key)
    assert (found.settled_bytes, found.settled_ms) == (old.sound.original_bytes, old.sound.duration_ms)
    assert Reservation.objects.get(key=waiting.sounds.get().key).state == "reserved"
