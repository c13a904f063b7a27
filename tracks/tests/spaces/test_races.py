"""Tracks and spaces that change at the same moment. Real threads, real transactions: nothing waits in a circle, nobody
edits what they may edit no longer, and the ledgers agree with what is where."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.core.files import File
from django.db import transaction
from django.utils import timezone

from config.lib.testing import race
from social import services as social
from social.choices import SpaceRole
from social.models import Space
from tracks import services
from tracks.models import Track
from tracks.services.publishing import lock_open_track
from tracks.services.quota import payer_of
from tracks.tests.conftest import claim, last_step
from tracks.tests.spaces.conftest import again, assert_charged, used
from tracks.tests.spaces.pairs import assert_consistent, assert_pair_ends, strays

pytestmark = pytest.mark.django_db(transaction=True)


def test_who_is_shown_out_while_editing_edits_before_or_not_at_all(cast, space, make_ready, at, patient_locks):
    editor, owner = cast["editor"], cast["owner"]
    track = make_ready(owner, space_id=space.pk)
    for n in range(10):
        seen = again(track)
        edit = partial(services.move_and_update, track=seen, changes={"title": f"Edit {n}"}, by=editor, at=at)
        out = partial(social.remove_member, space=space, by=owner, person=editor, at=at)
        edited, removed = race(edit, out)
        assert removed is None
        assert (again(track).title == f"Edit {n}") is isinstance(edited, Track)
        assert isinstance(edited, Track | Space.DoesNotExist), edited
        with pytest.raises(Space.DoesNotExist):
            edit()
        made = social.invite_person(space=space, by=owner, person=editor, role=SpaceRole.EDITOR, at=at)
        social.accept_invitation(word=str(made.pk), user=editor, at=at)


def test_who_brings_something_while_shown_out_brings_it_before_or_not_at_all(cast, space, upload, at, patient_locks):
    editor, owner = cast["editor"], cast["owner"]
    for _ in range(5):
        brought, removed = race(
            partial(upload, editor, space_id=space.pk),
            partial(social.remove_member, space=space, by=owner, person=editor, at=at),
        )
        assert removed is None
        assert isinstance(brought, Track | Space.DoesNotExist), brought
        assert not Track.objects.filter(space=space, owner=editor).exists()
        assert_consistent()
        made = social.invite_person(space=space, by=owner, person=editor, role=SpaceRole.EDITOR, at=at)
        social.accept_invitation(word=str(made.pk), user=editor, at=at)


@pytest.mark.parametrize("transferred", [True, False])
def test_a_track_that_moves_in_while_the_space_goes_is_in_it_or_not_but_never_lost(
    owner, upload, at, patient_locks, transferred
):
    track = upload(owner)
    to = social.Destination(person_id=owner.pk) if transferred else None
    for _ in range(10):
        space = social.create_space(owner=owner, name="Brief", at=at)
        moved, deleted = race(
            partial(services.move_track, track=again(track), space_id=space.pk, by=owner, at=at),
            partial(social.delete_space, space=space, by=owner, to=to, at=at),
        )
        assert strays([moved, deleted]) == []
        if deleted is None:
            assert not Space.objects.filter(pk=space.pk).exists()
            assert again(track).space is None
        else:
            assert isinstance(deleted, social.SpaceHoldsThings)
            assert again(track).space == space
            services.move_track(track=again(track), space_id=None, by=owner, at=at)
        assert_consistent()


def test_a_crowd_that_wants_the_last_room_of_the_owner_gets_exactly_that(cast, space, tone, at, limit, patient_locks):
    size = tone.stat().st_size
    limit(storage_bytes=2 * size)

    def bring():
        with tone.open("rb") as audio:
            file = File(audio, name="tone.wav")
            return services.upload_track(
                owner=cast["editor"], audio=file, details={"space_id": space.pk}, at=timezone.now()
            )

    results = race(*[bring] * 8)
    assert sum(isinstance(result, Track) for result in results) == 2
    assert sum(isinstance(result, social.SpaceOverQuota) for result in results) == 6
    assert_charged(space)


def test_the_charge_of_a_sound_that_gets_ready_while_the_owner_changes_is_the_new_owners(
    cast, space, upload, made, at, patient_locks
):
    owner, admin = cast["owner"], cast["admin"]
    social.change_role(space=space, by=owner, person=admin, role=SpaceRole.OWNER, at=timezone.now())
    for turn in range(6):
        leaver, stayer = (owner, admin) if turn % 2 == 0 else (admin, owner)
        track = upload(cast["editor"], space_id=space.pk)
        done = last_step(made, claim(track))
        down = partial(
            social.change_role, space=space, by=leaver, person=leaver, role=SpaceRole.ADMIN, at=timezone.now()
        )
        results = race(done, down)
        assert strays(results) == []
        assert again(track).state == "ready"
        assert Space.objects.get().owner == stayer
        assert used(leaver) == 0
        assert_charged(space)
        social.change_role(space=space, by=stayer, person=leaver, role=SpaceRole.OWNER, at=timezone.now())


def test_the_owner_of_a_space_changes_only_when_whoever_charges_a_track_is_done(cast, space, upload, patient_locks):
    owner, admin, now = cast["owner"], cast["admin"], timezone.now()
    social.change_role(space=space, by=owner, person=admin, role=SpaceRole.OWNER, at=now)
    track = upload(cast["editor"], space_id=space.pk)
    down = partial(social.change_role, space=space, by=owner, person=owner, role=SpaceRole.ADMIN, at=now)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            held = lock_open_track(track.pk)
            assert payer_of(held) == owner
            changing = pool.submit(race, down)
            with pytest.raises(TimeoutError):
                changing.result(timeout=1.5)
        [done] = changing.result(timeout=30)
    assert not isinstance(done, Exception)
    assert payer_of(again(track)) == admin
    assert_charged(space)


def test_two_moves_at_once_end_and_leave_the_ledgers_right(make_user, join, upload, tone, patient_locks):
    """The first five of them; all pairs, again and again, are `config/tests/prove/test_spaces.py`."""
    people = tuple(make_user(name) for name in ("anna", "second", "editor"))
    for pair in itertools.combinations(range(5), 2):
        assert_pair_ends(pair, people=people, join=join, upload=upload, tone=tone)
