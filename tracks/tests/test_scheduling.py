"""A track names the moment at which it becomes public by itself: once, and not before."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.services import suspend_user
from config.lib import advisory
from config.lib.testing import Api, emitted, race
from tracks import services, tasks
from tracks.events import RenditionsQueued, TrackPublished, TrackReady, TrackUpdated, TrackWithdrawn
from tracks.models import Track
from tracks.services import punctuality
from tracks.tests.conftest import claim, tracks_count

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
MOMENT = timezone.now() + HOUR
EARLIER, LATER = MOMENT - timedelta(seconds=1), MOMENT + HOUR


def change(track: Track, *, at=None, **changes) -> Track:
    services.update_track(track=track, changes=changes, at=at or timezone.now())
    return Track.objects.get(pk=track.pk)


def kinds(events) -> list[type]:
    return [type(event) for event in events]


@pytest.fixture
def scheduled(owner, make_ready):
    """A ready track that becomes public at MOMENT."""
    return make_ready(owner, publish_at=MOMENT)


def test_a_scheduled_track_is_private_until_its_moment_and_public_from_then_on(api, scheduled, owner):
    path = f"/api/v1/tracks/{scheduled.pk}/"
    assert (scheduled.visibility, scheduled.published_at) == ("private", None)
    assert services.publish_due(at=EARLIER) == 0
    assert api.get(path).status_code == 404
    with emitted() as events:
        assert [services.publish_due(at=MOMENT), services.publish_due(at=MOMENT)] == [1, 0]
    assert kinds(events) == [TrackUpdated, TrackPublished]
    track = Track.objects.get(pk=scheduled.pk)
    assert (track.visibility, track.published_at, track.publish_at) == ("public", MOMENT, None)
    assert api.get(path).status_code == 200
    assert tracks_count(owner) == 1


def test_a_worker_that_was_down_publishes_late(scheduled):
    assert services.publish_due(at=LATER) == 1
    assert Track.objects.get(pk=scheduled.pk).published_at == LATER


def test_a_clock_that_goes_back_publishes_nothing_anew(scheduled):
    services.publish_due(at=LATER)
    with emitted() as events:
        assert services.publish_due(at=EARLIER) == 0
    assert events == []


@pytest.mark.parametrize(("said", "until"), [({}, "private"), ({"visibility": "public"}, "private"),
                                             ({"visibility": "unlisted"}, "unlisted")])  # fmt: skip
def test_until_then_it_is_private_or_unlisted(owner, make_ready, said, until):
    track = make_ready(owner, publish_at=MOMENT, **said)
    assert (track.visibility, track.published_at) == (until, None)
    services.publish_due(at=MOMENT)
    assert Track.objects.get(pk=track.pk).is_listed


def test_what_is_not_ready_at_its_moment_is_published_once_it_is(owner, upload, finish):
    track = upload(owner, publish_at=MOMENT)
    assert services.publish_due(at=LATER) == 0
    with emitted() as events:
        finish(claim(track))
    assert kinds(events) == [TrackReady, RenditionsQueued]
    assert services.publish_due(at=LATER) == 1


@pytest.mark.parametrize("ready", [True, False])
def test_a_moment_that_is_over_publishes_now_or_as_soon_as_possible(owner, upload, make_ready, finish, ready):
    track = make_ready(owner, visibility="private") if ready else upload(owner, visibility="private")
    track = change(track, publish_at=timezone.now() - HOUR)
    assert (track.visibility, track.publish_at, track.published_at is not None) == ("public", None, ready)
    if not ready:
        finish(claim(track))
    assert Track.objects.get(pk=track.pk).is_listed


def test_an_upload_whose_moment_is_over_is_published_when_it_is_ready(owner, make_ready):
    assert make_ready(owner, publish_at=timezone.now() - HOUR, visibility="private").is_listed


def test_clearing_the_moment_leaves_the_track_private(scheduled):
    track = change(scheduled, publish_at=None)
    assert (track.visibility, track.publish_at, track.published_at) == ("private", None, None)
    assert services.publish_due(at=LATER) == 0


def test_moving_the_moment_moves_the_publication(scheduled):
    assert change(scheduled, publish_at=LATER).publish_at == LATER
    assert [services.publish_due(at=MOMENT), services.publish_due(at=LATER)] == [0, 1]


def test_making_it_public_by_hand_ends_the_schedule(scheduled):
    track = change(scheduled, visibility="public")
    assert (track.publish_at, track.is_listed) == (None, True)
    with emitted() as events:
        assert services.publish_due(at=LATER) == 0
    assert events == []


def test_other_changes_leave_the_schedule_alone(scheduled):
    for changes in ({"title": "Later"}, {"visibility": "unlisted"}, {"visibility": "private"}):
        assert change(scheduled, **changes).publish_at == MOMENT


def test_scheduling_an_unlisted_track_withdraws_nothing_and_one_that_waits_publicly_becomes_private(
    owner, make_ready, upload
):
    unlisted = make_ready(owner, visibility="unlisted")
    with emitted() as events:
        assert change(unlisted, publish_at=MOMENT).visibility == "unlisted"
    assert TrackWithdrawn not in kinds(events)
    assert change(upload(owner), publish_at=MOMENT).visibility == "private"


@pytest.mark.parametrize("visibility", ["public", "private"])
def test_what_was_published_is_not_scheduled(owner, make_ready, visibility):
    track = change(make_ready(owner), visibility=visibility)
    for moment in (MOMENT, timezone.now() - HOUR):
        with pytest.raises(services.PublishedAlready):
            change(track, publish_at=moment)
    assert change(track, publish_at=None).visibility == visibility


def test_the_trash_and_a_suspension_keep_it_back(scheduled, owner, make_ready):
    trashed = make_ready(owner, publish_at=MOMENT)
    services.trash_track(track=trashed, at=timezone.now())
    assert services.publish_due(at=LATER) == 1
    again = make_ready(owner, publish_at=MOMENT)
    suspend_user(user=owner, reason="Spam.", at=timezone.now())
    assert services.publish_due(at=LATER) == 0
    assert Track.objects.get(pk=again.pk).publish_at == MOMENT


def test_the_task_publishes_what_is_due_now(owner, make_ready):
    track = make_ready(owner, publish_at=MOMENT)
    Track.objects.filter(pk=track.pk).update(publish_at=timezone.now())
    assert [tasks.publish_due(), tasks.publish_due()] == [1, 0]


def test_a_track_that_is_not_due_any_more_is_passed_over(scheduled):
    change(scheduled, publish_at=LATER)
    assert not punctuality.publish_scheduled(track_id=scheduled.pk, at=MOMENT)


def test_no_row_is_public_and_scheduled(scheduled):
    with pytest.raises(IntegrityError, match="schedule_ends_when_public"), transaction.atomic():
        Track.objects.filter(pk=scheduled.pk).update(visibility="public")


def test_the_owner_alone_reads_the_moment(sign_in, api, owner, make_ready):
    track, client = make_ready(owner, visibility="unlisted"), sign_in(owner)
    path = f"/api/v1/tracks/{track.pk}/"
    text = MOMENT.isoformat().replace("+00:00", "Z")
    assert client.patch(path, {"publish_at": text}).json()["manage"]["publish_at"] == text
    assert "publish_at" not in str(api.get(path).json())
    assert client.patch(path, {"publish_at": None}).json()["manage"]["publish_at"] is None
    client.problem(client.patch(path, {"publish_at": "soon"}), status=400, code="invalid")
    client.patch(path, {"visibility": "public"})
    client.problem(client.patch(path, {"publish_at": text}), status=409, code="published_already")


def test_a_form_brings_the_moment(sign_in, owner, tone):
    with tone.open("rb") as audio:
        form = {"audio": audio, "publish_at": MOMENT.isoformat()}
        body = sign_in(owner).post("/api/v1/tracks/", form, format="multipart").json()
    assert (body["visibility"], body["manage"]["publish_at"] is not None) == ("private", True)


@pytest.mark.django_db(transaction=True)
def test_of_eight_sweeps_one_publishes(scheduled, owner):
    published = race(*[lambda: services.publish_due(at=MOMENT)] * 8)
    services.publish_due(at=MOMENT)  # a sweep that found another at it leaves the work to that one, or to the next
    assert sum(published) <= 1
    assert tracks_count(owner) == 1


@pytest.mark.django_db(transaction=True)
def test_a_sweep_leaves_the_work_to_the_one_that_is_at_it(scheduled):
    def at_it():
        with transaction.atomic():
            advisory.hold("tracks.publish_due")
            return race(lambda: services.publish_due(at=MOMENT))[0]

    assert race(at_it) == [0]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "changes", [{"publish_at": None}, {"publish_at": LATER}, {"visibility": "public"}, {"title": "Late"}]
)
def test_a_patch_that_meets_the_moment_publishes_once_or_not_at_all(scheduled, owner, changes):
    with emitted() as events:
        results = race(
            lambda: services.publish_due(at=MOMENT),
            lambda: services.update_track(track=scheduled, changes=changes, at=timezone.now()),
        )
    strange = [r for r in results if isinstance(r, Exception) and not isinstance(r, services.PublishedAlready)]
    assert strange == []
    track = Track.objects.get(pk=scheduled.pk)
    assert kinds(events).count(TrackPublished) == int(track.is_listed) == tracks_count(owner)
    if track.is_listed:
        assert track.publish_at is None
    else:
        assert track.publish_at == changes.get("publish_at")


def test_nobody_else_schedules(sign_in, stranger, owner, make_ready):
    track, client = make_ready(owner), sign_in(stranger)
    answer = client.patch(f"/api/v1/tracks/{track.pk}/", {"publish_at": MOMENT.isoformat()})
    Api().problem(answer, status=403, code="permission_denied")
