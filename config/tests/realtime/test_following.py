"""Every frame once and in order, whatever happens on the way."""

import asyncio
import json
import threading

from django.db import connection, connections, transaction
from django.utils import timezone

from config.lib.events import emit
from config.lib.events.log import Cursor, Entry
from config.lib.realtime.follower import Follower
from config.lib.realtime.frames import build, build_all
from config.lib.realtime.hub import Hub, Seat
from config.lib.realtime.places import Place
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


def test_a_socket_goes_on_at_another_server_where_it_was(listen, owner, serve):
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


def bell(owner, number: int, *kinds: str) -> Entry:
    """The entry that stands at the place of this number."""
    topics = [f"{kind}:{owner.pk}" for kind in kinds]
    facts = {"user_id": owner.pk, "number": number}
    return Entry(Cursor(number, number), "config.BellRung", facts, topics, "", timezone.now())


def seat_for(owner, kind: str) -> Seat:
    return Seat(topics=frozenset({f"{kind}:{owner.pk}"}), stalled=list)


async def build_at_once(wanted):
    return build_all(wanted)


def test_a_socket_whose_server_is_behind_another_hears_nothing_twice(owner):
    """Its cursor came from a server that is ahead; here the same frames have yet to be handed out."""
    hub, seat = Hub(), seat_for(owner, "user")
    hub.begin(Cursor(5, 5))
    assert hub.join(seat, since=Place(Cursor(8, 8), timezone.now())) == Cursor(5, 5)
    asyncio.run(Follower(hub, build=build_at_once).hand_out([bell(owner, number, "user") for number in range(6, 11)]))
    assert [json.loads(seat.waiting.get_nowait())["number"] for _ in range(2)] == [9, 10]
    assert seat.waiting.empty()


def test_who_has_to_begin_anew_hears_nothing_from_before_that(owner):
    seat = seat_for(owner, "user")
    for number in (1, 2):
        seat.hear(build(bell(owner, number, "user"), f"user:{owner.pk}"))
    seat.forget()
    seat.hear(build(bell(owner, 2, "user"), f"user:{owner.pk}"))  # had before
    assert seat.waiting.empty()


def test_who_joins_while_frames_are_made_for_others_gets_them_too(owner):
    """The batch was looked through before they came; it is looked through again before it is handed out."""
    hub, early, late = Hub(), seat_for(owner, "house"), seat_for(owner, "user")

    async def build_slowly(wanted):
        hub.join(late, since=None)
        return build_all(wanted)

    hub.join(early, since=None)
    asyncio.run(Follower(hub, build=build_slowly).hand_out([bell(owner, 1, "user", "house")]))
    assert (early.waiting.qsize(), late.waiting.qsize()) == (1, 1)
    assert hub.position == Cursor(1, 1)


def test_a_database_that_cuts_every_connection_costs_time_and_nothing_else(listen, owner, caplog):
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
    assert "realtime_job_broke" not in [record.message for record in caplog.records]
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
