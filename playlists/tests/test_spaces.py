"""Playlists of spaces: whose they are, whatever becomes of the space and its members."""

import pytest

from accounts.models import User, UserCounts
from config.lib.testing import emitted
from playlists import privacy, services, tasks
from playlists.events import PlaylistMoved, PlaylistPassed
from playlists.models import Playlist
from playlists.services import spaces
from playlists.tests.conftest import ids, order_of
from social import services as social
from social.choices import Kind
from social.models import Activity, Space

pytestmark = pytest.mark.django_db


@pytest.fixture
def space(owner, at) -> Space:
    return social.create_space(owner=owner, name="Small hours", at=at)


@pytest.fixture
def editor(space, make_user, at) -> User:
    person = make_user("editor")
    join(space, person, "editor", at)
    return person


def join(space: Space, person: User, role: str, at) -> None:
    asked = social.invite_person(space=space, by=space.owner, person=person, role=role, at=at)
    social.accept_invitation(word=str(asked.pk), user=person, at=at)


@pytest.fixture
def shared(space, editor, make_playlist) -> Playlist:
    """What the editor has made in the space."""
    return make_playlist(editor, title="Night", space_id=space.pk)


def again(playlist: Playlist) -> Playlist:
    return Playlist.objects.get(pk=playlist.pk)


def counts(*people: User) -> list[int]:
    return [UserCounts.objects.get(pk=person.pk).playlists for person in people]


def actors(playlist: Playlist) -> list[int]:
    return list(Activity.objects.filter(kind=Kind.PLAYLIST, object_id=playlist.pk).values_list("actor_id", flat=True))


def test_into_a_space_its_editors_bring_something(space, stranger, make_playlist, at):
    with pytest.raises(Space.DoesNotExist):
        make_playlist(stranger, space_id=space.pk)
    join(space, stranger, "viewer", at)
    with pytest.raises(social.RoleTooLow):
        make_playlist(stranger, space_id=space.pk)


def test_who_leaves_leaves_what_they_made(space, editor, owner, shared, make_playlist, at):
    make_playlist(owner, title="Night")
    with emitted() as events:
        social.remove_member(space=space, by=owner, person=editor, at=at)
    assert PlaylistPassed(playlist_id=shared.pk, owner_id=owner.pk, former_owner_id=editor.pk) in events
    assert (again(shared).owner, again(shared).permalink) == (owner, "night-2")
    assert tasks.settle_passed(playlist_id=shared.pk)
    assert tasks.settle_passed(playlist_id=shared.pk)
    assert counts(owner, editor) == [2, 0]
    assert actors(shared) == [owner.pk]


@pytest.mark.parametrize("end", ["trashed", "purged", "private"])
def test_what_ends_before_the_counts_have_followed_is_counted_for_nobody(space, editor, owner, shared, at, end):
    social.remove_member(space=space, by=owner, person=editor, at=at)
    if end == "trashed":
        services.trash_playlist(playlist=again(shared), by=owner, at=at)
    if end == "private":
        services.update_playlist(playlist=again(shared), changes={"visibility": "private"}, by=owner, at=at)
    if end == "purged":
        services.purge_playlist(playlist_id=shared.pk)
    assert services.settle_passed(playlist_id=shared.pk) is (end != "purged")
    assert counts(owner, editor) == [0, 0]
    assert actors(shared) == []


def test_one_in_no_list_passes_without_counting(space, editor, owner, make_playlist, at):
    private = make_playlist(editor, space_id=space.pk, visibility="private")
    social.remove_member(space=space, by=owner, person=editor, at=at)
    services.settle_passed(playlist_id=private.pk)
    assert counts(owner, editor) == [0, 0]


def test_a_playlist_moves_and_its_tracks_stay(owner, space, playlist, tracks, at):
    with emitted() as events:
        services.move_playlist(playlist=playlist, space_id=space.pk, by=owner, at=at)
        services.move_playlist(playlist=again(playlist), space_id=space.pk, by=owner, at=at)
    assert [type(event) for event in events] == [PlaylistMoved]
    assert order_of(playlist) == ids(tracks)
    assert {track.space_id for track in tracks} == {None}
    services.move_and_update(playlist=again(playlist), changes={"space_id": None, "title": "Mine"}, by=owner, at=at)
    assert (again(playlist).space_id, again(playlist).title) == (None, "Mine")


def test_what_went_elsewhere_meanwhile_is_absent(owner, space, playlist, at):
    before = again(playlist)
    services.move_playlist(playlist=playlist, space_id=space.pk, by=owner, at=at)
    for attempt in (services.move_playlist, services.move_playlist):
        with pytest.raises(Playlist.DoesNotExist):
            attempt(playlist=before, space_id=None, by=owner, at=at)


def test_a_playlist_taken_into_a_space_without_its_face_passes_to_that_spaces_owner(owner, editor, space, shared, at):
    other = social.create_space(owner=owner, name="Other", at=at)
    services.move_playlist(playlist=shared, space_id=other.pk, by=owner, at=at)
    assert (again(shared).owner, again(shared).space) == (owner, other)


def test_a_space_that_holds_a_playlist_goes_only_with_it(owner, space, editor, shared, at):
    assert spaces.holds(space_id=space.pk)
    with pytest.raises(social.SpaceHoldsThings):
        social.delete_space(space=space, by=owner, to=None, at=at)
    social.delete_space(space=space, by=owner, to=social.Destination(person_id=owner.pk), at=at)
    assert (again(shared).owner, again(shared).space_id) == (owner, None)


def test_a_space_is_handed_over_with_its_playlists(owner, space, editor, shared, at):
    other = social.create_space(owner=owner, name="Other", at=at)
    join(other, editor, "editor", at)
    social.delete_space(space=space, by=owner, to=social.Destination(space_id=other.pk), at=at)
    assert (again(shared).owner, again(shared).space) == (editor, other)


def test_erasing_somebody_leaves_what_is_others(owner, space, editor, shared, make_playlist):
    own = make_playlist(editor, title="Own")
    privacy.erase(editor.pk)
    privacy.erase(editor.pk)
    assert again(shared).owner == owner
    assert not Playlist.objects.filter(pk=own.pk).exists()


def test_a_space_of_nobody_goes_with_its_playlists(owner, space, make_playlist):
    make_playlist(owner, space_id=space.pk)
    privacy.erase(owner.pk)
    assert not Playlist.objects.exists()
    assert not Space.objects.exists()


def test_playlists_count_against_no_plan(space, at):
    assert spaces.charge_owner(space=space, at=at) is None
    assert spaces.charge_heir(space=space, at=at) is None
