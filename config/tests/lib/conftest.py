from datetime import datetime

import pytest
from django.utils import timezone


@pytest.fixture
def at() -> datetime:
    """Now, as services are told."""
    return timezone.now()
