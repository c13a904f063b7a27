import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.serializers import UserCard
from accounts.services import suspend_user
from social import services
from social.choices import MuteScope

pytestmark = pytest.mark.django_db


def names(answer) -> list[str]:
    assert answer.status_code == 200, answer.json()
    return [card["username"] for card in answer.json()["results"]]


@pytest.mark.parametrize("switch", ["follow", "block", "mute", "mute-reposts"])
def test_a_switch_is_on_after_put_and_off_after_delete_however_often(owner, fan, sign_in, switch):
    client = sign_in(fan)
    for method in (client.put, client.put, client.delete, client.delete):
        answer = method(f"/api/v1/users/owner/{switch}/")
        assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.parametrize("switch", ["follow", "block", "mute", "mute-reposts"])
def test_a_switch_towards_oneself_says_so(owner, sign_in, switch):
    client = sign_in(owner)
    client.problem(client.put("/api/v1/users/owner/" + switch + "/"), status=409, code="self_reference")


@pytest.mark.parametrize("switch", ["follow", "block", "mute", "mute-reposts"])
@pytest.mark.parametrize("method", ["put", "delete"])
def test_who_is_not_to_be_seen_is_absent(owner, fan, stranger, at, sign_in, switch, method):
    services.block_user(blocker=owner, blocked=fan, at=at)
    suspend_user(user=stranger, reason="spam", at=at)
    client = sign_in(fan)
    for name in ("owner", "stranger", "nobody-at-all"):
        client.problem(getattr(client, method)(f"/api/v1/users/{name}/{switch}/"), status=404, code="not_found")


def test_whom_one_blocks_one_can_still_name_to_unblock(owner, fan, at, sign_in):
    client = sign_in(owner)
    assert client.put("/api/v1/users/fan/block/").status_code == 204
    assert client.get("/api/v1/users/fan/").status_code == 404
    assert names(client.get("/api/v1/me/blocks/")) == ["fan"]
    assert client.delete("/api/v1/users/fan/block/").status_code == 204
    assert names(client.get("/api/v1/me/blocks/")) == []
    assert client.get("/api/v1/users/fan/").status_code == 200


def test_lists_show_cards_the_newest_first(owner, fan, stranger, at, sign_in, api):
    services.follow_user(follower=fan, followed=owner, at=at)
    services.follow_user(follower=stranger, followed=owner, at=at)
    answer = api.get("/api/v1/users/owner/followers/")
    assert names(answer) == ["stranger", "fan"]
    assert set(answer.json()["results"][0]) == set(UserCard().fields)
    assert names(api.get("/api/v1/users/OWNER/followings/")) == []
    assert names(api.get(f"/api/v1/users/{fan.pk}/followings/")) == ["owner"]
    first = api.get("/api/v1/users/owner/followers/?limit=1").json()
    assert names(api.get(first["next"])) == ["fan"]


def test_lists_leave_out_whom_the_viewer_may_not_see(owner, fan, stranger, at, sign_in, api):
    services.follow_user(follower=fan, followed=owner, at=at)
    services.block_user(blocker=fan, blocked=stranger, at=at)
    assert names(sign_in(stranger).get("/api/v1/users/owner/followers/")) == []
    assert names(api.get("/api/v1/users/owner/followers/")) == ["fan"]
    suspend_user(user=fan, reason="spam", at=at)
    assert names(api.get("/api/v1/users/owner/followers/")) == []


def test_followings_may_be_kept_to_oneself(owner, fan, at, sign_in, api):
    services.follow_user(follower=fan, followed=owner, at=at)
    User.objects.get_queryset().filter(pk=fan.pk).update(followings_public=False)
    api.problem(api.get("/api/v1/users/fan/followings/"), status=403, code="followings_private")
    assert names(sign_in(fan).get("/api/v1/users/fan/followings/")) == ["owner"]


def test_nobody_learns_who_mutes_or_blocks_them(owner, fan, at, sign_in):
    services.mute_user(muter=fan, muted=owner, scope=MuteScope.REPOSTS, at=at)
    [muted] = sign_in(fan).get("/api/v1/me/mutes/").json()["results"]
    assert (muted["user"]["username"], muted["scope"]) == ("owner", "reposts")
    services.block_user(blocker=fan, blocked=owner, at=at)
    for path in ("me/mutes/", "me/blocks/"):
        assert sign_in(owner).get(f"/api/v1/{path}").json()["results"] == []


def test_a_longer_list_takes_no_more_queries(owner, make_user, at, sign_in):
    client = sign_in(owner)

    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as context:
            assert client.get(path).status_code == 200
        return len(context)

    people = [make_user(f"fan-{n}") for n in range(6)]
    few = {}
    for n, person in enumerate(people):
        services.follow_user(follower=person, followed=owner, at=at)
        services.mute_user(muter=owner, muted=person, scope=MuteScope.EVERYTHING, at=at)
        if n == 0:
            few = {path: queries(path) for path in ("/api/v1/users/owner/followers/", "/api/v1/me/mutes/")}
    assert {path: queries(path) for path in few} == few
