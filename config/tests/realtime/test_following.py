"""Every frame once and in order, whatever happens on the way."""

import asyncio
import threading
from dataclasses import replace

from django.db import connection, connections, transaction
from django.utils import timezone

from config.lib.events import emit
from config.lib.events.log import Cursor, Entry
from config.lib.realtime.follower import Follower
from config.lib.realtime.frames import build_all
from config.lib.realtime.hub import Hub, Seat
from config.tests.realtime.bells import DoorOpened, absences, ring
from config.tests.realtime.conftest import is_greeted, until


def ring_beside(owner, *numbers: int) -> threading.Thread:
    """Ring from another thread."""

    def run() -> None:
        ring(owner, *numbers)
        connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_who_joins_while_much_happens_misses_nothing_and_hears_nothing_twice(listen, owner):
    cursor = listen(owner).frame()["cursor"]
    thread = ring_beside(owner, *range(200))
    clients = []
    while thread.is_alive():
        clients.append(listen(owner, f"?since={cursor}"))
        if len(clients) == 15:
            break
    thread.join()
    for client in clients:
        assert client.frame()["type"] == "hello"
        assert client.numbers(200) == list(range(200))
    ring(owner, 200)
    assert {client.numbers(1)[0] for client in clients} == {200}


def test_a_follower_that_is_behind_tells_the_rest_when_it_comes(listen, owner):
    """A transaction that stays open holds the log back: what is committed after it is not told before it ends."""
    first = listen(owner)
    cursor = first.frame()["cursor"]
    may_end, has_begun = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            ring(owner, 1)
            has_begun.set()
            may_end.wait(30)
        connections.close_all()

    holder = threading.Thread(target=hold)
    holder.start()
    has_begun.wait(30)
    ring(owner, 2, 3)
    joined = listen(owner, f"?since={cursor}")
    assert joined.frame()["type"] == "hello"
    may_end.set()
    holder.join()
    for client in (first, joined):
        assert client.numbers(3) == [1, 2, 3]


def test_a_socket_whose_server_is_behind_another_hears_nothing_twice(listen, owner, serve):
    """The cursor came from a server that is ahead; here the same frames have yet to be handed out."""
    ahead = listen(owner)
    cursor = ahead.frame()["cursor"]
    ring(owner, *range(50))
    last = ahead.frames(50)[-1]["cursor"]
    other = serve().address
    behind, gone_on = listen(owner, f"?since={cursor}", at=other), listen(owner, f"?since={last}", at=other)
    assert behind.frame()["type"] == gone_on.frame()["type"] == "hello"
    ring(owner, 50)
    assert behind.numbers(51) == list(range(51))
    assert gone_on.numbers(1) == [50]


def test_who_joins_while_frames_are_made_for_others_gets_them_too(owner):
    """The batch was looked through before they came; it is looked through again before it is handed out."""
    topics = frozenset({f"user:{owner.pk}"})
    entry = Entry(Cursor(5, 5), "config.BellRung", {"user_id": owner.pk, "number": 1}, list(topics), "", timezone.now())
    hub, others = Hub(), frozenset({f"house:{owner.pk}"})
    early, late = (Seat(topics=of, stalled=list) for of in (others, topics))
    both = replace(entry, topics=[*topics, *others])

    async def build(wanted):
        hub.join(late, since=None)
        return build_all(wanted)

    hub.join(early, since=None)
    asyncio.run(Follower(hub, build=build).hand_out([both]))
    assert (early.waiting.qsize(), late.waiting.qsize()) == (1, 1)
    assert hub.position == entry.cursor


def test_a_database_that_cuts_every_connection_costs_time_and_nothing_else(listen, owner):
    client = listen(owner)
    client.frame()
    ring(owner, 1)
    assert client.numbers(1) == [1]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
    ring(owner, 2, 3)
    assert client.numbers(2) == [2, 3]
    until(lambda: is_greeted(listen(owner)))


def test_a_frame_that_needs_the_database_waits_for_it(listen, owner):
    client = listen(owner)
    client.frame()
    absences.append("away for a moment")
    with transaction.atomic():
        emit(DoorOpened(user_id=owner.pk))
    ring(owner, 1)
    door = client.frame()
    assert (door["type"], door["username"]) == ("door", "owner")
    assert client.numbers(1) == [1]
    assert absences == []


def test_sockets_that_only_listen_hold_no_connection(listen, owner, make_user, settings):
    settings.SOCKETS_PER_CALLER = 50
    people = [make_user(f"person-{letter}") for letter in "abcde"]
    clients = [listen(person) for person in people for _ in range(10)]
    for client in clients:
        assert client.frame()["type"] == "hello"
    for person in people:
        ring(person, 7)
    assert {client.numbers(1)[0] for client in clients} == {7}
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        assert cursor.fetchone()[0] <= 4 + 1 + 1 + 2  # threads, follower, this test, the fixtures' own
