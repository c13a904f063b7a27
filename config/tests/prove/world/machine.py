"""Everything together. A new noun is a mixin more."""

from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from config.tests.prove.world.people import PeopleRules, StandingRules, WishRules
from config.tests.prove.world.reading import DoorReads
from config.tests.prove.world.tracks import TrackRules


class World(DoorReads, PeopleRules, StandingRules, WishRules, TrackRules):
    """Three people and their tracks."""


def live(lives: int, *, shrinks: bool = True, repeats: bool = False) -> None:
    """So many lives of at most a dozen deeds. Without shrinking a failure is told as it was found, which is quicker."""
    phases = [Phase.generate, Phase.shrink] if shrinks else [Phase.generate]
    chosen = settings(
        max_examples=lives,
        stateful_step_count=12,
        deadline=None,
        database=None,
        derandomize=repeats,
        phases=phases,
        print_blob=False,
        report_multiple_bugs=False,
    )
    World.statement, World.lives, World.steps = None, 0, 0
    run_state_machine_as_test(World, settings=chosen)
