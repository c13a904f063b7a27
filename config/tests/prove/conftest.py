import pytest

from config.tests.prove.house import House


@pytest.fixture
def house(tmp_path):
    """A running Earshot of its own."""
    with House(tmp_path / "home") as running:
        yield running
