"""Playlists in spaces: how they come in and go out, and what becomes of them when a space or its members change.

As everywhere, the space is held first, then playlists in the order of their ids, and addresses. The counts of people
come after tracks, which the keeper below this one holds next; so those follow by an event.
The first half of the file is what `social.services.spaces.keeping` asks of whoever keeps something in spaces.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from config.lib.errors import DomainError
from config.lib.events import emit
from playlists.events import PlaylistMoved, PlaylistPassed
from playlists.models import Playlist
from playlists.services.locking import ensure_unmoved, lock_open_playlist
from playlists.services.permalinks import save_with_free_permalink
from playlists.services.purging import purge_playlist
from playlists.services.writing import settle_profile, update_playlist
from social.choices import SpaceRole
from social.models import Space, SpaceMember
from social.services import lock_role, lock_spaces


class PlaylistNotMadeByYou(DomainError):
    code = "playlist_not_made_by_you"
    status = 403
    title = "Only who brought a playlist into a space takes it out of there for themselves."


def holds(*, space_id: int) -> bool:
    """Whether any playlist is in the space, be it in the trash."""
    return Playlist.objects.in_space(space_id).exists()


@transaction.atomic
def pass_on(*, space: Space, from_id: int, at: datetime) -> None:
    """What somebody made has the space's owner for its face from now on."""
    theirs = [playlist for playlist in lock_playlists(space) if playlist.owner_id == from_id]
    settle(theirs, space=space, owner_of=lambda _: space.owner_id, at=at)


def charge_owner(*, space: Space, at: datetime) -> None:
    """Playlists count against no plan."""


def charge_heir(*, space: Space, at: datetime) -> None:
    """Likewise."""


@transaction.atomic
def give_to_person(*, space: Space, person_id: int, at: datetime) -> None:
    """Let all playlists of a space be that person's own."""
    settle(lock_playlists(space), space=None, owner_of=lambda _: person_id, at=at)


@transaction.atomic
def give_to_space(*, space: Space, target: Space, at: datetime) -> None:
    """Let all playlists of a space be in another one."""
    settle(lock_playlists(space), space=target, owner_of=face_in(target), at=at)


def remove(*, space_id: int, at: datetime) -> None:
    """Purge the playlists of a space that nobody is in any more."""
    for playlist_id in list(Playlist.objects.in_space(space_id).order_by("pk").values_list("pk", flat=True)):
        purge_playlist(playlist_id=playlist_id, reason="its space was erased")


@transaction.atomic
def move_and_update(*, playlist: Playlist, changes: Mapping[str, Any], by: User, at: datetime) -> Playlist:
    """`update_playlist`, where `space_id` may be among the changes: all of them or none.

    Raises what `move_playlist` and `update_playlist` do.
    """
    rest = {name: value for name, value in changes.items() if name != "space_id"}
    if "space_id" not in changes:
        return update_playlist(playlist=playlist, changes=rest, by=by, at=at)
    moved = move_playlist(playlist=playlist, space_id=changes["space_id"], by=by, at=at)
    return update_playlist(playlist=moved, changes=rest, by=by, at=at) if rest else moved


@transaction.atomic
def move_playlist(*, playlist: Playlist, space_id: int | None, by: User, at: datetime) -> Playlist:
    """Put a playlist into a space, into another one, or into none, where the person may edit what is on both sides. The
    tracks in it stay where they are. The row, held until the transaction ends.

    Raises RoleTooLow, PlaylistNotMadeByYou, Space.DoesNotExist, Playlist.DoesNotExist.
    """
    sides = {side for side in (playlist.space_id, space_id) if side is not None}
    lock_spaces(sides)
    held = {side: lock_role(space_id=side, user=by, least=SpaceRole.EDITOR) for side in sides}
    former, playlist = playlist, lock_open_playlist(playlist.pk)
    ensure_unmoved(playlist, since=former, by=by)
    if space_id == playlist.space_id:
        return playlist
    if None in {space_id, playlist.space_id} and playlist.owner_id != by.pk:
        raise PlaylistNotMadeByYou
    target = None if space_id is None else held[space_id]
    settle([playlist], space=target, owner_of=face_in(target), at=at)
    return playlist


def lock_playlists(space: Space) -> list[Playlist]:
    """All playlists of a space that is held, those in the trash too, held in the order of their ids."""
    return list(Playlist.objects.in_space(space.pk).select_for_update(no_key=True).order_by("pk"))


def face_in(space: Space | None) -> Callable[[Playlist], int]:
    """Whose a playlist is once it is in that space: its owner's where who made it is not in there."""
    members = set(SpaceMember.objects.filter(space=space).values_list("person_id", flat=True))
    return lambda playlist: playlist.owner_id if space is None or playlist.owner_id in members else space.owner_id


def settle(
    playlists: Collection[Playlist], *, space: Space | None, owner_of: Callable[[Playlist], int], at: datetime
) -> None:
    """Write down for playlists that are held in which space they are, and whose. Those that change hands get a free
    address below their new owner's name."""
    for playlist in playlists:
        former_space_id, former_owner_id, owner_id = playlist.space_id, playlist.owner_id, owner_of(playlist)
        playlist.space, playlist.owner_id, playlist.updated_at = space, owner_id, at
        if owner_id != former_owner_id:
            save_with_free_permalink(playlist, wish=playlist.permalink)
            emit_passed(playlist, former_owner_id=former_owner_id)
        else:
            playlist.save(update_fields=["space", "updated_at"])
        if playlist.space_id != former_space_id:
            emit_moved(playlist, former_space_id=former_space_id)


def emit_passed(playlist: Playlist, *, former_owner_id: int) -> None:
    """Tell that it is another person's."""
    owners = {"owner_id": playlist.owner_id, "former_owner_id": former_owner_id}
    emit(PlaylistPassed(playlist_id=playlist.pk, **owners))


def emit_moved(playlist: Playlist, *, former_space_id: int | None) -> None:
    """Tell that it is in another space."""
    spaces = {"space_id": playlist.space_id, "former_space_id": former_space_id}
    emit(PlaylistMoved(playlist_id=playlist.pk, owner_id=playlist.owner_id, **spaces))


@transaction.atomic
def settle_passed(*, playlist_id: int) -> bool:
    """Let a playlist that changed hands count for its new owner, and their followers find it in their feeds, at its
    place; False where it is gone. Twice is once."""
    playlist = Playlist.objects.select_for_update(no_key=True).filter(pk=playlist_id).first()
    if playlist is None:
        return False
    settle_profile(playlist)
    return True
