"""A few random lives of a small world; config/tests/prove/test_world.py lives thousands. And that it notices things."""

import pytest
from django.db.models import Q
from django.utils import timezone

from accounts import querysets
from accounts.models import User
from config.tests.prove.world.base import NAMES
from config.tests.prove.world.machine import Basics, Watched, live
from social.services import create_space
from social.viewsets import lists
from tracks import querysets as tracks
from tracks.tests.conftest import finish, made, make_ready, rooms, tone

__all__ = ["finish", "made", "make_ready", "rooms", "tone"]

# Real transactions, each rolled back: in a single one no version of a row would ever be cleared away.
pytestmark = pytest.mark.django_db(transaction=True)
FEW, SOME = 8, 200


@pytest.fixture
def small_world(make_user, make_ready):
    """Three people, of whom each has a track and one a space."""
    for name, visibility in zip(NAMES, ("public", "public", "private"), strict=True):
        make_ready(make_user(name), visibility=visibility)
    create_space(owner=User.objects.get_by_natural_key(NAMES[0]), name="Studio", at=timezone.now())


def test_the_world_is_as_its_model_says(small_world):
    live(FEW, shrinks=False)


GONE = {
    "blocks hide nothing": (querysets, "unblocked", lambda viewer, prefix="": Q()),
    "blocks hide one way only": (
        querysets,
        "unblocked",
        lambda viewer, prefix="": ~Q(**{f"{prefix}blocks_met__blocker_id": viewer.user_id or 0}),
    ),
    "whoever is shut out is seen": (querysets, "in_good_standing", lambda prefix="": Q()),
    "followings are never private": (lists, "can_see_followings", lambda user, person: True),
    "unlisted tracks are listed": (tracks, "PUBLISHED", Q(published_at__isnull=False)),
}


@pytest.mark.parametrize("rule", GONE)
def test_a_rule_that_is_gone_is_noticed(small_world, monkeypatch, rule):
    module, name, instead = GONE[rule]
    monkeypatch.setattr(module, name, instead)
    world = Watched if module is lists else Basics
    with pytest.raises(AssertionError):
        live(SOME, world=world, shrinks=False, repeats=True)
