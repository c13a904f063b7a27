"""Who asks a service that may be away, and who does not."""

import threading

import pytest
from prometheus_client import REGISTRY

from config.lib.breaker import Breaker
from config.lib.testing import race

PAUSE_S = 2.0


class Clock:
    """Stands still until it is moved."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


class Service:
    """Answers, or fails while it is away; counts who asked."""

    def __init__(self) -> None:
        self.away = False
        self.asked = 0

    def __call__(self) -> str:
        self.asked += 1
        if self.away:
            raise ConnectionError("nobody is there")
        return "answer"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def breaker(clock) -> Breaker:
    return Breaker(service="lamp", failures=(ConnectionError,), pause_s=PAUSE_S, clock=clock)


@pytest.fixture
def ask(breaker, service):
    return lambda: breaker.call(service, otherwise=lambda: "otherwise")


def test_while_the_service_answers_everybody_asks_it(ask, service, breaker):
    assert [ask(), ask()] == ["answer", "answer"]
    assert (service.asked, breaker.is_open) == (2, False)


def test_a_failure_keeps_everybody_away_for_the_pause(ask, service, breaker, clock):
    service.away = True
    assert [ask(), ask(), ask()] == ["otherwise"] * 3
    clock.now += PAUSE_S - 0.01
    assert ask() == "otherwise"
    assert (service.asked, breaker.is_open, breaker.failure_count) == (1, True, 1)


def test_after_the_pause_one_asks_and_its_failure_begins_another(ask, service, breaker, clock):
    service.away = True
    ask()
    clock.now += PAUSE_S
    assert [ask(), ask()] == ["otherwise", "otherwise"]
    assert (service.asked, breaker.failure_count) == (2, 2)


def test_an_answer_closes_it(ask, service, breaker, clock):
    service.away = True
    ask()
    assert REGISTRY.get_sample_value("earshot_breaker_open", {"service": "lamp"}) == 1
    service.away = False
    clock.now += PAUSE_S
    assert [ask(), ask()] == ["answer", "answer"]
    assert (service.asked, breaker.is_open) == (3, False)
    assert REGISTRY.get_sample_value("earshot_breaker_open", {"service": "lamp"}) == 0


def test_while_one_asks_again_the_others_do_not_wait_for_it(breaker, service, clock):
    service.away = True
    breaker.call(service, otherwise=str)
    clock.now += PAUSE_S
    asking, answered, asked = threading.Event(), threading.Event(), []

    def slow_answer() -> str:
        asked.append(threading.get_ident())
        asking.set()
        assert answered.wait(timeout=60)
        return "answer"

    def late() -> str:
        assert asking.wait(timeout=60)
        return breaker.call(slow_answer, otherwise=lambda: "otherwise")

    def last() -> list[str]:
        answers = [late() for _ in range(50)]
        answered.set()
        return answers

    first, others = race(lambda: breaker.call(slow_answer, otherwise=lambda: "otherwise"), last)
    assert (first, others, len(asked)) == ("answer", ["otherwise"] * 50, 1)


def test_of_many_who_come_after_the_pause_one_asks(ask, service, clock):
    service.away = True
    ask()
    clock.now += PAUSE_S
    assert race(*[ask] * 50) == ["otherwise"] * 50
    assert service.asked == 2


def test_what_is_no_failure_of_the_service_passes_through(breaker):
    def stumble() -> str:
        raise ValueError("not the service")

    with pytest.raises(ValueError, match="not the service"):
        breaker.call(stumble, otherwise=lambda: "otherwise")
    assert not breaker.is_open


def test_leaving_and_coming_back_are_logged_once_each(ask, service, clock, caplog):
    service.away = True
    for _ in range(3):
        ask()
        clock.now += PAUSE_S
    service.away = False
    ask()
    assert [record.message for record in caplog.records] == ["service_away", "service_back"]


def test_a_block_that_fails_keeps_other_blocks_away_and_its_error_is_its_own(service, breaker, clock):
    def ask() -> str:
        with breaker.watching(otherwise=lambda: LookupError("away")):
            return service()

    assert ask() == "answer"
    service.away = True
    with pytest.raises(ConnectionError):
        ask()
    asked = service.asked
    with pytest.raises(LookupError, match="away"):
        ask()
    assert service.asked == asked
    service.away = False
    clock.now += PAUSE_S
    assert [ask(), ask()] == ["answer", "answer"]
