"""The demo joins as everybody does, with the default plan."""

import pytest


@pytest.fixture(autouse=True)
def plan(request):
    """There where a test has a database."""
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("default_plan")
