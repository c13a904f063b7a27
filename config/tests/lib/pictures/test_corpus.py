"""Every kind of picture through the program that requests start, in its sandbox: right variants, or a clear refusal."""

import pytest

from config.tests.lib.pictures.cases import EVERYDAY
from config.tests.lib.pictures.looking import look

# The decoder may use so much; half of what its limit on addresses would allow.
MOST_MIB = 300


@pytest.mark.parametrize("name", EVERYDAY)
def test_a_picture_becomes_its_variants_or_is_refused_with_its_reason(name, tmp_path):
    case = EVERYDAY[name]
    seen = look(case.make(), folder=tmp_path)
    assert seen.refused == case.reason
    assert seen.peak_mib < MOST_MIB
    if case.large:
        assert seen.pictures["large.webp"].size == case.large
        assert case.shows(seen.pictures["large.webp"]), seen.pictures["large.webp"].resize((4, 4)).tobytes().hex(" ", 3)
