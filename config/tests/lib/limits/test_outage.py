"""Redis stopped or frozen: reads go on, limits hold, and hardly anybody waits."""

import pytest

from config.lib.redis import shared_redis
from config.tests.embedded.watching import eventually
from conftest import PASSWORD

pytestmark = pytest.mark.django_db

LOGIN, DESK, TRACKS, READY = "/api/v1/auth/login/", "/admin/login/", "/api/v1/tracks/", "/health/ready/"
WRONG = "a wrong one"
LONGEST_S = 3.0
PATIENCE_S = 0.25


@pytest.fixture
def patience_s() -> float:
    """What an installation has."""
    return PATIENCE_S


@pytest.fixture(params=["stop", "freeze"])
def trouble(request, fragile_redis):
    """Befalls Redis when it is called."""
    return getattr(fragile_redis, request.param)


@pytest.fixture
def failures():
    """How often a call has waited for Redis in vain, since the last time it was asked."""
    seen = 0

    def more() -> int:
        nonlocal seen
        before, seen = seen, shared_redis().breaker.failure_count
        return seen - before

    return more


def guess(api, password: str = WRONG):
    return api.post(LOGIN, {"login": "owner", "password": password})


def test_reads_go_on_and_no_request_waits_longer_than_it_may(api, fragile_redis, trouble, failures):
    assert api.get(TRACKS).status_code == 200
    trouble()
    for _ in range(50):
        assert api.get(TRACKS).status_code == 200
        # A failure waits at most for a connection and for an answer. Asserted so, for machines differ in speed.
        assert failures() * 2 * PATIENCE_S <= LONGEST_S
    assert shared_redis().breaker.is_open


def test_logins_stay_limited(api, amounts, trouble, failures, owner):
    amounts(credentials="5/5 minutes")
    trouble()
    assert [guess(api).status_code for _ in range(7)] == [401] * 5 + [429] * 2
    assert guess(api, PASSWORD).status_code == 429
    assert failures() * 2 * PATIENCE_S <= LONGEST_S * 8


def test_the_desk_stays_limited(api, amounts, trouble, owner):
    amounts(credentials="3/5 minutes")
    trouble()
    guesses = [
        api.post(DESK, {"username": "owner", "password": WRONG}, format="multipart").status_code for _ in range(5)
    ]
    assert guesses == [200] * 3 + [429] * 2


def test_who_knows_the_password_signs_in(api, trouble, owner):
    trouble()
    assert guess(api, PASSWORD).status_code == 200


def test_once_redis_is_back_it_counts_again(api, amounts, fragile_redis, owner):
    amounts(reads="1000/hour")
    fragile_redis.freeze()
    api.get(TRACKS)
    fragile_redis.thaw()
    assert eventually(lambda: api.get(TRACKS) and not shared_redis().breaker.is_open)
    fragile_redis.stop()
    api.get(TRACKS)
    fragile_redis.start()
    assert eventually(lambda: api.get(TRACKS) and not shared_redis().breaker.is_open)
    counted = shared_redis().client.llen("limits:reads:address:127.0.0.1")
    assert api.get(TRACKS)["RateLimit"].startswith(f'"reads";r={1000 - counted - 1};')


def test_health_tells_the_truth_at_once(api, fragile_redis, trouble):
    assert eventually(lambda: api.get(READY).json()["checks"]["redis"])
    trouble()
    assert api.get(READY).json()["checks"]["redis"] is False
