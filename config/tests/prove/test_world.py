"""Two thousand random lives of a small world, of which everybody sees what its model says, and nothing else."""

import time

import pytest
from django.db import IntegrityError
from django.db.models import Q

from config.tests.prove.world.links import LinkRules
from config.tests.prove.world.machine import World, among, live
from config.tests.prove.world.marks import MarkRules
from config.tests.prove.world.shelves import ShelfRules
from config.tests.prove.world.spaces import SpaceRules
from config.tests.prove.world.tracks import TrashRules
from config.tests.prove.world.words import TalkRules
from config.tests.test_world import finish, made, make_ready, rooms, small_world, tone
from engagement.comments import querysets as comments
from engagement.querysets import LikeQuerySet
from engagement.services import standing
from playlists.querysets import PlaylistItemQuerySet
from playlists.services import counting
from social.services import lock_space
from tracks.services import publishing, spaces
from tracks.sharing.querysets import ShareLinkQuerySet

__all__ = ["finish", "made", "make_ready", "rooms", "small_world", "tone"]

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
LIVES = 2_000


def test_two_thousand_lives_are_as_their_model_says(small_world):
    begun = time.perf_counter()
    live(LIVES)
    took, steps = time.perf_counter() - begun, World.steps
    print(f"{World.lives} lives, {steps} deeds, {World.lives // World.walks_every} walks through the API, {took:.0f} s")  # noqa: T201 -- the figure belongs to the proof
    assert World.lives >= LIVES


BROKEN = {
    "comments of whom a block parts from one stay": (
        (TalkRules,),
        (comments, "unblocked", lambda viewer, prefix="": Q()),
    ),
    "likes of people who are shut out count": ((TalkRules, MarkRules), (standing, "in_standing", lambda user_id: True)),
    "private likes are told": ((MarkRules,), (LikeQuerySet, "told_to", lambda rows, viewer: rows)),
    "playlists count what nobody finds any more": ((ShelfRules,), (counting, "settle_items", lambda ids, share: 0)),
    "playlists bring along what no list shows": (
        (ShelfRules,),
        (PlaylistItemQuerySet, "shown_to", PlaylistItemQuerySet.visible_to),
    ),
    "whoever is in a space may edit there": (
        (SpaceRules,),
        (spaces, "lock_role", lambda *, space_id, user, least: lock_space(space_id)),
    ),
    "links open without end": ((LinkRules, ShelfRules), (ShareLinkQuerySet, "openable", lambda links, at: links)),
    "profiles count what was thrown away": ((TrashRules,), (publishing, "settle_reach", lambda *_, **__: None)),
}


@pytest.mark.parametrize("rule", BROKEN)
def test_a_broken_rule_is_found(small_world, monkeypatch, rule):
    """Of what the small worlds of every day do not look at."""
    mixins, (module, name, instead) = BROKEN[rule]
    monkeypatch.setattr(module, name, instead)
    world = among(*mixins)
    # Of some the database itself says that they cannot be.
    with pytest.raises((AssertionError, IntegrityError)):
        live(LIVES, world=world, shrinks=False)
    print(f"{rule}: found in life {world.lives}")  # noqa: T201 -- the figure belongs to the proof
