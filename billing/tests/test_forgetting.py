"""What is kept of uploads that are over."""

from datetime import timedelta
from uuid import uuid4

import pytest

from billing import services, tasks
from billing.models import Reservation
from billing.tests.conftest import assert_balanced
from billing.tests.test_uploads import reserve

pytestmark = pytest.mark.django_db


def test_what_was_given_back_is_forgotten_after_a_month_and_nothing_else_is(owner, at, monkeypatch):
    monkeypatch.setattr("config.lib.forgetting.CHUNK", 2)
    month = timedelta(days=30)
    kept, settled = uuid4(), uuid4()
    for key in [uuid4() for _ in range(5)]:
        reserve(owner, at, key=key)
        services.release_upload(key=key, at=at)
    reserve(owner, at, key=kept)
    reserve(owner, at, key=settled)
    services.settle_upload(key=settled, size_bytes=1, duration_ms=1, at=at)
    assert services.forget_released(at=at + month) == 0
    assert services.forget_released(at=at + month + timedelta(seconds=1)) == 5
    assert set(Reservation.objects.values_list("key", flat=True)) == {kept, settled}
    assert_balanced(owner)
    assert tasks.forget_released() == 0
