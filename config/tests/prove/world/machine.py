"""Everything together. A new noun is a mixin more."""

from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from config.tests.prove.world.base import Life
from config.tests.prove.world.links import LinkRules
from config.tests.prove.world.marks import MarkRules
from config.tests.prove.world.people import PeopleRules, StandingRules, WishRules
from config.tests.prove.world.reading import DoorReads
from config.tests.prove.world.shelves import Model, ShelfRules
from config.tests.prove.world.spaces import SpaceRules
from config.tests.prove.world.tracks import TrackRules, TrashRules
from config.tests.prove.world.words import TalkRules


class Basics(DoorReads, PeopleRules, StandingRules, WishRules, TrackRules):
    """Three people and their tracks. Model and questions are of the whole world; what never happens stays empty."""

    model_class = Model


class Watched(Basics):
    """The same, with somebody at every door at the end of each life."""

    walks_every = 1


class World(LinkRules, ShelfRules, TalkRules, MarkRules, SpaceRules, TrashRules, Basics):
    """And their studio, what they say and like, their playlists, and links to all that."""


def among(*further: type[Life]) -> type[Basics]:
    """A world in which less happens than in the whole one, so that what does happens more often."""
    return type("Smaller", (*further, Basics), {})


def deeds_of(world: type[Basics]) -> int:
    """The most in a life."""
    return 12 if world in {Basics, Watched} else 20


def live(lives: int, *, world: type[Basics] = World, shrinks: bool = True, repeats: bool = False) -> None:
    """So many lives of at most so many deeds. Without shrinking a failure is told as it was found, which is quicker."""
    phases = [Phase.generate, Phase.shrink] if shrinks else [Phase.generate]
    chosen = settings(
        max_examples=lives,
        stateful_step_count=deeds_of(world),
        deadline=None,
        database=None,
        derandomize=repeats,
        phases=phases,
        print_blob=False,
        report_multiple_bugs=False,
    )
    world.statement, world.lives, world.steps = None, 0, 0
    run_state_machine_as_test(world, settings=chosen)
