"""What the tests of the embedded services share."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from config.embedded.places import Places


@pytest.fixture
def places() -> Iterator[Places]:
    """A home of its own. Not pytest's folder: its path is nearly too long for a socket."""
    with TemporaryDirectory(prefix="earshot-home-", ignore_cleanup_errors=True) as folder:
        home = Places(Path(folder))
        home.make()
        yield home
