"""Who is told that a feed has changed, and of what."""

import pytest

from config.lib.events import type_name
from config.lib.events.log import Cursor, Entry
from config.lib.realtime.frames import build_for
from config.lib.testing import emitted
from config.models import DomainEvent
from discovery import tasks
from discovery.events import FeedChanged, FeedItemAdded, FollowersReached
from discovery.services import telling
from discovery.tests.test_api import publish, repost
from social import services as social
from social.choices import MuteScope
from tracks.models import Track

pytestmark = pytest.mark.django_db


@pytest.fixture
def followers(owner, make_user, at):
    people = [make_user(f"follower-{n}") for n in range(5)]
    for person in people:
        social.follow_user(follower=person, followed=owner, at=at)
    return people


@pytest.fixture
def here(monkeypatch):
    """These people, and nobody else, have a socket open."""

    def are(*people):
        present = {person.pk for person in people}
        monkeypatch.setattr(telling, "here_among", lambda ids: [id_ for id_ in ids if id_ in present])

    return are


def topics():
    rows = DomainEvent.objects.filter(type__in=[type_name(FeedItemAdded), type_name(FeedChanged)]).order_by("pk")
    return [set(row) for row in rows.values_list("topics", flat=True)]


def test_followers_who_are_here_are_told_in_portions_each_once(owner, followers, here, monkeypatch, at):
    monkeypatch.setattr(telling, "PORTION", 2)
    here(*followers[:4])
    track, left = publish(owner, at), {"track_id": 0, "owner_id": owner.pk}
    with emitted() as events:
        tasks.tell_of_track(**left | {"track_id": track.pk})
    rounds = 1
    while further := [event for event in events if isinstance(event, FollowersReached)]:
        with emitted() as events:
            tasks.tell_further(**vars(further[0]))
        rounds += 1
    assert rounds == 3
    told = topics()
    assert sorted(topic for row in told for topic in row) == sorted(f"user:{person.pk}" for person in followers[:4])


def test_nobody_here_is_nobody_told(owner, followers, here):
    here()
    with emitted() as events:
        assert tasks.tell_of_post(post_id=1, owner_id=owner.pk) == 0
    assert events == []


@pytest.mark.parametrize(
    ("task", "facts", "did"),
    [
        (tasks.tell_of_playlist, {"playlist_id": 7, "owner_id": 0}, ("publish", "playlist", 7)),
        (tasks.tell_of_post, {"post_id": 7, "owner_id": 0}, ("publish", "post", 7)),
        (tasks.tell_of_reposted_track, {"track_id": 7, "owner_id": 1, "user_id": 0}, ("repost", "track", 7)),
        (tasks.tell_of_reposted_playlist, {"playlist_id": 7, "owner_id": 1, "user_id": 0}, ("repost", "playlist", 7)),
        (tasks.tell_of_change, {"owner_id": 0, "track_id": 7}, None),
        (tasks.tell_of_change, {"user_id": 0, "owner_id": 1}, None),
    ],
)
def test_what_happened_is_told_of_who_did_it(owner, followers, here, task, facts, did):
    here(followers[0])
    with emitted() as events:
        task(**{name: owner.pk if fact == 0 else fact for name, fact in facts.items()})
    [event] = events
    assert event.actor_id == owner.pk
    if did:
        assert (event.verb, event.kind, event.object_id) == did
    else:
        assert isinstance(event, FeedChanged)


def test_ones_own_devices_are_told_of_what_one_did_oneself(fan):
    tasks.tell_person(user_id=fan.pk)
    assert topics()[-1] == {f"user:{fan.pk}"}


def frames(event, *people, at):
    entry = Entry(Cursor(1, 1), type_name(type(event)), vars(event), [], "", at)
    built = build_for(entry, [f"user:{person.pk}" for person in people])
    return [frame.members if frame else None for frame in built.values()]


def test_an_entry_is_told_to_those_in_whose_feed_it_stands(owner, followers, stranger, make_user, at):
    third = make_user("third")
    track = publish(third, at)
    repost(owner, track, at)
    follower, muter, mutes_reposts, mutes_third, blocked = followers
    social.mute_user(muter=muter, muted=owner, scope=MuteScope.EVERYTHING, at=at)
    social.mute_user(muter=mutes_reposts, muted=owner, scope=MuteScope.REPOSTS, at=at)
    social.mute_user(muter=mutes_third, muted=third, scope=MuteScope.EVERYTHING, at=at)
    social.block_user(blocker=third, blocked=blocked, at=at)
    event = FeedItemAdded(actor_id=owner.pk, verb="repost", kind="track", object_id=track.pk)
    first, *others = frames(event, *followers, stranger, at=at)
    assert others == [None] * 5
    assert (first["type"], first["actor_id"], first["item"]["track"]["id"]) == ("feed_item", owner.pk, track.pk)
    assert [actor["verb"] for actor in first["item"]["actors"]] == ["repost"]
    changed = frames(FeedChanged(actor_id=owner.pk), follower, stranger, owner, at=at)
    assert changed == [{"type": "feed_changed"}, None, {"type": "feed_changed"}]


def test_what_is_gone_meanwhile_is_not_told(owner, followers, at):
    track = publish(owner, at)
    event = FeedItemAdded(actor_id=owner.pk, verb="publish", kind="track", object_id=track.pk)
    Track.objects.filter(pk=track.pk).update(deleted_at=at)
    assert frames(event, *followers, at=at) == [None] * 5


def test_what_a_post_brings_counts_as_its_face(owner, followers, make_user, at):
    from discovery.frames import faces_of  # noqa: PLC0415 -- what is tested

    thing = {"user": {"id": 1}, "track": {"user": {"id": 2}}, "playlist": None}
    assert faces_of(thing) == {1, 2}
