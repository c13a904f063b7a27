"""What a feed holds, and what becomes of an entry the moment that somebody changes their mind."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.services import lift_suspension, suspend_user
from config.lib.viewer import Viewer
from discovery.serializers import FeedItem
from discovery.tests.conftest import add_playlist, add_track
from engagement import services as engagement
from engagement.posts.services import publish_post
from social import services as social
from social.choices import Kind, MuteScope, Verb
from tracks.models import Track
from tracks.services import update_track

pytestmark = pytest.mark.django_db
FEED = "/api/v1/feed/"


def publish(owner, at, minutes=0):
    """A track that stands in feeds since then."""
    at += timedelta(minutes=minutes)
    track = add_track(owner, at=at)
    did = {"actor_id": owner.pk, "verb": Verb.PUBLISH, "kind": Kind.TRACK, "object_id": track.pk}
    social.record_activity(**did, at=at)
    return track


def repost(person, track, at, minutes=0):
    viewer, at = Viewer(user=person), at + timedelta(minutes=minutes)
    engagement.repost(kind=engagement.TRACK_REPOSTS, viewer=viewer, thing_id=track.pk, caption=None, at=at)


def told(body):
    return [(item["kind"], item[item["kind"]]["id"]) for item in body["results"]]


def names(item):
    return [actor["user"]["username"] for actor in item["actors"]]


def test_what_several_did_with_a_thing_is_one_entry_where_the_newest_put_it(fan, owner, make_user, at, sign_in):
    friend = make_user("friend")
    social.follow_user(follower=fan, followed=friend, at=at)
    track = publish(owner, at)
    post = publish_post(author=owner, body="Soon.", at=at + timedelta(minutes=1))
    repost(friend, track, at, minutes=2)
    body = sign_in(fan).get(FEED).json()
    assert told(body) == [("track", track.pk), ("post", post.pk)]
    item = body["results"][0]
    assert (names(item), item["actors_count"]) == (["friend", "owner"], 2)
    assert [actor["verb"] for actor in item["actors"]] == ["repost", "publish"]
    assert set(item) == set(FeedItem().fields) - {"playlist", "post"}


def unfollow(fan, owner, track, at):
    social.unfollow_user(follower=fan, followed=owner)
    return lambda: social.follow_user(follower=fan, followed=owner, at=at)


def block(fan, owner, track, at):
    social.block_user(blocker=owner, blocked=fan, at=at)

    def undo():
        social.unblock_user(blocker=owner, blocked=fan)
        social.follow_user(follower=fan, followed=owner, at=at)

    return undo


def mute(fan, owner, track, at):
    social.mute_user(muter=fan, muted=owner, scope=MuteScope.EVERYTHING, at=at)
    return lambda: social.unmute_user(muter=fan, muted=owner, scope=MuteScope.EVERYTHING)


def privatise(fan, owner, track, at):
    update_track(track=track, changes={"visibility": "private"}, at=at)
    return lambda: update_track(track=track, changes={"visibility": "public"}, at=at)


def trash(fan, owner, track, at):
    Track.objects.filter(pk=track.pk).update(deleted_at=at)
    return lambda: Track.objects.filter(pk=track.pk).update(deleted_at=None)


def suspend(fan, owner, track, at):
    suspend_user(user=owner, reason="tested", at=at)
    return lambda: lift_suspension(user=owner, at=at)


@pytest.mark.parametrize("way", [unfollow, block, mute, privatise, trash, suspend])
def test_what_is_gone_is_gone_at_the_next_read_and_back_at_its_place_afterwards(fan, owner, at, sign_in, way):
    track, newer = publish(owner, at), publish_post(author=owner, body="Soon.", at=at + timedelta(minutes=1))
    client, before = sign_in(fan), [("post", newer.pk), ("track", track.pk)]
    assert told(client.get(FEED).json()) == before
    back = way(fan, owner, track, at)
    assert ("track", track.pk) not in told(client.get(FEED).json())
    back()
    assert told(client.get(FEED).json()) == before


def test_muted_reposts_leave_what_somebody_publishes(fan, owner, stranger, at, sign_in):
    own, theirs = publish(owner, at), publish(stranger, at)
    repost(owner, theirs, at, minutes=1)
    assert told(sign_in(fan).get(FEED).json()) == [("track", theirs.pk), ("track", own.pk)]
    social.mute_user(muter=fan, muted=owner, scope=MuteScope.REPOSTS, at=at)
    assert told(sign_in(fan).get(FEED).json()) == [("track", own.pk)]


def test_what_is_of_somebody_muted_is_not_shown_by_others(fan, owner, stranger, at, sign_in):
    repost(owner, publish(stranger, at), at)
    social.mute_user(muter=fan, muted=stranger, scope=MuteScope.EVERYTHING, at=at)
    assert told(sign_in(fan).get(FEED).json()) == []


def test_a_kind_alone_and_its_cursor_stays_with_it(fan, owner, at, sign_in, api):
    tracks = [publish(owner, at, minutes=n) for n in range(3)]
    playlist = add_playlist(owner, at=at)
    did = {"actor_id": owner.pk, "verb": Verb.PUBLISH, "kind": Kind.PLAYLIST, "object_id": playlist.pk}
    social.record_activity(**did, at=at)
    client = sign_in(fan)
    assert told(client.get(f"{FEED}?kind=playlist").json()) == [("playlist", playlist.pk)]
    first = client.get(f"{FEED}?kind=track&limit=2").json()
    assert told(client.get(first["next"]).json()) == [("track", tracks[0].pk)]
    cursor = first["next"].partition("cursor=")[2].partition("&")[0]
    for words in (f"cursor={cursor}", f"cursor={cursor}&kind=post", "cursor=nonsense"):
        api.problem(client.get(f"{FEED}?{words}"), status=400, code="invalid")


@pytest.mark.parametrize("words", ["kind=song", "kind=", "limit=0", "limit=101", "order=x", "kind=post&kind=post"])
def test_words_that_say_nothing_are_refused(fan, sign_in, words):
    assert sign_in(fan).get(f"{FEED}?{words}").status_code == 400


def test_pages_lead_down_and_up_again_and_the_future_to_what_is_newer(fan, owner, at, sign_in):
    tracks = [("track", publish(owner, at, minutes=n).pk) for n in range(5)][::-1]
    client = sign_in(fan)
    first = client.get(f"{FEED}?limit=2").json()
    assert (told(first), first["previous"]) == (tracks[:2], None)
    second = client.get(first["next"]).json()
    third = client.get(second["next"]).json()
    assert (told(second), told(third), third["next"]) == (tracks[2:4], tracks[4:], None)
    up = client.get(third["previous"]).json()
    assert (told(up), told(client.get(up["previous"]).json())) == (tracks[2:4], tracks[:2])
    assert told(client.get(up["next"]).json()) == tracks[4:]
    nothing = client.get(first["future"]).json()
    assert (nothing["results"], nothing["previous"]) == ([], None)
    new = [("track", publish(owner, at, minutes=10 + n).pk) for n in range(3)]
    newer = client.get(nothing["future"]).json()
    assert told(newer) == [new[1], new[0]], "the oldest of what is new first, so that nothing is passed by"
    assert told(client.get(newer["future"]).json()) == [new[2]]


def test_the_future_of_an_empty_feed_is_its_first_page(make_user, owner, at, sign_in):
    person = make_user("newcomer")
    client = sign_in(person)
    empty = client.get(FEED).json()
    assert (empty["results"], empty["next"], empty["previous"]) == ([], None, None)
    track = publish(owner, at)
    social.follow_user(follower=person, followed=owner, at=at)
    assert told(client.get(empty["future"]).json()) == [("track", track.pk)]


def test_a_first_screen_has_both_halves(fan, owner, stranger, at, sign_in):
    followed, found = publish(owner, at), publish(stranger, at)
    publish(fan, at)
    body = sign_in(fan).get(f"{FEED}home/").json()
    assert told({"results": body["following"]}) == [("track", followed.pk)]
    assert [(one["reason"], one["track"]["id"]) for one in body["discover"]] == [({"code": "newest"}, found.pk)]


def test_a_page_of_many_takes_as_many_queries_as_one_of_one(fan, owner, at):
    from discovery.queries import Feed  # noqa: PLC0415 -- beside what it counts

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            Feed(viewer=Viewer(user=fan)).page(limit=50)
        return len(seen)

    publish(owner, at)
    one = queries()
    for n in range(49):
        publish(owner, at, minutes=n)
    assert queries() == one == 5
