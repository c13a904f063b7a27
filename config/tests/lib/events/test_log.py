"""Whoever follows the log by its cursor sees every event once and in order, whoever commits late."""

import threading
import time

import pytest
from django.db import connection, connections, transaction

from config.lib.events import emit
from config.lib.events.log import Cursor, CursorInvalid, head, read
from config.lib.testing import race
from config.tests.lib.events.lamps import LampForgotten, LampLit

pytestmark = pytest.mark.django_db(transaction=True)


def seen_after(cursor: Cursor, *, expected: list[int], **more) -> list[int]:
    """The lamps of the entries after the cursor, as soon as they are the expected ones, or after a minute.

    Transactions of other databases in the cluster (other test processes) hold the snapshot's xmin back for a while.
    """
    deadline = time.monotonic() + 60
    while True:
        seen = [entry.payload["lamp_id"] for entry in read(after=cursor, limit=1000, **more)]
        if seen == expected or time.monotonic() > deadline:
            return seen
        time.sleep(0.01)


def test_a_follower_continues_where_it_was():
    start = head()
    for lamp_id in (1, 2, 3):
        with transaction.atomic():
            emit(LampForgotten(lamp_id=lamp_id))
    assert seen_after(start, expected=[1, 2, 3]) == [1, 2, 3]
    first = read(after=start, limit=2)
    assert [entry.payload["lamp_id"] for entry in first] == [1, 2]
    assert seen_after(first[-1].cursor, expected=[3]) == [3]
    assert seen_after(head(), expected=[]) == []


def test_only_the_topics_that_one_asks_for():
    start = head()
    with transaction.atomic():
        emit(LampLit(lamp_id=1, house_id=1))
        emit(LampLit(lamp_id=2, house_id=2))
        emit(LampForgotten(lamp_id=3))
    assert seen_after(start, expected=[2], topics=["house:2"]) == [2]
    assert seen_after(start, expected=[1, 2], topics=["lamp:1", "house:2"]) == [1, 2]


def test_an_event_of_a_late_commit_is_not_passed_by():
    start, may_commit, has_emitted = head(), threading.Event(), threading.Event()

    def late() -> None:
        with transaction.atomic():
            emit(LampForgotten(lamp_id=1))  # takes the lower id …
            has_emitted.set()
            may_commit.wait(10)  # … and commits last
        connections.close_all()

    thread = threading.Thread(target=late)
    thread.start()
    has_emitted.wait(10)
    with transaction.atomic():
        emit(LampForgotten(lamp_id=2))
    assert seen_after(start, expected=[]) == []  # 2 is there, but 1 may still come before it
    may_commit.set()
    thread.join()
    assert seen_after(start, expected=[1, 2]) == [1, 2]


def test_with_eight_writers_a_follower_sees_everything_once_and_in_order():
    cursor, seen = head(), []

    def write(first: int):
        def run() -> None:
            for lamp_id in range(first, first + 50):
                with transaction.atomic():
                    emit(LampForgotten(lamp_id=lamp_id))

        return run

    def follow() -> None:
        nonlocal cursor
        while len(seen) < 400:
            entries = read(after=cursor, limit=7)
            assert [entry.cursor for entry in entries] == sorted(entry.cursor for entry in entries)
            seen.extend(entry.payload["lamp_id"] for entry in entries)
            cursor = entries[-1].cursor if entries else cursor

    results = race(*[write(first) for first in range(0, 400, 50)], follow)
    assert results == [None] * 9
    assert sorted(seen) == list(range(400))


@pytest.mark.parametrize("text", ["", "x", "AAAA", "é", "A" * 200])
def test_a_text_that_is_no_cursor_is_told(text):
    with pytest.raises(CursorInvalid):
        Cursor.parse(text)


def test_a_cursor_survives_being_written_down():
    cursor = Cursor(xid=2**63 + 5, id=2**40)
    assert Cursor.parse(str(cursor)) == cursor


def test_transactions_are_ordered_as_numbers_and_not_as_text():
    for lamp_id in (1, 2):
        with transaction.atomic():
            emit(LampForgotten(lamp_id=lamp_id))
    with connection.cursor() as cursor:
        for xid, lamp_id in (("9", 1), ("10", 2)):
            cursor.execute(
                "UPDATE config_domainevent SET xid = %s::text::xid8 WHERE (payload->>'lamp_id')::int = %s",
                [xid, lamp_id],
            )
    assert seen_after(Cursor(0, 0), expected=[1, 2]) == [1, 2]
    assert head().xid == 10
