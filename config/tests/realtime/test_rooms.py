"""The room of a track: what is said there, how its numbers move, how many are here, and who has to leave."""

import time
from uuid import uuid4

import orjson
import pytest
from django.utils import timezone

from accounts.models import User
from accounts.services import suspend_user
from config.composed.rooms import WATCH_EVERY_S
from config.lib.viewer import Viewer
from config.tests.realtime.conftest import bearer
from engagement.comments import services
from engagement.comments.models import Comment
from social.choices import MuteScope
from social.services import block_user, mute_user, unmute_user
from tracks.models import Track
from tracks.services import make_secret_token, trash_track, update_track
from tracks.services.counts import add_likes

SOON_S = 5.0


@pytest.fixture(autouse=True)
def product(bells, settings):
    settings.FRAME_ROUTES = "config.frame_routes.FRAMES"


@pytest.fixture
def fan(make_user) -> User:
    return make_user("fan")


@pytest.fixture
def track(transactional_db, owner, make_track) -> Track:
    made = make_track(owner, title="Swell")
    Track.objects.filter(pk=made.pk).update(duration_ms=60_000)
    return made


class InRoom:
    """A socket in a room, and what it has heard so far."""

    def __init__(self, client) -> None:
        self.client = client
        self.heard: list[dict] = []

    def next(self, *kinds: str, **members) -> dict:
        """The next frame of these types that has these members."""
        while True:
            frame = self.client.frame()
            self.heard.append(frame)
            if frame["type"] in kinds and members.items() <= frame.items():
                return frame


@pytest.fixture
def enter(dial, signed_in, track):
    def open_socket(person: User | None = None, query: str = "", **options) -> InRoom:
        headers = {"additional_headers": bearer(signed_in(person))} if person else {}
        return InRoom(dial(f"/ws/v1/tracks/{track.pk}/{query}", **headers, **options))

    return open_socket


@pytest.fixture
def say(track):
    def add(author: User, body: str, **words) -> Comment:
        wanted = services.Words(body=body, **words)
        viewer = Viewer(user=author)
        return services.add_comment(track_id=track.pk, viewer=viewer, words=wanted, at=timezone.now()).comment

    return add


def text(**members) -> str:

    return orjson.dumps(members).decode()


def assert_closed_soon(room: InRoom, code: int) -> None:
    began = time.monotonic()
    assert room.client.close_code() == code
    assert time.monotonic() - began < SOON_S


def test_who_is_here_hears_what_becomes_of_comments(track, owner, fan, enter, say, api):
    room = enter()
    hello = room.next("hello")
    comment = say(fan, "Lovely", timestamp_ms=1500)
    frame = room.next("comment_created")
    assert (frame["track_id"], frame["actor_id"], frame["comment"]["body"]) == (track.pk, fan.pk, "Lovely")
    assert frame["comment"] == api.get(f"/api/v1/tracks/{track.pk}/comments/").json()["results"][0]
    services.edit_comment(comment=comment, viewer=Viewer(user=fan), body="Lovelier", at=timezone.now())
    assert room.next("comment_updated")["comment"]["body"] == "Lovelier"
    services.pin_comment(comment=comment, at=timezone.now())
    assert room.next("comment_updated")["comment"]["pinned"] is True
    say(owner, "Thanks", parent_id=comment.pk)
    assert room.next("comment_created")["thread_actor_id"] == fan.pk
    services.delete_comment(comment=comment, by=fan, at=timezone.now())
    frame = room.next("comment_deleted")
    assert (frame["comment_id"], frame["comment"]["deleted"], frame["comment"]["body"]) == (comment.pk, True, None)

    again = enter(query=f"?since={hello['cursor']}")
    again.next("hello")
    missed = [again.client.frame()["type"] for _ in range(2)]
    assert missed == ["comment_created", "comment_deleted"], "what is told of it, it says as it is now"
    answer = api.get("/api/v1/live/", {"topic": f"track:{track.pk}", "since": hello["cursor"]})
    assert [frame["type"] for frame in answer.json()["results"]] == missed


def test_a_comment_over_the_socket_is_heard_by_all_and_made_once(track, fan, enter):
    room, other = enter(fan), enter()
    other.next("hello")
    client_id = str(uuid4())
    sent = text(type="comment", body="Here", timestamp_ms=1000, client_id=client_id)
    room.client.send(sent)
    first = room.next("comment_created", client_id=client_id)
    assert other.next("comment_created")["comment"] == first["comment"]
    room.client.send(sent)
    again = room.next("comment_created", client_id=client_id)
    assert (again["comment"], "cursor" in again) == (first["comment"], False)
    assert Comment.objects.count() == 1


def test_what_is_wrong_with_a_command_is_told_and_the_socket_stays(track, fan, enter):
    room = enter(fan)
    wrong = {
        "invalid": {"type": "comment", "body": "", "client_id": "mine"},
        "timestamp_beyond_end": {"type": "comment", "body": "x", "timestamp_ms": 60_001},
        "not_found": {"type": "comment", "body": "x", "parent_id": 1_000_000},
        "too_many_links": {"type": "comment", "body": "www.a www.b www.c"},
        "frame_unknown": {"type": "shout"},
    }
    for code, frame in wrong.items():
        room.client.send(text(**frame))
        told = room.next("error")
        assert (told["code"], told.get("client_id")) == (code, frame.get("client_id"))
    room.client.send(text(type="playing", position_ms=-1))
    assert room.next("error")["errors"][0]["field"] == "position_ms"
    assert room.client.is_open()


def test_who_is_not_signed_in_reads_only(enter, api):
    room = enter()
    for frame in ({"type": "comment", "body": "x"}, {"type": "playing", "position_ms": 1}):
        room.client.send(text(**frame))
        assert room.next("error")["code"] == "sign_in_needed"
    assert not Comment.objects.exists()


def test_a_token_that_may_only_read_says_nothing(fan, track, dial, personal_token):
    headers = {"Authorization": f"Bearer {personal_token(fan, 'read')}"}
    room = InRoom(dial(f"/ws/v1/tracks/{track.pk}/", additional_headers=headers))
    room.client.send(text(type="comment", body="x"))
    assert room.next("error")["code"] == "scope_missing"


def test_numbers_are_told_when_they_move_and_to_who_comes(track, fan, enter, say):
    room = enter()
    assert room.next("counts")["likes_count"] == 0
    for _ in range(5):
        add_likes(track_ids=[track.pk], n=1)
    say(fan, "x")
    assert room.next("counts", likes_count=5, comments_count=1)
    assert enter().next("counts")["likes_count"] == 5
    told = [frame for frame in room.heard if frame["type"] == "counts"]
    assert len(told) <= 4, "not each move is told"


def test_who_is_here_is_counted_once_and_no_longer_when_gone(fan, owner, enter):
    room = enter()
    assert room.next("listeners", listeners=1)
    first, second = enter(fan), enter(fan)
    assert room.next("listeners", listeners=2)
    first.client.send(text(type="playing", position_ms=1000))
    assert room.next("listeners", listeners=2, playing=1)
    first.client.connection.close()
    second.client.connection.close()
    assert room.next("listeners", listeners=1, playing=0)


def test_people_hear_nothing_of_whom_they_do_not_see(owner, fan, stranger, enter, say, track, sign_in):
    room, blocked = enter(stranger), enter(fan)
    cursor = room.next("hello")["cursor"]
    blocked.next("hello")
    mute_user(muter=stranger, muted=fan, scope=MuteScope.EVERYTHING, at=timezone.now())
    time.sleep(WATCH_EVERY_S + 1)
    head = say(fan, "unheard")
    say(owner, "unheard too", parent_id=head.pk)
    say(owner, "heard")
    assert room.next("comment_created")["comment"]["body"] == "heard"
    assert blocked.next("comment_created")["comment"]["body"] == "unheard"
    again = enter(stranger, f"?since={cursor}")
    assert again.next("comment_created")["comment"]["body"] == "heard"
    answer = sign_in(stranger).get("/api/v1/live/", {"topic": f"track:{track.pk}", "since": cursor})
    assert [frame["comment"]["body"] for frame in answer.json()["results"]] == ["heard"]
    unmute_user(muter=stranger, muted=fan, scope=MuteScope.EVERYTHING)
    block_user(blocker=fan, blocked=stranger, at=timezone.now())
    time.sleep(WATCH_EVERY_S + 1)
    say(stranger, "unseen by whom they are blocked by")
    say(owner, "heard again")
    assert blocked.next("comment_created", actor_id=owner.pk)["comment"]["body"] in {"unheard too", "heard"}
    assert "unseen by whom they are blocked by" not in str(blocked.heard)
    assert blocked.next("comment_created", actor_id=owner.pk)
    assert blocked.next("comment_created", actor_id=owner.pk)["comment"]["body"] == "heard again"


REVOCATIONS = {
    "made private": lambda track, owner, fan: update_track(
        track=track, changes={"visibility": "private"}, at=timezone.now()
    ),
    "thrown away": lambda track, owner, fan: trash_track(track=track, at=timezone.now()),
    "its owner suspended": lambda track, owner, fan: suspend_user(user=owner, reason="spam", at=timezone.now()),
}


@pytest.mark.parametrize("what", REVOCATIONS)
def test_who_may_open_the_track_no_longer_has_to_leave(track, owner, fan, enter, what):
    nobody, listener = enter(), enter(fan)
    for room in (nobody, listener):
        room.next("hello")
    REVOCATIONS[what](track, owner, fan)
    for room in (nobody, listener):
        assert_closed_soon(room, 4404)


def test_the_owner_of_a_track_that_is_thrown_away_has_to_leave_too(track, owner, enter):
    Track.objects.update(visibility="private")
    room = enter(owner)
    room.next("listeners")
    time.sleep(WATCH_EVERY_S + 0.5)
    assert room.client.is_open()
    trash_track(track=track, at=timezone.now())
    assert_closed_soon(room, 4404)


def test_a_block_shows_out_whom_it_concerns_and_nobody_else(owner, fan, enter):
    room, nobody = enter(fan), enter()
    room.next("listeners")
    nobody.next("hello")
    block_user(blocker=owner, blocked=fan, at=timezone.now())
    assert_closed_soon(room, 4404)
    assert nobody.client.is_open()


def test_who_is_suspended_has_to_leave(fan, enter):
    room = enter(fan)
    room.next("hello")
    suspend_user(user=fan, reason="spam", at=timezone.now())
    assert_closed_soon(room, 4401)


def test_a_secret_link_opens_the_room_until_it_is_made_anew(track, fan, enter, api):
    Track.objects.update(visibility="private")
    token = make_secret_token(track=track, at=timezone.now()).secret_token
    rooms = [enter(None, f"?secret_token={token}"), enter(fan, f"?secret_token={token}")]
    for room in rooms:
        room.next("hello")
    assert enter().client.close_code() == 4404
    assert enter(fan, "?secret_token=guessed").client.close_code() == 4404
    asked = {"topic": f"track:{track.pk}", "secret_token": token}
    assert api.get("/api/v1/live/", asked).status_code == 200
    make_secret_token(track=track, at=timezone.now())
    for room in rooms:
        assert_closed_soon(room, 4404)
    api.problem(api.get("/api/v1/live/", asked), status=404, code="not_found")


@pytest.mark.parametrize("path", ["/ws/v1/tracks/1000000/", "/ws/v1/tracks/x/", f"/ws/v1/tracks/{'9' * 19}/"])
def test_where_no_track_is_nobody_comes_in(track, dial, path):
    assert dial(path).close_code() == 4404


def test_ones_own_needs_a_sign_in_and_a_room_none(track, api):
    api.problem(api.get("/api/v1/live/"), status=401, code="not_authenticated")
    assert api.get("/api/v1/live/", {"topic": f"track:{track.pk}"}).status_code == 200
    for name in ("track:x", "track:", "track:99999999"):
        api.problem(api.get("/api/v1/live/", {"topic": name}), status=404, code="not_found")
