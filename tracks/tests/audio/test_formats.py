"""A few files of many formats; `config/tests/prove/test_formats.py` has all of them."""

from pathlib import Path

import pytest

from tracks.tests.audio.formats import QUICK, REFUSED, ROWS, Row, check, judge, make


@pytest.mark.parametrize("row", [row for row in ROWS if row.name in QUICK], ids=lambda row: row.name)
def test_a_format_is_ready_and_faithful_or_refused_by_name(row: Row, tmp_path: Path) -> None:
    judgement = judge(make(row, folder=tmp_path))
    assert judgement.state == ("refused format_unsupported" if row.name in REFUSED else "ready")
    check(judgement)
