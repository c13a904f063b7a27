"""Out of the trash: a track is back as it was, or goes for good and nobody can stop it half-way."""

from datetime import timedelta
from functools import partial

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from billing.models import Usage
from config.lib.testing import emitted, race
from social.choices import Kind, SpaceRole, Verb
from social.models import Activity, SpaceMember
from social.services import RoleTooLow, create_space, record_activity
from tracks import services, tasks
from tracks.events import TrackCondemned, TrackPublished, TrackPurged, TrackRestored, TrackTrashed, TrackWithdrawn
from tracks.models import Track
from tracks.tests.conftest import claim, png, stored, tracks_count, viewer

pytestmark = pytest.mark.django_db


@pytest.fixture
def at():
    return timezone.now()


def throw(track: Track, at) -> Track:
    services.trash_track(track=track, at=at)
    return Track.objects.get(pk=track.pk)


def restore(track: Track, at) -> Track:
    return services.restore_track(track=Track.objects.get(pk=track.pk), by=track.owner, at=at)


def columns(track: Track) -> dict:
    return Track.objects.filter(pk=track.pk).values().get()


# --- back ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("visibility", "listed"), [("public", 1), ("unlisted", 0), ("private", 0)])
def test_a_track_is_back_as_it_was(owner, make_ready, at, visibility, listed):
    track = make_ready(owner, visibility=visibility)
    before, activity = columns(track), list(Activity.objects.values())
    throw(track, at)
    with emitted() as events:
        restore(track, at)
        restore(track, at)
    assert events == [TrackRestored(track_id=track.pk, owner_id=owner.pk)]
    assert (columns(track), list(Activity.objects.values())) == (before, activity)
    assert tracks_count(owner) == listed


def test_the_cover_is_shut_in_the_trash_and_has_its_address_again_after_it(api, owner, make_ready, at):
    track = make_ready(owner)
    with ContentFile(png(), name="cover.png") as image:
        track = services.set_artwork(track=track, image=image, at=at)
    address = f"/files/{track.artwork.key}/thumb.webp"
    assert api.get(address).status_code == 200
    with emitted() as events:
        throw(track, at)
    [withdrawn, _] = events
    assert withdrawn == TrackWithdrawn(track_id=track.pk, owner_id=owner.pk, artwork_id=None)
    tasks.move_artwork(track_id=track.pk, owner_id=owner.pk, artwork_id=withdrawn.artwork_id)
    shut = api.get(address)
    assert (shut.status_code, shut["Cache-Control"]) == (404, "no-store")
    restore(track, at)
    assert api.get(address).status_code == 200


def test_what_became_ready_in_the_trash_is_published_when_it_is_back(owner, upload, finish, at):
    track = throw(upload(owner, visibility="public"), at)
    finish(claim(track))
    assert Track.objects.get(pk=track.pk).published_at is None
    later = at + timedelta(days=1)
    with emitted() as events:
        assert restore(track, later).published_at == later
    assert [type(event) for event in events] == [TrackRestored, TrackPublished]
    assert tracks_count(owner) == 1


def test_a_schedule_goes_on(owner, make_ready, at):
    track = make_ready(owner, publish_at=at + timedelta(hours=1))
    throw(track, at)
    later = at + timedelta(hours=2)
    assert services.publish_due(at=later) == 0
    assert restore(track, later).publish_at
    assert services.publish_due(at=later) == 1
    assert Track.objects.get(pk=track.pk).is_listed


def test_an_address_is_held_in_the_trash_and_whoever_wants_it_is_told_why(owner, upload, at):
    throw(upload(owner, permalink="night"), at)
    with pytest.raises(services.PermalinkTaken) as told:
        upload(owner, permalink="night")
    assert told.value.facts == {"permalink": "night", "in_trash": True}
    upload(owner, permalink="day")
    with pytest.raises(services.PermalinkTaken) as told:
        upload(owner, permalink="day")
    assert told.value.facts["in_trash"] is False


def test_a_track_takes_its_room_until_it_is_gone(owner, make_ready, at):
    track = make_ready(owner)
    used = Usage.objects.get().used_bytes
    throw(track, at)
    assert Usage.objects.get().used_bytes == used > 0
    services.condemn_track(track=track, by=owner, at=at)
    assert Usage.objects.get().used_bytes == used
    assert services.purge_condemned(track_id=track.pk, at=at)
    assert Usage.objects.get().used_bytes == 0


# --- whose ---------------------------------------------------------------------------------------


@pytest.fixture
def shared(owner, upload, at):
    """A track that the owner brought into a space of theirs, in the trash."""
    space = create_space(owner=owner, name="Small hours", at=at)
    return throw(upload(owner, space_id=space.pk), at)


@pytest.mark.parametrize(
    ("role", "may"), [("viewer", False), ("commenter", False), ("editor", True), ("admin", True), ("owner", True)]
)
def test_in_a_space_its_editors_bring_back(owner, stranger, shared, at, role, may):
    SpaceMember.objects.create(space=shared.space, person=stranger, role=role, role_since=at, created_at=at)
    found = Track.objects.trash_of(viewer(stranger))
    assert list(found) == ([shared] if may else [])
    if may:
        assert services.restore_track(track=shared, by=stranger, at=at).deleted_at is None
    else:
        for service in (services.restore_track, services.condemn_track):
            with pytest.raises(RoleTooLow):
                service(track=shared, by=stranger, at=at)


def test_whose_trash_a_track_is_in(owner, stranger, upload, shared, at):
    own = throw(upload(owner, visibility="private"), at)
    upload(owner)
    assert set(Track.objects.own_trash(viewer(owner))) == {own}
    assert set(Track.objects.space_trash(viewer(owner))) == {shared}
    assert set(Track.objects.trash_of(viewer(owner))) == {own, shared}
    assert set(Track.objects.trash_of(viewer(stranger))) == set()
    SpaceMember.objects.create(space=shared.space, person=stranger, role=SpaceRole.EDITOR, role_since=at, created_at=at)
    type(owner).objects.filter(pk=owner.pk).update(is_active=False)
    assert set(Track.objects.trash_of(viewer(stranger))) == set(), "what is of somebody suspended nobody sees"


def test_what_went_elsewhere_meanwhile_is_absent(owner, stranger, upload, at):
    track = throw(upload(owner), at)
    Track.objects.filter(pk=track.pk).update(owner=stranger)
    with pytest.raises(Track.DoesNotExist):
        services.restore_track(track=track, by=owner, at=at)


# --- gone ----------------------------------------------------------------------------------------


def test_what_is_condemned_is_in_no_trash_and_comes_back_no_more(owner, upload, at):
    track = throw(upload(owner), at)
    with emitted() as events:
        services.condemn_track(track=track, by=owner, at=at)
    assert events == [TrackCondemned(track_id=track.pk, owner_id=owner.pk)]
    assert not Track.objects.trash_of(viewer(owner)).exists()
    for service in (services.restore_track, services.condemn_track):
        with pytest.raises(Track.DoesNotExist):
            service(track=track, by=owner, at=at)


def test_only_what_is_in_the_trash_is_condemned(owner, upload, at):
    track = upload(owner)
    with pytest.raises(Track.DoesNotExist):
        services.condemn_track(track=track, by=owner, at=at)
    with pytest.raises(IntegrityError, match="purging_is_in_trash"), transaction.atomic():
        Track.objects.filter(pk=track.pk).update(purging_at=at)
    assert not services.purge_condemned(track_id=track.pk, at=at)
    assert stored()


def test_those_are_due_that_were_thrown_away_until_then_or_are_condemned(owner, upload, at):
    old, young, condemned, _ = tracks = [upload(owner) for _ in range(4)]
    throw(old, at)
    throw(young, at + timedelta(microseconds=1))
    services.condemn_track(track=throw(condemned, at + timedelta(days=1)), by=owner, at=at)
    ids = [track.pk for track in tracks]
    for _ in range(2):
        assert services.condemn_due(track_ids=ids, before=at, at=at) == [old.pk, condemned.pk]


def test_nothing_that_was_done_with_it_is_left_in_feeds(owner, stranger, make_ready, at):
    track = make_ready(owner)
    record_activity(actor_id=stranger.pk, verb=Verb.REPOST, kind=Kind.TRACK, object_id=track.pk, at=at)
    services.condemn_track(track=throw(track, at), by=owner, at=at)
    with emitted() as events:
        assert services.purge_condemned(track_id=track.pk, at=at)
        assert not services.purge_condemned(track_id=track.pk, at=at)
    assert events == [TrackPurged(track_id=track.pk, owner_id=owner.pk)]
    assert not Activity.objects.filter(object_id=track.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_of_restoring_and_condemning_at_once_one_wins(owner, upload, at, patient_locks):
    track = throw(upload(owner), at)
    restored, condemned, due = race(
        partial(services.restore_track, track=track, by=owner, at=at),
        partial(services.condemn_track, track=track, by=owner, at=at),
        partial(services.condemn_due, track_ids=[track.pk], before=at, at=at),
    )
    now = Track.objects.get(pk=track.pk)
    if isinstance(restored, Track):
        assert (now.deleted_at, now.purging_at, due) == (None, None, [])
        assert isinstance(condemned, Track.DoesNotExist)
    else:
        assert isinstance(restored, Track.DoesNotExist)
        assert now.purging_at
        assert stored()


# --- API -----------------------------------------------------------------------------------------


def test_restore_answers_with_the_track_and_the_second_time_too(api, sign_in, owner, make_ready):
    track, mine = make_ready(owner, title="Tide"), sign_in(owner)
    path = f"/api/v1/tracks/{track.pk}/"
    before = mine.get(path).json()
    with emitted() as events:
        assert mine.delete(path).status_code == 204
    assert TrackTrashed(track_id=track.pk, owner_id=owner.pk) in events
    assert api.get(path).status_code == 404
    for _ in range(2):
        answer = mine.post(f"{path}restore/")
        assert (answer.status_code, answer.json()) == (200, before)
    assert mine.get(path).json() == before


def test_what_is_in_the_trash_is_absent_for_others(sign_in, owner, stranger, upload, at):
    track, other = throw(upload(owner), at), sign_in(stranger)
    for track_id in (track.pk, track.pk + 500):
        other.problem(other.post(f"/api/v1/tracks/{track_id}/restore/"), status=404, code="not_found")
