"""The heaviest pictures that may come, through the program that requests start: bounded in memory and time."""

import pytest

from config.lib.pictures.taking import LIMITS
from config.tests.lib.pictures.cases import HEAVY
from config.tests.lib.pictures.looking import look
from config.tests.lib.pictures.test_corpus import MOST_MIB

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", HEAVY)
def test_a_heavy_picture_becomes_its_variants_or_is_refused_and_takes_no_more_than_it_may(name, tmp_path):
    case = HEAVY[name]
    content = case.make()
    seen = look(content, folder=tmp_path)
    print(f"{name}: {len(content) / 1e6:.1f} MB, {seen.peak_mib:.0f} MiB, {seen.seconds:.1f} s, {seen.refused}")  # noqa: T201 -- its output goes into the record
    assert seen.refused == case.reason
    assert seen.peak_mib < MOST_MIB
    assert seen.seconds < LIMITS.wall_seconds + 3
    if case.large:
        assert seen.pictures["large.webp"].size == case.large
        assert case.shows(seen.pictures["large.webp"])
