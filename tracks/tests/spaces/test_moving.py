"""Into a space, out of it, from one to another: who may, who pays, whose face it has."""

import pytest
from django.core.files import File
from django.db import transaction

from billing.services import OverQuota
from config.lib.testing import emitted
from social import services as social
from social.choices import SpaceRole
from social.models import Activity, Space
from tracks import services
from tracks.events import TrackMoved, TrackPassed
from tracks.models import Track
from tracks.tests.conftest import tracks_count
from tracks.tests.spaces.conftest import again, assert_charged, size_of, used

pytestmark = pytest.mark.django_db


def move(track, space, *, by, at):
    with transaction.atomic():
        return services.move_track(track=track, space_id=space and space.pk, by=by, at=at)


def test_into_a_space_and_out_again_moves_the_charge_and_nothing_else(cast, space, make_ready, at):
    editor = cast["editor"]
    track = make_ready(editor, title="Night")
    size = size_of(track)
    assert (used(editor), used(cast["owner"])) == (size, 0)
    with emitted() as events:
        for _ in range(2):
            move(again(track), space, by=editor, at=at)
    told = {"track_id": track.pk, "owner_id": editor.pk}
    assert events == [TrackMoved(**told, space_id=space.pk, former_space_id=None)]
    assert (used(editor), used(cast["owner"])) == (0, size)
    assert (again(track).owner, again(track).permalink, tracks_count(editor)) == (editor, "night", 1)
    move(again(track), None, by=editor, at=at)
    assert (used(editor), used(cast["owner"])) == (size, 0)
    assert_charged(space)


@pytest.mark.parametrize("role", ["commenter", "viewer"])
def test_into_a_space_only_its_editors_bring_something(cast, space, upload, make_ready, at, role):
    track = make_ready(cast[role])
    with pytest.raises(social.RoleTooLow):
        move(track, space, by=cast[role], at=at)
    with pytest.raises(social.RoleTooLow):
        upload(cast[role], space_id=space.pk)


def test_a_space_that_one_is_not_in_is_none(space, stranger, upload, at, sign_in, tone):
    track = upload(stranger)
    with pytest.raises(Space.DoesNotExist):
        move(track, space, by=stranger, at=at)
    api = sign_in(stranger)
    for space_id in (space.pk, space.pk + 99):
        answer = api.patch(f"/api/v1/tracks/{track.pk}/", {"space_id": space_id})
        api.problem(answer, status=404, code="not_found")
        with tone.open("rb") as audio:
            answer = api.post("/api/v1/tracks/", {"audio": audio, "space_id": space_id}, format="multipart")
        api.problem(answer, status=404, code="not_found")
    assert again(track).space is None


def test_nobody_takes_for_themselves_what_another_brought(cast, space, make_ready, at):
    track = make_ready(cast["editor"], space_id=space.pk)
    with pytest.raises(services.NotBroughtByYou):
        move(track, None, by=cast["owner"], at=at)
    with pytest.raises(social.RoleTooLow):
        move(track, None, by=cast["viewer"], at=at)


def test_from_one_space_to_another_needs_an_editor_of_both(cast, space, make_ready, at, join):
    other = social.create_space(owner=cast["editor"], name="Other", at=at)
    track = make_ready(cast["editor"], space_id=space.pk)
    with pytest.raises(Space.DoesNotExist):
        move(track, other, by=cast["admin"], at=at)
    join(other, cast["admin"], "viewer")
    with pytest.raises(social.RoleTooLow):
        move(track, other, by=cast["admin"], at=at)
    social.change_role(space=other, by=cast["editor"], person=cast["admin"], role=SpaceRole.EDITOR, at=at)
    move(track, other, by=cast["admin"], at=at)
    assert (again(track).space, again(track).owner) == (other, cast["editor"])
    assert (used(cast["owner"]), used(cast["editor"])) == (0, size_of(track))


def test_what_comes_where_its_face_is_not_passes_to_who_owns_the_space(cast, space, make_ready, at):
    other = social.create_space(owner=cast["admin"], name="Other", at=at)
    make_ready(cast["admin"], title="Night")
    track = make_ready(cast["editor"], title="Night", space_id=space.pk)
    with emitted() as events:
        move(track, other, by=cast["admin"], at=at)
    assert TrackPassed(track_id=track.pk, owner_id=cast["admin"].pk, former_owner_id=cast["editor"].pk) in events
    assert (again(track).owner, again(track).permalink) == (cast["admin"], "night-2")
    assert (tracks_count(cast["editor"]), tracks_count(cast["admin"])) == (0, 2)
    assert list(Activity.objects.filter(object_id=track.pk).values_list("actor", flat=True)) == [cast["admin"].pk]


def test_a_full_plan_of_the_owner_refuses_and_is_named_without_its_amounts(
    cast, space, make_ready, upload, at, limit, sign_in, tone
):
    track = make_ready(cast["editor"])
    limit(storage_bytes=size_of(track) - 1)
    api = sign_in(cast["editor"])
    body = api.problem(
        api.patch(f"/api/v1/tracks/{track.pk}/", {"space_id": space.pk, "title": "New"}),
        status=402,
        code="space_over_quota",
    )
    assert body["limit"] == "storage_bytes"
    assert not {"used", "allowed", "plan"} & set(body)
    assert (again(track).space, again(track).title) == (None, track.title), "all of it or nothing"
    with tone.open("rb") as audio:
        answer = api.post("/api/v1/tracks/", {"audio": audio, "space_id": space.pk}, format="multipart")
    api.problem(answer, status=402, code="space_over_quota")
    assert_charged(space)


def test_taking_out_what_does_not_fit_ones_own_plan_is_refused(cast, space, make_ready, at, limit):
    track = make_ready(cast["editor"], space_id=space.pk)
    limit(storage_bytes=1)
    with pytest.raises(OverQuota):
        move(track, None, by=cast["editor"], at=at)
    assert_charged(space)


def test_a_sound_that_is_replaced_by_an_editor_counts_against_the_owner(cast, space, make_ready, at, tone):

    track = make_ready(cast["editor"], space_id=space.pk)
    for _ in range(2):
        with tone.open("rb") as audio:
            services.replace_audio(track=track, audio=File(audio, name="tone.wav"), at=at)
    assert used(cast["editor"]) == 0
    assert used(cast["owner"]) == size_of(track) == 2 * tone.stat().st_size
    assert_charged(space)


def test_by_the_api_into_a_space_from_the_first_moment(cast, space, sign_in, tone):
    api = sign_in(cast["editor"])
    with tone.open("rb") as audio:
        answer = api.post("/api/v1/tracks/", {"audio": audio, "space_id": space.pk}, format="multipart")
    made = answer.json()
    assert answer.status_code == 201, made
    assert (made["manage"]["space"]["id"], made["user"]["username"]) == (space.pk, "editor")
    assert (used(cast["editor"]), used(cast["owner"])) == (0, tone.stat().st_size)
    out = api.patch(f"/api/v1/tracks/{made['id']}/", {"space_id": None, "title": "Mine"}).json()
    assert (out["manage"]["space"], out["title"]) == (None, "Mine")
    assert api.patch(f"/api/v1/tracks/{made['id']}/", {"space_id": space.pk}).json()["manage"]["space"]
    api.problem(api.patch(f"/api/v1/tracks/{made['id']}/", {"space_id": "x"}), status=400, code="invalid")


def test_an_edit_asks_again_while_the_track_is_held(cast, space, make_ready, at):
    track = make_ready(cast["editor"], space_id=space.pk)
    social.remove_member(space=space, by=cast["owner"], person=cast["editor"], at=at)
    with pytest.raises(Space.DoesNotExist):
        services.move_and_update(track=track, changes={"title": "Late"}, by=cast["editor"], at=at)
    stale = Track.objects.get(pk=track.pk)
    services.move_track(track=stale, space_id=None, by=cast["owner"], at=at)
    stale = Track(pk=track.pk, space_id=space.pk)
    with pytest.raises(Track.DoesNotExist), transaction.atomic():
        services.move_and_update(track=stale, changes={"title": "Late"}, by=cast["owner"], at=at)
    with pytest.raises(Track.DoesNotExist), transaction.atomic():
        services.move_track(track=stale, space_id=None, by=cast["owner"], at=at)
