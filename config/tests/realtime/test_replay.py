"""What was missed is told exactly: over the socket and without one, by the same cursor."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from config.lib.events import emit
from config.lib.events.log import Cursor, CursorInvalid, head
from config.lib.realtime.places import Place
from config.tests.realtime.bells import BellBroken, BellMuffled, ring
from config.tests.realtime.conftest import until


def place(cursor: Cursor, **ago: int) -> str:
    return str(Place(cursor, timezone.now() - timedelta(**ago)))


@pytest.fixture
def live(sign_in, transactional_db):
    """The frames without a socket."""

    def ask(user, **query: str):
        answer = sign_in(user).get("/api/v1/live/", query)
        assert answer.status_code == 200, answer.json()
        return answer.json()

    return ask


def settled(live, owner, cursor: str, *, count: int):
    """The answer, as soon as it has so many frames; transactions elsewhere in the cluster hold the log back a while."""
    until(lambda: len(live(owner, since=cursor)["results"]) == count)
    return live(owner, since=cursor)


def test_a_socket_that_comes_back_hears_what_it_missed_and_then_what_comes(listen, owner, stranger):
    hello = listen(owner).frame()
    assert set(hello) == {"type", "cursor"}
    ring(owner, 1, 2)
    ring(stranger, 99)
    ring(owner, 3)
    again = listen(owner, f"?since={hello['cursor']}")
    assert again.frame() == hello
    assert again.numbers(3) == [1, 2, 3]
    ring(owner, 4)
    assert again.numbers(1) == [4]


def test_every_frame_tells_where_to_go_on(listen, owner):
    client = listen(owner)
    client.frame()
    ring(owner, *range(5))
    frames = client.frames(5)
    assert [frame["type"] for frame in frames] == ["bell"] * 5
    assert [frame["id"] for frame in frames] == sorted(frame["id"] for frame in frames)
    for seen, frame in enumerate(frames[:-1], start=1):
        again = listen(owner, f"?since={frame['cursor']}")
        again.frame()
        assert again.frames(5 - seen) == frames[seen:]


def test_the_same_frames_without_a_socket(listen, live, owner):
    client = listen(owner)
    cursor = client.frame()["cursor"]
    ring(owner, 1, 2, 3)
    frames = client.frames(3)
    answer = live(owner, since=cursor)
    assert (answer["results"], answer["resync"]) == (frames, False)
    assert live(owner, since=answer["cursor"])["results"] == []
    ring(owner, 4)
    assert client.numbers(1) == [4]
    assert [frame["number"] for frame in live(owner, since=answer["cursor"], topic="me")["results"]] == [4]


def test_without_a_place_one_begins_now(live, owner):
    before = live(owner)["cursor"]
    ring(owner, 1)
    settled(live, owner, before, count=1)
    answer = live(owner)
    assert (answer["results"], answer["resync"]) == ([], False)
    ring(owner, 2)
    assert [frame["number"] for frame in settled(live, owner, answer["cursor"], count=1)["results"]] == [2]


def test_one_event_on_two_topics_is_one_frame(listen, owner, monkeypatch):
    monkeypatch.setattr(
        "config.composed.consumers.topics_named",
        lambda name, *, viewer: frozenset({f"user:{viewer.user_id}", f"house:{viewer.user_id}"}),
    )
    client = listen(owner)
    cursor = client.frame()["cursor"]
    ring(owner, 1, 2)
    assert client.numbers(2) == [1, 2]
    again = listen(owner, f"?since={cursor}")
    again.frame()
    ring(owner, 3)
    assert again.numbers(3) == [1, 2, 3]


def test_five_hundred_frames_are_told_and_one_more_is_not(listen, live, owner):
    cursor = live(owner)["cursor"]
    ring(owner, *range(500))
    assert len(settled(live, owner, cursor, count=500)["results"]) == 500
    client = listen(owner, f"?since={cursor}")
    client.frame()
    assert client.numbers(500) == list(range(500))

    ring(owner, 500)
    assert client.numbers(1) == [500]
    answer = live(owner, since=cursor)
    assert (answer["results"], answer["resync"]) == ([], True)
    late = listen(owner, f"?since={cursor}")
    assert [frame["type"] for frame in late.frames(2)] == ["hello", "resync"]
    ring(owner, 501)
    assert late.numbers(1) == [501]


# How old a place is -> whether it can be gone on from.
AGES = {"six days": (6, True), "eight days": (8, False)}


@pytest.mark.parametrize("age", AGES)
def test_the_log_remembers_seven_days(listen, live, owner, age):
    days, is_known = AGES[age]
    cursor = place(head(), days=days)
    ring(owner, 1)
    client = listen(owner, f"?since={cursor}")
    client.frame()
    assert client.frame()["type"] == ("bell" if is_known else "resync")
    assert live(owner, since=cursor)["resync"] is not is_known


def test_a_place_that_the_log_has_not_reached_is_of_another_log(listen, live, owner):
    ahead = place(Cursor(head().xid + 1000, 1))
    client = listen(owner, f"?since={ahead}")
    assert [frame["type"] for frame in client.frames(2)] == ["hello", "resync"]
    assert live(owner, since=ahead)["resync"] is True
    ring(owner, 1)
    assert client.numbers(1) == [1]


NO_PLACES = ["", "x", "AAAA", "%C3%A9", "A" * 200, "_" * 27]


@pytest.mark.parametrize("text", NO_PLACES)
def test_what_is_no_cursor_is_told_and_the_socket_goes_on_from_now(listen, owner, text):
    client = listen(owner, f"?since={text}")
    frames = client.frames(3)
    assert [frame["type"] for frame in frames] == ["hello", "error", "resync"]
    assert frames[1]["code"] == "cursor_invalid"
    ring(owner, 1)
    assert client.numbers(1) == [1]


@pytest.mark.parametrize("query", [{"since": "x"}, {"since": "é"}, {"topic": "nobody"}, {"topic": "me", "page": "2"}])
@pytest.mark.django_db
def test_what_is_no_cursor_or_no_topic_is_refused(sign_in, owner, query):
    client = sign_in(owner)
    client.problem(client.get("/api/v1/live/", query), status=400, code="invalid")


@pytest.mark.django_db
def test_a_topic_that_is_not_there_for_the_caller_is_absent(sign_in, owner):
    client = sign_in(owner)
    client.problem(client.get("/api/v1/live/", {"topic": "me:1"}), status=404, code="not_found")


@pytest.mark.parametrize("text", ["", "x", "A" * 26, "A" * 28, "=" * 27, "ÿ" * 27, "_" * 27])
def test_a_text_that_is_no_place_is_told(text):
    with pytest.raises(CursorInvalid):
        Place.parse(text)


def test_a_place_survives_being_written_down():
    at = timezone.now().replace(microsecond=0)
    assert Place.parse(str(Place(Cursor(2**63 + 5, 2**40), at))) == Place(Cursor(2**63 + 5, 2**40), at)


def test_a_builder_that_breaks_costs_its_own_frame_alone(listen, owner):
    client = listen(owner)
    cursor = client.frame()["cursor"]
    ring(owner, 1)
    with transaction.atomic():
        emit(BellBroken(user_id=owner.pk))
        emit(BellMuffled(user_id=owner.pk))
    ring(owner, 2)
    assert client.numbers(2) == [1, 2]
    again = listen(owner, f"?since={cursor}")
    again.frame()
    assert again.numbers(2) == [1, 2]
