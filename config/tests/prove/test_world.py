"""Two thousand random lives of a small world, of which everybody sees what its model says, and nothing else."""

import time

import pytest

from config.tests.prove.world.machine import World, live
from config.tests.test_world import finish, made, make_ready, rooms, small_world, tone

__all__ = ["finish", "made", "make_ready", "rooms", "small_world", "tone"]

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
LIVES = 2_000


def test_two_thousand_lives_are_as_their_model_says(small_world):
    begun = time.perf_counter()
    live(LIVES)
    took, steps = time.perf_counter() - begun, World.steps
    print(f"{World.lives} lives, {steps} deeds, {World.lives // World.walks_every} walks through the API, {took:.0f} s")  # noqa: T201 -- the figure belongs to the proof
    assert World.lives >= LIVES
