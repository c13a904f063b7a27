"""A database that is away, locked or slow: sockets wait or are told to come later, and nothing has to be restarted."""

import asyncio
from contextlib import suppress

import pytest
from django.db import connection, transaction
from django.utils import timezone

from config.lib.events import relay
from config.lib.events.log import Cursor
from config.lib.realtime.places import Place
from config.lib.realtime.process import kept_running
from config.lib.realtime.replay import missed
from config.tests.realtime.bells import ring
from config.tests.realtime.conftest import is_greeted, until


def said(caplog, *words: str) -> bool:
    return set(words) <= {record.message for record in caplog.records}


def test_a_server_that_starts_without_its_database_begins_when_it_comes(serve, listen, owner, monkeypatch, caplog):
    monkeypatch.setattr("config.lib.realtime.consumers.BEGIN_PATIENCE_S", 0.1)
    monkeypatch.setattr("config.lib.realtime.follower.address", lambda: {"host": "/nowhere"})
    address = serve().address
    until(lambda: said(caplog, "follower_waits_for_the_database"))
    assert listen(owner, at=address).close_code() == 1013
    monkeypatch.setattr("config.lib.realtime.follower.address", relay.address)
    until(lambda: is_greeted(listen(owner, at=address)))


def test_a_database_that_cannot_answer_closes_nobody(listen, owner, signed_in, dial, caplog):
    client = listen(owner)
    assert client.frame()["type"] == "hello"
    token = {"Authorization": f"Bearer {signed_in(owner).access}"}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE accounts_session IN ACCESS EXCLUSIVE MODE")
        assert dial(additional_headers=token).close_code() == 1013
        until(lambda: said(caplog, "socket_without_database", "sessions_cannot_be_asked"))
    assert is_greeted(dial(additional_headers=token))
    ring(owner, 1)
    assert client.numbers(1) == [1]


def test_a_job_that_breaks_is_told_and_begun_again(monkeypatch, caplog):
    monkeypatch.setattr("config.lib.realtime.process.AWAY_S", 0)
    runs = iter([LookupError("nobody thought of this"), asyncio.CancelledError()])

    async def job() -> None:
        raise next(runs)

    with suppress(asyncio.CancelledError):
        asyncio.run(kept_running(job))
    assert [record.message for record in caplog.records] == ["realtime_job_broke"]
    assert list(runs) == []


@pytest.mark.django_db
def test_where_nothing_is_announced_nothing_was_missed(django_assert_num_queries):
    since = Place(Cursor(0, 0), timezone.now())
    with django_assert_num_queries(0):
        assert missed(topics={"attic:1"}, since=since, upto=Cursor(1, 1), at=timezone.now()) == []
