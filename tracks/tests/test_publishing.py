"""The public record, the counts and what is told; every service once, twice and rolled back."""

from contextlib import suppress

import pytest
from django.db import transaction
from django.utils import timezone

from config.lib.testing import emitted
from tracks import services
from tracks.choices import Visibility
from tracks.events import (
    RenditionsQueued,
    SoundQueued,
    TrackPublished,
    TrackReady,
    TrackTrashed,
    TrackUpdated,
    TrackWithdrawn,
)
from tracks.models import Track, TrackCounts
from tracks.tests.conftest import claim, tracks_count

pytestmark = pytest.mark.django_db


def now():
    return timezone.now()


def kinds(events) -> list[type]:
    return [type(event) for event in events]


def test_a_public_track_is_published_when_it_is_ready(owner, upload, finish):
    with emitted() as uploaded:
        track = upload(owner)
    assert tracks_count(owner) == 0
    with emitted() as finished:
        finish(claim(track))
    track = Track.objects.get(pk=track.pk)
    assert kinds(uploaded) == [SoundQueued]
    assert finished == [
        TrackReady(track_id=track.pk, owner_id=owner.pk),
        TrackPublished(track_id=track.pk, owner_id=owner.pk),
        RenditionsQueued(sound_id=track.sound_id),
    ]
    assert (track.state, track.duration_ms, tracks_count(owner)) == ("ready", 1000, 1)
    assert TrackCounts.objects.filter(track=track).exists()


@pytest.mark.parametrize("visibility", ["private", "unlisted"])
def test_what_is_not_public_is_never_published(owner, make_ready, visibility):
    with emitted() as events:
        track = make_ready(owner, visibility=visibility)
    assert TrackPublished not in kinds(events)
    with pytest.raises(services.TrackNotPublic):
        services.publish_track(track=track, at=now())
    assert (Track.objects.get(pk=track.pk).published_at, tracks_count(owner)) == (None, 0)


def test_what_has_no_sound_is_not_published(owner, upload):
    with pytest.raises(services.TrackNotReady):
        services.publish_track(track=upload(owner), at=now())


def test_publishing_twice_is_once(owner, make_ready):
    track = make_ready(owner)
    with emitted() as events:
        services.publish_track(track=track, at=now())
    assert events == []
    assert tracks_count(owner) == 1
    assert Track.objects.get(pk=track.pk).published_at == track.published_at


def test_a_track_that_becomes_public_later_is_published_then(owner, make_ready):
    track = make_ready(owner, visibility="private")
    with emitted() as events:
        services.update_track(track=track, changes={"visibility": "public"}, at=now())
    assert kinds(events) == [TrackUpdated, TrackPublished]
    assert tracks_count(owner) == 1


def test_a_track_that_is_public_before_it_is_ready_is_published_when_it_is(owner, upload, finish):
    track = upload(owner, visibility="private")
    with emitted() as events:
        services.update_track(track=track, changes={"visibility": "public"}, at=now())
    assert kinds(events) == [TrackUpdated]
    with emitted() as events:
        finish(claim(track))
    assert kinds(events) == [TrackReady, TrackPublished, RenditionsQueued]
    assert tracks_count(owner) == 1


@pytest.mark.parametrize("change", [{"visibility": "private"}, {"visibility": "unlisted"}])
def test_leaving_the_lists_and_coming_back_is_counted_and_not_published_anew(owner, make_ready, change):
    track = make_ready(owner)
    with emitted() as events:
        services.update_track(track=track, changes=change, at=now())
    assert kinds(events) == [TrackUpdated, TrackWithdrawn]
    assert tracks_count(owner) == 0
    with emitted() as events:
        services.update_track(track=track, changes={"visibility": "public"}, at=now())
    assert kinds(events) == [TrackUpdated]
    assert tracks_count(owner) == 1
    assert Track.objects.get(pk=track.pk).published_at == track.published_at


@pytest.mark.parametrize("change", ["privatise", "trash"])
def test_what_happens_to_a_track_while_it_is_processed_holds(owner, upload, finish, change):
    track = upload(owner)
    sound = claim(track)
    if change == "trash":
        services.trash_track(track=track, at=now())
    else:
        services.update_track(track=track, changes={"visibility": "private"}, at=now())
    with emitted() as events:
        finish(sound)
    assert kinds(events) == [TrackReady, RenditionsQueued]
    track = Track.objects.get(pk=track.pk)
    assert (track.state, track.published_at, tracks_count(owner)) == ("ready", None, 0)


def test_the_trash_takes_a_track_once(owner, make_ready):
    track = make_ready(owner)
    with emitted() as events:
        services.trash_track(track=track, at=now())
        services.trash_track(track=track, at=now())
    assert kinds(events) == [TrackWithdrawn, TrackTrashed]
    assert tracks_count(owner) == 0


def test_what_nobody_else_could_open_is_not_withdrawn(owner, upload, make_ready):
    for track in (upload(owner), make_ready(owner, visibility="private")):
        with emitted() as events:
            services.trash_track(track=track, at=now())
        assert kinds(events) == [TrackTrashed]


def test_an_unlisted_track_that_becomes_private_is_withdrawn(owner, make_ready):
    track = make_ready(owner, visibility="unlisted")
    with emitted() as events:
        services.update_track(track=track, changes={"visibility": "private"}, at=now())
    assert kinds(events) == [TrackUpdated, TrackWithdrawn]


@pytest.mark.parametrize("change", [services.make_secret_token, services.drop_secret_token])
def test_a_link_that_opens_nothing_any_more_withdraws_a_private_track_only(owner, make_ready, change):
    for visibility, told in ((Visibility.PRIVATE, [TrackWithdrawn]), (Visibility.PUBLIC, [])):
        track = services.make_secret_token(track=make_ready(owner, visibility=visibility), at=now())
        with emitted() as events:
            changed = change(track=track, at=now())
        assert kinds(events) == told
        assert changed.secret_token != track.secret_token


def test_a_first_link_and_a_link_that_is_not_there_tell_nothing(owner, make_ready):
    track = make_ready(owner, visibility="private")
    with emitted() as events:
        services.drop_secret_token(track=track, at=now())
        services.make_secret_token(track=track, at=now())
    assert events == []


@pytest.mark.parametrize(
    "service",
    [
        lambda track: services.update_track(track=track, changes={"title": "Late"}, at=now()),
        lambda track: services.publish_track(track=track, at=now()),
        lambda track: services.make_secret_token(track=track, at=now()),
        lambda track: services.drop_secret_token(track=track, at=now()),
    ],
    ids=["update", "publish", "make link", "drop link"],
)
def test_nothing_is_changed_in_the_trash(owner, make_ready, service):
    track = make_ready(owner)
    services.trash_track(track=track, at=now())
    with emitted() as events, pytest.raises(Track.DoesNotExist):
        service(track)
    assert events == []
    assert Track.objects.get(pk=track.pk).title == track.title


class Undone(Exception):
    """Rolls a transaction back."""


@pytest.mark.parametrize(
    "service",
    [
        lambda track: services.update_track(track=track, changes={"visibility": "private"}, at=now()),
        lambda track: services.trash_track(track=track, at=now()),
        lambda track: services.make_secret_token(track=track, at=now()),
    ],
    ids=["update", "trash", "make link"],
)
def test_what_is_rolled_back_tells_nothing_and_counts_nothing(owner, make_ready, service):
    track = make_ready(owner)
    with emitted() as events, suppress(Undone), transaction.atomic():
        service(track)
        raise Undone
    assert events == []
    assert tracks_count(owner) == 1
    assert Track.objects.values().get(pk=track.pk) == {
        name: value for name, value in vars(track).items() if not name.startswith("_")
    }


def test_a_stale_copy_overwrites_nothing(owner, make_ready):
    first = make_ready(owner, title="Night", genre="Ambient")
    second = Track.objects.get(pk=first.pk)
    services.update_track(track=first, changes={"title": "Day"}, at=now())
    services.update_track(track=second, changes={"genre": "Drone"}, at=now())
    track = Track.objects.get(pk=first.pk)
    assert (track.title, track.genre) == ("Day", "Drone")
