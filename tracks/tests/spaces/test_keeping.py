"""What becomes of the tracks of a space when people leave, or are erased, and when the space goes."""

from datetime import timedelta

import pytest
from django.db import transaction

from config.lib.testing import emitted
from social import services as social
from social.choices import SpaceRole
from social.events import MemberRoleChanged, SpaceDeleted
from social.models import Activity, Space, SpaceInvitation, SpaceMember
from tracks import privacy, services
from tracks.events import TrackMoved, TrackPassed
from tracks.models import Sound, Track
from tracks.tests.conftest import assert_tidy, tracks_count
from tracks.tests.spaces.conftest import again, assert_charged, size_of, used

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("by", ["owner", "editor"])
def test_what_somebody_brought_passes_to_the_owner_when_they_go(cast, space, make_ready, at, by):
    owner, editor = cast["owner"], cast["editor"]
    make_ready(owner, title="Night")
    theirs = make_ready(editor, title="Night", space_id=space.pk)
    mine = make_ready(editor, title="Day")
    with emitted() as events:
        social.remove_member(space=space, by=cast[by], person=editor, at=at)
    assert TrackPassed(track_id=theirs.pk, owner_id=owner.pk, former_owner_id=editor.pk) in events
    assert (again(theirs).owner, again(theirs).permalink, again(theirs).space) == (owner, "night-2", space)
    assert again(mine).owner == editor
    assert (tracks_count(editor), tracks_count(owner)) == (1, 2)
    assert list(Activity.objects.filter(object_id=theirs.pk).values_list("actor", flat=True)) == [owner.pk]
    assert_charged(space)


def test_the_charge_follows_the_owner_of_longest_standing(cast, space, make_ready, at):
    owner, admin = cast["owner"], cast["admin"]
    track = make_ready(owner, space_id=space.pk)
    later = at + timedelta(seconds=1)
    social.change_role(space=space, by=owner, person=admin, role=SpaceRole.OWNER, at=later)
    assert (used(owner), used(admin)) == (size_of(track), 0)
    social.remove_member(space=space, by=owner, person=owner, at=later)
    assert (used(owner), used(admin)) == (0, size_of(track))
    assert again(track).owner == admin
    assert_charged(space)


def test_who_cannot_pay_does_not_become_the_one_who_pays(cast, space, make_ready, at, limit):
    owner, admin = cast["owner"], cast["admin"]
    make_ready(owner, space_id=space.pk)
    later = at + timedelta(seconds=1)
    social.change_role(space=space, by=owner, person=admin, role=SpaceRole.OWNER, at=later)
    limit(upload_minutes=0)
    for act in (
        lambda: social.remove_member(space=space, by=owner, person=owner, at=later),
        lambda: social.change_role(space=space, by=owner, person=owner, role=SpaceRole.VIEWER, at=later),
    ):
        with pytest.raises(social.SpaceOverQuota), transaction.atomic():
            act()
    assert SpaceMember.objects.get(person=owner).role == "owner"
    assert_charged(space)


def test_a_space_that_holds_something_be_it_in_the_trash_goes_only_with_a_destination(cast, space, make_ready, at):
    track = make_ready(cast["editor"], space_id=space.pk)
    services.trash_track(track=track, at=at)
    with pytest.raises(social.SpaceHoldsThings), transaction.atomic():
        social.delete_space(space=space, by=cast["owner"], to=None, at=at)
    assert Space.objects.filter(pk=space.pk).exists()


def test_all_of_it_goes_to_one_of_the_owners(cast, space, make_ready, upload, at):
    owner, editor = cast["owner"], cast["editor"]
    made = [make_ready(editor, title="Night", space_id=space.pk), upload(cast["admin"], space_id=space.pk)]
    services.trash_track(track=make_ready(owner, space_id=space.pk), at=at)
    with emitted() as events:
        social.delete_space(space=space, by=owner, to=social.Destination(person_id=owner.pk), at=at)
    assert events[-1] == SpaceDeleted(space_id=space.pk, by_id=owner.pk)
    assert sum(isinstance(event, TrackMoved) for event in events) == 3
    assert not Space.objects.exists()
    assert set(Track.objects.values_list("owner", "space")) == {(owner.pk, None)}
    assert [again(track).owner for track in made] == [owner, owner]
    assert (used(owner), used(editor)) == (size_of(*Track.objects.all()), 0)


def test_all_of_it_goes_into_another_space_where_faces_stay_that_are_known_there(cast, space, make_ready, at, join):
    owner, admin = cast["owner"], cast["admin"]
    other = social.create_space(owner=admin, name="Other", at=at)
    join(other, owner, "admin")
    known, foreign = make_ready(owner, space_id=space.pk), make_ready(cast["editor"], space_id=space.pk)
    social.delete_space(space=space, by=owner, to=social.Destination(space_id=other.pk), at=at)
    assert (again(known).owner, again(foreign).owner) == (owner, admin)
    assert set(Track.objects.values_list("space", flat=True)) == {other.pk}
    assert_charged(other)


@pytest.mark.parametrize("wish", ["stranger", "editor", "itself", "a space of another's", "no space", "as editor"])
def test_to_nobody_else_and_nowhere_else(cast, space, make_ready, at, stranger, join, wish):
    make_ready(cast["editor"], space_id=space.pk)
    other = social.create_space(owner=stranger, name="Other", at=at)
    if wish == "as editor":
        join(other, cast["owner"], "editor")
    to = {
        "stranger": social.Destination(person_id=stranger.pk),
        "editor": social.Destination(person_id=cast["editor"].pk),
        "itself": social.Destination(space_id=space.pk),
        "no space": social.Destination(space_id=other.pk + 999),
    }.get(wish, social.Destination(space_id=other.pk))
    with pytest.raises(social.TransferRefused), transaction.atomic():
        social.delete_space(space=space, by=cast["owner"], to=to, at=at)


def test_where_there_is_no_room_nothing_has_happened(cast, space, make_ready, at, limit, join):
    owner, second = cast["owner"], cast["admin"]
    join_at = at + timedelta(seconds=1)
    social.change_role(space=space, by=owner, person=second, role=SpaceRole.OWNER, at=join_at)
    other = social.create_space(owner=second, name="Other", at=at)
    join(other, owner, "admin")
    make_ready(cast["editor"], space_id=space.pk)
    limit(storage_bytes=1)
    for to in (social.Destination(person_id=second.pk), social.Destination(space_id=other.pk)):
        with pytest.raises(social.SpaceOverQuota), transaction.atomic():
            social.delete_space(space=space, by=owner, to=to, at=at)
    assert_charged(space)


def test_by_the_api_to_a_person_by_name_or_a_space_by_id(cast, space, make_ready, sign_in, at):
    api, path = sign_in(cast["owner"]), f"/api/v1/spaces/{space.pk}/"
    make_ready(cast["editor"], space_id=space.pk)
    api.problem(api.delete(path), status=409, code="space_holds_things")
    for word in ("editor", "nobody", "space:0", "space:x", "", str(cast["viewer"].pk)):
        api.problem(api.delete(f"{path}?transfer_to={word}"), status=409, code="transfer_refused")
    other = social.create_space(owner=cast["owner"], name="Other", at=at)
    assert api.delete(f"{path}?transfer_to=space:{other.pk}").status_code == 204
    assert api.delete(f"/api/v1/spaces/{other.pk}/?transfer_to=owner").status_code == 204
    assert list(Track.objects.values_list("owner", "space")) == [(cast["owner"].pk, None)]


def test_who_is_erased_leaves_what_they_brought_to_the_owner(cast, space, make_ready, at):
    track, own = make_ready(cast["editor"], space_id=space.pk), make_ready(cast["editor"])
    for _ in range(2):
        privacy.erase(cast["editor"].pk)
    assert again(track).owner == cast["owner"]
    assert not Track.objects.filter(pk=own.pk).exists()
    assert not SpaceMember.objects.filter(person=cast["editor"]).exists()
    assert_charged(space)


def test_where_the_last_owner_is_erased_the_highest_takes_over_even_beyond_their_plan(
    cast, space, make_ready, at, limit
):
    tracks = [make_ready(cast[name], space_id=space.pk) for name in ("owner", "editor")]
    limit(storage_bytes=1)
    with emitted() as events:
        privacy.erase(cast["owner"].pk)
    admin = cast["admin"]
    told = {"space_id": space.pk, "person_id": admin.pk, "by_id": admin.pk}
    assert MemberRoleChanged(**told, role="owner", before="admin") in events
    assert Space.objects.get().owner == admin
    assert [again(track).owner for track in tracks] == [admin, cast["editor"]]
    assert (used(cast["owner"]), used(admin)) == (0, size_of(*tracks))
    assert_charged(Space.objects.get())


def test_where_another_owner_is_left_nobody_is_raised(cast, space, make_ready, at):
    social.change_role(space=space, by=cast["owner"], person=cast["viewer"], role=SpaceRole.OWNER, at=at)
    privacy.erase(cast["owner"].pk)
    assert Space.objects.get().owner == cast["viewer"]
    assert SpaceMember.objects.get(person=cast["admin"]).role == "admin"


def test_a_space_of_the_erased_alone_goes_with_all_that_it_holds(space, owner, make_ready, rooms, at):
    make_ready(owner, space_id=space.pk)
    social.invite_address(space=space, by=owner, email="late@example.org", role=SpaceRole.ADMIN, at=at)
    with emitted() as events:
        privacy.erase(owner.pk)
    assert SpaceDeleted(space_id=space.pk, by_id=owner.pk) in events
    assert not any(model.objects.exists() for model in (Space, SpaceMember, SpaceInvitation, Track, Sound))
    assert used(owner) == 0
    assert_tidy(rooms)


def test_erasing_goes_on_where_it_stopped(space, owner, make_ready, at):
    """Killed after the last member went and before the tracks did."""
    make_ready(owner, space_id=space.pk)
    SpaceMember.objects.all().delete()
    privacy.erase(owner.pk)
    assert not Space.objects.exists()
    assert not Track.objects.exists()


def test_invitations_by_and_to_the_erased_are_gone(cast, space, at, stranger):
    social.invite_person(space=space, by=cast["admin"], person=stranger, role=SpaceRole.VIEWER, at=at)
    social.invite_address(space=space, by=cast["owner"], email="stranger@example.org", role=SpaceRole.VIEWER, at=at)
    social.vacate_spaces(user_id=stranger.pk, at=at)
    assert SpaceInvitation.objects.count() == 0
    social.invite_person(space=space, by=cast["admin"], person=stranger, role=SpaceRole.VIEWER, at=at)
    social.vacate_spaces(user_id=cast["admin"].pk, at=at)
    assert SpaceInvitation.objects.count() == 0
