"""What somebody has heard: to look at, to go on with, to take back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from engagement import tasks
from engagement.plays import services
from engagement.plays.choices import Outcome
from engagement.plays.models import HistoryClearing, Play, PlayClaim
from engagement.plays.services import history
from tracks.models import Track

pytestmark = pytest.mark.django_db
HISTORY, UNFINISHED = "/api/v1/me/history/", "/api/v1/me/continue-listening/"
HOUR = timedelta(hours=1)


@pytest.fixture
def at():
    """Some hours ago; what is told of is told by the clock on the wall."""
    return timezone.now() - 5 * HOUR


@pytest.fixture
def client(fan, sign_in):
    return sign_in(fan)


def found(client, path: str) -> list[dict]:
    answer = client.get(path)
    assert answer.status_code == 200, answer.json()
    return answer.json()["results"]


def test_history_tells_each_play_the_latest_first(fan, stranger, client, listen, at, track):
    first, _, last = listen(fan, at=at), listen(stranger, at=at), listen(fan, at=at + HOUR)
    first.hear(20, ended=True)
    last.hear(40)
    listen(fan, at=at + 2 * HOUR)  # nothing was heard
    rows = found(client, HISTORY)
    assert [(row["id"], row["position_ms"], row["listened_ms"], row["ended"]) for row in rows] == [
        (str(last.id), 40_000, 40_000, False),
        (str(first.id), 20_000, 20_000, True),
    ]
    assert rows[0]["track"]["id"] == track.pk
    assert rows[0]["kind"] == "play"


def test_pages_follow_each_other(fan, client, listen, at):
    ids = []
    for n in range(5):
        session = listen(fan, at=at + n * timedelta(minutes=1))
        session.hear(5)
        ids.append(str(session.id))
    page, seen = client.get(f"{HISTORY}?limit=2").json(), []
    while True:
        seen += [row["id"] for row in page["results"]]
        if not page["next"]:
            break
        page = client.get(page["next"]).json()
    assert seen == ids[::-1]


def test_as_many_queries_for_one_as_for_many(fan, client, listen, at, make_ready, owner, django_assert_max_num_queries):
    counts = []
    for n in range(4):
        listen(fan, at=at, to=make_ready(owner, title=f"Tide {n}")).hear(0.4)
        if n in {0, 3}:
            with django_assert_max_num_queries(50) as queries:
                assert len(found(client, HISTORY)) == n + 1
            counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("change", [{"visibility": "private"}, {"deleted_at": timezone.now()}])
def test_what_cannot_be_opened_any_more_is_left_out(fan, client, listen, at, change):
    listen(fan, at=at).hear(40)
    Track.objects.update(**change)
    assert (found(client, HISTORY), found(client, UNFINISHED)) == ([], [])


def test_one_play_is_taken_back_and_stays_counted(fan, client, listen, at, plays):
    kept, taken = listen(fan, at=at), listen(fan, at=at + 2 * HOUR)
    kept.hear(30)
    taken.hear(30)
    assert client.delete(f"{HISTORY}{taken.id}/").status_code == 204
    client.problem(client.delete(f"{HISTORY}{taken.id}/"), status=404, code="not_found")
    assert [row["id"] for row in found(client, HISTORY)] == [str(kept.id)]
    assert (plays(), taken.row.person, taken.row.outcome) == (2, None, Outcome.COUNTED)
    assert taken.hear(10) == Outcome.COUNTED, "the player goes on"


def test_nobody_takes_back_what_others_heard(fan, stranger, sign_in, listen, at):
    session = listen(fan, at=at)
    session.hear(30)
    client = sign_in(stranger)
    client.problem(client.delete(f"{HISTORY}{session.id}/"), status=404, code="not_found")
    client.delete(HISTORY)
    assert session.row.person == fan


def test_all_is_forgotten_at_once_and_let_go_of_soon_after(fan, client, listen, at, plays, monkeypatch):
    monkeypatch.setattr(history, "BATCH", 2)
    for n in range(5):
        listen(fan, at=at + n * timedelta(minutes=1)).hear(30)
    assert client.delete(HISTORY).status_code == 204
    assert (found(client, HISTORY), found(client, UNFINISHED)) == ([], [])
    before = HistoryClearing.objects.get().cleared_at.isoformat()
    assert tasks.detach_plays(user_id=fan.pk, before=before) == 5
    assert tasks.detach_plays(user_id=fan.pk, before=before) == 0
    assert plays() == 1
    assert list(services.recount_plays(dry_run=True)) == []
    later = listen(fan, at=timezone.now() + timedelta(seconds=1))
    later.hear(5)
    assert [row["id"] for row in found(client, HISTORY)] == [str(later.id)]


@pytest.mark.parametrize(
    ("heard_s", "ended", "shown"),
    [(29, False, False), (30, False, True), (90, False, True), (91, False, False), (60, True, False)],
)
def test_one_goes_on_with_what_was_left_in_the_middle(fan, client, listen, at, heard_s, ended, shown):
    listen(fan, at=at).hear(heard_s, ended=ended)
    assert [row["position_ms"] for row in found(client, UNFINISHED)] == [heard_s * 1000] * shown


def test_one_goes_on_where_one_was_last(fan, client, listen, at):
    listen(fan, at=at).hear(60)
    last = listen(fan, at=at + HOUR, position_ms=60_000)
    last.hear(20)
    assert [row["id"] for row in found(client, UNFINISHED)] == [str(last.id)]
    listen(fan, at=at + 2 * HOUR, position_ms=80_000).hear(40, ended=True)
    assert found(client, UNFINISHED) == []


def test_what_was_left_long_ago_is_not_offered(fan, client, listen, at):
    listen(fan, at=at - timedelta(days=91)).hear(60)
    assert found(client, UNFINISHED) == []


def test_who_is_erased_stays_counted_and_nothing_leads_to_them(fan, listen, at, plays):
    session = listen(fan, at=at)
    session.hear(30)
    services.clear_history(user_id=fan.pk, at=at - HOUR)
    for _ in ("once", "twice"):
        services.erase_plays(user_id=fan.pk, at=timezone.now())
    assert (plays(), session.row.person) == (1, None)
    assert not HistoryClearing.objects.exists()
    assert not PlayClaim.objects.exists()


def test_plays_go_with_their_track(fan, track, listen, at, monkeypatch):
    monkeypatch.setattr(history, "BATCH", 1)
    for n in range(3):
        listen(fan, at=at + n * HOUR).hear(30)
    assert tasks.drop_plays(track_id=track.pk) == 3
    assert tasks.drop_plays(track_id=track.pk) == 0
    assert not Play.objects.exists()
