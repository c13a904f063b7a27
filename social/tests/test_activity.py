from datetime import timedelta

import pytest

from social import services
from social.choices import Kind, Verb
from social.models import Activity, ActorLast

pytestmark = pytest.mark.django_db


def record(owner, at, object_id=1):
    services.record_activity(actor_id=owner.pk, verb=Verb.REPOST, kind=Kind.TRACK, object_id=object_id, at=at)


def test_an_act_is_recorded_once_at_its_first_time(owner, at):
    record(owner, at)
    record(owner, at + timedelta(minutes=1))
    assert Activity.objects.get().created_at == at


def test_nothing_of_a_person_is_newer_than_their_last_activity_says(owner, at):
    record(owner, at, object_id=1)
    record(owner, at + timedelta(minutes=2), object_id=2)
    record(owner, at + timedelta(minutes=1), object_id=3)
    assert ActorLast.objects.get().last_at == at + timedelta(minutes=2)


def test_what_was_undone_is_forgotten_and_nothing_else(owner, at):
    record(owner, at, object_id=1)
    record(owner, at, object_id=2)
    services.retract_activity(actor_id=owner.pk, verb=Verb.REPOST, kind=Kind.TRACK, object_id=1)
    services.retract_activity(actor_id=owner.pk, verb=Verb.PUBLISH, kind=Kind.TRACK, object_id=2)
    assert Activity.objects.get().object_id == 2


def test_a_thing_that_is_gone_takes_what_was_done_with_it_along(owner, fan, at):
    record(owner, at)
    record(fan, at)
    record(fan, at, object_id=2)
    services.forget_object(kind=Kind.TRACK, object_id=1)
    assert Activity.objects.get().object_id == 2


def test_publishing_a_track_is_an_activity_of_its_moment(owner, make_track):
    track = make_track(owner)
    act = Activity.objects.get()
    assert (act.actor_id, act.verb, act.kind, act.object_id) == (owner.pk, "publish", "track", track.pk)
    assert act.created_at == track.published_at == ActorLast.objects.get().last_at
