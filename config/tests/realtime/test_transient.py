"""Frames that may get lost: told to whoever is here, when the transaction commits; Redis away costs them alone."""

import socket
import time

import pytest
import redis
from django.conf import settings as django_settings
from django.db import transaction

from config.lib.realtime import push
from config.lib.realtime.transient import Publisher, channel_name, publisher
from config.tests.realtime.bells import ring
from config.tests.realtime.conftest import until


def tick(owner, number: int) -> None:
    push(f"user:{owner.pk}", {"type": "tick", "number": number})


def hears_ticks(client, owner):
    """The client, as soon as the server listens to Redis: what is sent before is lost."""
    assert client.frame()["type"] == "hello"
    number = 0

    def heard() -> bool:
        nonlocal number
        number -= 1
        tick(owner, number)
        try:
            return '"tick"' in client.connection.recv(timeout=0.2)
        except TimeoutError:
            return False

    until(heard)
    while True:  # what is still on its way
        try:
            client.connection.recv(timeout=0.3)
        except TimeoutError:
            return client


def test_those_who_are_here_hear_it_and_it_has_no_place_in_the_log(listen, owner, stranger):
    client, other = hears_ticks(listen(owner), owner), listen(stranger)
    assert other.frame()["type"] == "hello"
    tick(owner, 1)
    assert client.frame() == {"type": "tick", "number": 1}
    ring(stranger, 2)
    assert other.frame()["number"] == 2


def test_what_is_rolled_back_is_not_told_and_what_commits_is_told_then(listen, owner):
    client = hears_ticks(listen(owner), owner)
    with transaction.atomic():
        tick(owner, 1)
        transaction.set_rollback(True)
    with transaction.atomic():
        tick(owner, 2)
        with transaction.atomic():
            tick(owner, 3)
    assert client.numbers(2) == [2, 3]


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_costs_a_moment_and_then_nothing(owner, settings, caplog):
    settings.REALTIME_URL = "redis://127.0.0.1:1/1"
    began = time.monotonic()
    for number in range(1000):
        tick(owner, number)
    assert time.monotonic() - began < 30
    assert [record.message for record in caplog.records] == ["transient_frames_are_lost"]


def test_a_broker_that_does_not_answer_is_waited_for_once_and_no_longer_than_a_moment(monkeypatch, caplog):
    monkeypatch.setattr("config.lib.realtime.transient.REST_S", 3600)
    with socket.create_server(("127.0.0.1", 0)) as frozen:  # takes connections and says nothing
        publisher = Publisher(f"redis://127.0.0.1:{frozen.getsockname()[1]}/1")
        for _ in range(200):  # 50 s, if each of them waited
            publisher.publish(b"user:1\n{}")
        publisher.client.close()
    assert [record.message for record in caplog.records] == ["transient_frames_are_lost"]
    assert publisher.resting_until > time.monotonic() + 3000


def test_a_broker_that_loses_everything_loses_no_frame_of_the_log(listen, owner):
    client = hears_ticks(listen(owner), owner)
    broker = redis.Redis.from_url(django_settings.REALTIME_URL)
    broker.flushdb()
    broker.client_kill_filter(_type="pubsub")
    ring(owner, 1)
    assert client.numbers(1) == [1]
    broker.close()
    until(lambda: is_heard(client, owner))


def is_heard(client, owner) -> bool:
    tick(owner, 5)
    try:
        client.connection.recv(timeout=0.2)
        return True
    except TimeoutError:
        return False


@pytest.mark.parametrize(("url", "number"), [("redis://h:1/3", 3), ("unix:///s?db=7", 7), ("redis://h", 0)])
def test_each_logical_database_has_its_own_channel(url, number):
    options = redis.Redis.from_url(url).connection_pool.connection_kwargs
    assert channel_name(options) == f"earshot.frames.{number}"


def test_a_process_has_one_publisher_for_an_address():
    assert publisher(django_settings.REALTIME_URL) is publisher(django_settings.REALTIME_URL)
