"""Downloads are counted by the day, exactly."""

from datetime import UTC, datetime, timedelta

import pytest

from billing import services
from billing.models import Usage
from config.lib.testing import race

pytestmark = pytest.mark.django_db

EVENING = datetime(2031, 3, 30, 23, 59, 59, tzinfo=UTC)


def test_each_download_counts_and_the_one_beyond_the_limit_is_refused(owner, limit):
    limit(downloads_per_day=2)
    assert [services.count_download(user=owner, at=EVENING) for _ in range(2)] == [1, 2]
    with pytest.raises(services.OverQuota) as refused:
        services.count_download(user=owner, at=EVENING)
    assert refused.value.facts["limit"] == "downloads_per_day"
    assert (refused.value.facts["allowed"], refused.value.facts["used"]) == (2, 2)
    assert Usage.objects.get().downloads == 2


def test_a_new_day_of_utc_begins_at_nothing(owner, limit):
    limit(downloads_per_day=1)
    assert services.count_download(user=owner, at=EVENING) == 1
    assert services.count_download(user=owner, at=EVENING + timedelta(seconds=1)) == 1


def test_without_a_limit_all_are_counted(owner, limit):
    limit()
    assert [services.count_download(user=owner, at=EVENING) for _ in range(3)] == [1, 2, 3]


@pytest.mark.django_db(transaction=True)
def test_of_many_downloads_at_once_as_many_are_taken_as_the_plan_has(owner, limit, patient_locks):
    limit(downloads_per_day=5)
    results = race(*[lambda: services.count_download(user=owner, at=EVENING)] * 12)
    taken = [result for result in results if isinstance(result, int)]
    refused = [result for result in results if isinstance(result, services.OverQuota)]
    assert (sorted(taken), len(refused)) == ([1, 2, 3, 4, 5], 7), results
    assert Usage.objects.get().downloads == 5
