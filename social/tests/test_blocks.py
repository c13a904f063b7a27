import pytest

from accounts.events import BlockLifted, UserBlocked
from accounts.models import Block, User
from config.lib.testing import emitted
from config.lib.viewer import Viewer
from social import services
from social.events import RelationshipChanged
from social.models import Follow

pytestmark = pytest.mark.django_db


def test_a_block_ends_follows_both_ways_and_tells_the_blocker_alone(owner, fan, at, counts):
    services.follow_user(follower=fan, followed=owner, at=at)
    services.follow_user(follower=owner, followed=fan, at=at)
    with emitted() as events:
        services.block_user(blocker=owner, blocked=fan, at=at)
    assert (counts(owner), counts(fan)) == ((0, 0), (0, 0))
    assert events == [
        UserBlocked(blocker_id=owner.pk, blocked_id=fan.pk),
        RelationshipChanged(user_id=owner.pk, other_id=fan.pk),
    ]
    assert not [topic for event in events for topic in event.topics if topic.format(**vars(event)) == f"user:{fan.pk}"]


def test_a_block_hides_each_from_the_other(owner, fan, stranger, at):
    services.block_user(blocker=owner, blocked=fan, at=at)
    seen = {
        viewer.username: set(User.objects.visible_to(Viewer(user=viewer)).values_list("username", flat=True))
        for viewer in (owner, fan, stranger)
    }
    assert seen == {
        "owner": {"owner", "stranger"},
        "fan": {"fan", "stranger"},
        "stranger": {"owner", "fan", "stranger"},
    }


def test_blocking_twice_is_blocking_once(owner, fan, at):
    services.block_user(blocker=owner, blocked=fan, at=at)
    with emitted() as events:
        services.block_user(blocker=owner, blocked=fan, at=at)
    assert (events, Block.objects.count()) == ([], 1)


def test_unblocking_brings_them_back_to_sight_but_not_their_follows(owner, fan, at, counts):
    services.follow_user(follower=fan, followed=owner, at=at)
    services.block_user(blocker=owner, blocked=fan, at=at)
    with emitted() as events:
        services.unblock_user(blocker=owner, blocked=fan)
        services.unblock_user(blocker=owner, blocked=fan)
    assert events == [
        BlockLifted(blocker_id=owner.pk, blocked_id=fan.pk),
        RelationshipChanged(user_id=owner.pk, other_id=fan.pk),
    ]
    assert User.objects.visible_to(Viewer(user=fan)).filter(pk=owner.pk).exists()
    assert (counts(owner), Follow.objects.count()) == ((0, 0), 0)


def test_ones_own_block_lifted_leaves_the_others(owner, fan, at):
    services.block_user(blocker=owner, blocked=fan, at=at)
    services.block_user(blocker=fan, blocked=owner, at=at)
    services.unblock_user(blocker=owner, blocked=fan)
    assert list(Block.objects.values_list("blocker__username", flat=True)) == ["fan"]


def test_nobody_blocks_themselves(owner, at):
    with pytest.raises(services.SelfReference):
        services.block_user(blocker=owner, blocked=owner, at=at)
    with pytest.raises(services.SelfReference):
        services.unblock_user(blocker=owner, blocked=owner)


def test_a_block_hides_tracks_both_ways_even_with_their_secret_link(owner, fan, make_track, at, sign_in):
    public, private = make_track(owner), make_track(owner, visibility="private")
    token = sign_in(owner).post(f"/api/v1/tracks/{private.pk}/secret-token/").json()["secret_token"]
    other = make_track(fan)
    paths = [f"tracks/{public.pk}/", f"tracks/{private.pk}/?secret_token={token}"]
    assert [sign_in(fan).get(f"/api/v1/{path}").status_code for path in paths] == [200, 200]
    services.block_user(blocker=owner, blocked=fan, at=at)
    assert [sign_in(fan).get(f"/api/v1/{path}").status_code for path in paths] == [404, 404]
    assert sign_in(owner).get(f"/api/v1/tracks/{other.pk}/").status_code == 404
    assert [card["id"] for card in sign_in(fan).get("/api/v1/tracks/").json()["results"]] == [other.pk]
