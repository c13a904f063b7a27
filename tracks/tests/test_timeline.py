"""How long the rest will take, guessed from the pace so far."""

from datetime import UTC, datetime, timedelta

import pytest

from tracks.models import ProcessingStage
from tracks.queries import eta_ms

AT = datetime(2026, 1, 1, tzinfo=UTC)


def stage(*, progress: float = 0, started: int | None = None, finished: int | None = None) -> ProcessingStage:
    """A line that began and ended so many seconds ago."""
    moments = [None if ago is None else AT - timedelta(seconds=ago) for ago in (started, finished)]
    return ProcessingStage(progress=progress, started_at=moments[0], finished_at=moments[1])


@pytest.mark.parametrize(
    ("stages", "left"),
    [
        ([], None),
        ([stage(), stage()], None),
        ([stage(started=10)], None),
        ([stage(started=10, progress=0.5)], 10_000),
        ([stage(started=30, finished=20, progress=1), stage(started=20, progress=0.25), stage()], 60_000),
        ([stage(started=10, progress=1)], 0),
        ([stage(started=10, finished=1, progress=1)], None),
        ([stage(started=-5, progress=0.5)], 0),
    ],
)
def test_the_time_left_follows_from_the_stage_that_runs(stages, left):
    assert eta_ms(stages, at=AT) == left
