"""Every page of everybody's feed is what the rules say, whatever the statements cost to get there."""

import pytest

from discovery.queries import feed, walking
from discovery.tests.worlds import World

pytestmark = pytest.mark.django_db
WORLDS = 40


def small(monkeypatch, seed):
    """Boundaries so near that small worlds cross them."""
    monkeypatch.setattr(feed, "FIRST_K", (1, 2, 20)[seed % 3])
    monkeypatch.setattr(feed, "HEAVY", (1, 100_000)[seed % 2])
    monkeypatch.setattr(walking, "WINDOW", (1, 7, 1_500)[seed // 2 % 3])


@pytest.mark.parametrize("seed", range(WORLDS))
def test_a_random_world_has_the_feeds_of_the_oracle(monkeypatch, seed):
    small(monkeypatch, seed)
    world = World.made(seed)
    assert list(world.mind(viewers=1)) == []
    world.shake()
    assert list(world.mind(viewers=1)) == [], "shaken"
