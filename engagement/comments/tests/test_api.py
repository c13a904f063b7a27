import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.services import suspend_user
from engagement.comments import services
from engagement.comments.models import Comment, CommentCounts
from engagement.comments.serializers import CommentCard
from social.choices import MuteScope
from social.services import block_user, mute_user
from tracks.models import Track
from tracks.services import make_secret_token

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(track) -> str:
    return f"/api/v1/tracks/{track.pk}/comments/"


def test_a_comment_is_answered_as_a_card(fan, sign_in, api, path):
    sent = {"body": " Here\u202e it\r\nis ", "timestamp_ms": 1500}
    answer = sign_in(fan).post(path, sent)
    assert answer.status_code == 201
    card = answer.json()
    assert set(card) == set(CommentCard().fields)
    assert (card["body"], card["timestamp_ms"], card["user"]["username"]) == ("Here it\nis", 1500, "fan")
    assert api.get(path).json()["results"] == [card]


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"body": ""},
        {"body": " \u200b\u202e "},
        {"body": "a\x07b"},
        {"body": "a\x00b"},
        {"body": "x" * 1001},
        {"body": "x", "timestamp_ms": -1},
        {"body": "x", "timestamp_ms": 2**31},
        {"body": "x", "timestamp_ms": 1.5},
        {"body": "x", "client_id": "x"},
        {"body": "x", "nonsense": 1},
        ["x"],
    ],
)
def test_what_says_nothing_is_refused(fan, sign_in, path, sent):
    client = sign_in(fan)
    client.problem(client.post(path, sent), status=400, code="invalid")


def test_rules_that_say_no_say_why_and_when(fan, sign_in, path):
    client = sign_in(fan)
    assert client.post(path, {"body": "Lovely"}).status_code == 201
    answer = client.post(path, {"body": "Lovely"})
    body = client.problem(answer, status=429, code="comment_repeated")
    assert answer["Retry-After"] == str(body["retry_after_s"])
    client.problem(client.post(path, {"body": "x", "timestamp_ms": 60_001}), status=400, code="timestamp_beyond_end")
    client.problem(client.post(path, {"body": "x", "parent_id": 1_000_000}), status=404, code="not_found")
    Track.objects.update(comments_enabled=False)
    client.problem(client.post(path, {"body": "x"}), status=403, code="comments_closed")


def test_the_same_key_says_it_once(fan, sign_in, path):
    client = sign_in(fan)
    first, again = (client.post(path, {"body": "Lovely"}, headers={"Idempotency-Key": "one"}) for _ in "ab")
    assert (again.status_code, again.json()) == (201, first.json())
    assert Comment.objects.count() == 1


def test_lists_hold_threads_in_both_orders_and_replies_in_theirs(owner, fan, say, api, path, bodies):
    head = say(fan, "a", timestamp_ms=50_000)
    say(fan, "b")
    say(fan, "c", timestamp_ms=10_000)
    for words in ("first", "second"):
        say(owner, words, to=head)
    assert bodies(api.get(path)) == ["c", "b", "a"]
    assert bodies(api.get(f"{path}?ordering=timestamp")) == ["c", "a", "b"]
    assert bodies(api.get(f"/api/v1/comments/{head.pk}/replies/")) == ["first", "second"]
    first = api.get(f"{path}?ordering=timestamp&limit=2").json()
    assert bodies(api.get(first["next"])) == ["b"]
    api.problem(api.get(f"{path}?ordering=likes"), status=400, code="invalid")


def test_a_window_asks_for_moments_as_they_are_told(fan, say, api, path, bodies):
    for moment in (0, 10_000, 20_000, 50_000, None):
        say(fan, str(moment), timestamp_ms=moment)
    Track.objects.update(duration_ms=30_000)  # a shorter sound has come
    asked = f"{path}?ordering=timestamp"
    assert bodies(api.get(f"{asked}&from_ms=10000&to_ms=20000")) == ["10000", "20000"]
    assert bodies(api.get(f"{asked}&from_ms=20000")) == ["20000", "50000"]
    assert bodies(api.get(f"{asked}&from_ms=30000&to_ms=30000")) == ["50000"]
    assert bodies(api.get(f"{asked}&from_ms=30001")) == []
    [last] = api.get(f"{asked}&from_ms=25000").json()["results"]
    assert (last["timestamp_ms"], last["beyond_end"]) == (30_000, True)
    assert Comment.objects.get(body="50000").timestamp_ms == 50_000
    for words in ("from_ms=2&to_ms=1", "from_ms=x", "to_ms=-1", "from_ms=2147483647", "pinned=perhaps", "until=3"):
        api.problem(api.get(f"{path}?{words}"), status=400, code="invalid")


def test_the_pinned_one_can_be_asked_for(owner, fan, say, sign_in, api, path, bodies):
    comment, _ = say(fan, "a"), say(fan, "b")
    keeper = sign_in(owner)
    assert keeper.put(f"/api/v1/comments/{comment.pk}/pin/").status_code == 204
    assert bodies(api.get(f"{path}?pinned=true")) == ["a"]
    assert keeper.delete(f"/api/v1/comments/{comment.pk}/pin/").status_code == 204
    assert bodies(api.get(f"{path}?pinned=true")) == []
    reply = say(fan, to=comment)
    keeper.problem(keeper.put(f"/api/v1/comments/{reply.pk}/pin/"), status=409, code="pin_needs_thread")


def test_a_deleted_head_keeps_its_place_while_others_go_on(owner, fan, say, sign_in, api, path, at, bodies):
    head, alone = say(fan, "head"), say(fan, "alone")
    reply = say(owner, "reply", to=head)
    client = sign_in(fan)
    for comment in (head, head, alone):
        assert client.delete(f"/api/v1/comments/{comment.pk}/").status_code in {204, 404}
    [card] = api.get(path).json()["results"]
    assert (card["deleted"], card["body"], card["user"], card["replies_count"]) == (True, None, None, 1)
    assert bodies(api.get(f"/api/v1/comments/{head.pk}/replies/")) == ["reply"]
    client.problem(client.patch(f"/api/v1/comments/{head.pk}/", {"body": "x"}), status=404, code="not_found")
    services.delete_comment(comment=reply, by=owner, at=at)
    assert bodies(api.get(path)) == []
    api.problem(api.get(f"/api/v1/comments/{head.pk}/replies/"), status=404, code="not_found")


def test_who_is_suspended_says_nothing_but_their_threads_go_on(owner, fan, say, api, path, at, bodies):
    head = say(fan, "head")
    say(fan, "alone")
    say(owner, "reply", to=head)
    suspend_user(user=fan, reason="spam", at=at)
    services.settle_comments(user_id=fan.pk)
    assert bodies(api.get(path)) == [None]
    assert bodies(api.get(f"/api/v1/comments/{head.pk}/replies/")) == ["reply"]


def test_a_block_parts_from_words_and_threads(owner, fan, stranger, say, sign_in, path, at, bodies):
    head = say(fan, "head")
    reply = say(owner, "reply", to=head)
    say(stranger, "theirs")
    block_user(blocker=stranger, blocked=fan, at=at)
    assert bodies(sign_in(fan).get(path)) == ["head"]
    assert bodies(sign_in(stranger).get(path)) == ["theirs"]
    client = sign_in(stranger)
    client.problem(client.get(f"/api/v1/comments/{head.pk}/replies/"), status=404, code="not_found")
    client.problem(client.delete(f"/api/v1/comments/{reply.pk}/"), status=404, code="not_found")
    assert bodies(sign_in(owner).get(path)) == ["theirs", "head"]


def test_who_is_muted_is_left_out_of_lists(owner, fan, stranger, say, sign_in, path, at, bodies):
    head, mine = say(fan, "head"), say(owner, "mine")
    say(fan, "theirs", to=mine)
    mute_user(muter=stranger, muted=fan, scope=MuteScope.EVERYTHING, at=at)
    mute_user(muter=stranger, muted=owner, scope=MuteScope.REPOSTS, at=at)
    client = sign_in(stranger)
    assert bodies(client.get(path)) == ["mine"]
    assert bodies(client.get(f"/api/v1/comments/{mine.pk}/replies/")) == []
    assert bodies(client.get(f"/api/v1/comments/{head.pk}/replies/")) == []


def test_a_secret_link_opens_the_comments_of_a_private_track(owner, fan, track, sign_in, api, path, at, bodies):
    Track.objects.update(visibility="private")
    token = make_secret_token(track=track, at=at).secret_token
    client = sign_in(fan)
    client.problem(client.post(path, {"body": "x"}), status=404, code="not_found")
    card = client.post(f"{path}?secret_token={token}", {"body": "x"}).json()
    assert bodies(api.get(f"{path}?secret_token={token}")) == ["x"]
    assert client.patch(f"/api/v1/comments/{card['id']}/?secret_token={token}", {"body": "y"}).json()["body"] == "y"
    api.problem(api.get(path), status=404, code="not_found")


@pytest.mark.parametrize("ordering", ["timestamp", "-created_at"])
def test_a_longer_list_takes_no_more_queries(owner, make_user, say, sign_in, path, ordering):
    client = sign_in(owner)

    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as context:
            assert client.get(address).status_code == 200
        return len(context)

    addresses = []
    few: list[int] = []
    for n in range(5):
        head = say(make_user(f"fan-{n}"), timestamp_ms=n)
        say(owner, to=head)
        addresses = addresses or [f"{path}?ordering={ordering}", f"/api/v1/comments/{head.pk}/replies/"]
        few = few or [queries(address) for address in addresses]
    assert [queries(address) for address in addresses] == few
    assert max(few) <= 4


def test_a_row_without_its_numbers_breaks_no_list(fan, say, api, path):
    comment = say(fan, "a")
    CommentCounts.objects.filter(comment=comment).delete()
    Track.objects.update(duration_ms=None)
    [card] = api.get(path).json()["results"]
    assert (card["body"], card["replies_count"], card["likes_count"]) == ("a", 0, 0)


def test_pages_are_full_or_the_last_whoever_is_hidden(owner, fan, stranger, say, sign_in, path, at):
    for n in range(12):
        say((owner, fan, stranger)[n % 3])
    block_user(blocker=stranger, blocked=fan, at=at)
    client, address, sizes = sign_in(stranger), f"{path}?limit=3", []
    while address:
        page = client.get(address).json()
        sizes.append(len(page["results"]))
        address = page["next"]
    assert sizes == [3, 3, 2]
