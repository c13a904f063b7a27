"""Spaces, at length: every two services at once, twenty times each, and two hundred pairs of owners who go at once."""

import itertools
from functools import partial

import pytest
from django.utils import timezone

from config.lib.testing import race
from social import services as social
from social.models import Space, SpaceMember
from tracks.tests.spaces.conftest import join
from tracks.tests.spaces.pairs import MOVES, assert_pair_ends

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

__all__ = ["at", "join"]

TURNS = 20
PAIRS_OF_OWNERS = 200


@pytest.fixture
def at():
    return timezone.now()


def test_every_two_moves_of_tracks_and_spaces_at_once_end_and_leave_the_ledgers_right(
    make_user, join, upload, tone, patient_locks, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path / "media"
    people = tuple(make_user(name) for name in ("anna", "second", "editor"))
    for pair in list(itertools.combinations_with_replacement(range(MOVES), 2)) * TURNS:
        assert_pair_ends(pair, people=people, join=join, upload=upload, tone=tone)


def test_of_two_hundred_pairs_of_owners_who_leave_at_once_one_each_stays(owner, stranger, join, at, patient_locks):
    for _ in range(PAIRS_OF_OWNERS):
        space = social.create_space(owner=owner, name="Pair", at=at)
        join(space, stranger, "owner")
        moves = [
            partial(social.remove_member, space=space, by=person, person=person, at=at) for person in (owner, stranger)
        ]
        refused = [result for result in race(*moves) if result is not None]
        assert [type(refusal) for refusal in refused] == [social.LastOwner]
        [left] = SpaceMember.objects.filter(space=space)
        assert Space.objects.get(pk=space.pk).owner_id == left.person_id
        Space.objects.filter(pk=space.pk).delete()
