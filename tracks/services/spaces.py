"""Tracks in spaces: how they come in and go out, and what becomes of them when a space or its members change.

As everywhere, the space is held first, then tracks in the order of their ids, ledgers, addresses, counts.
The first half of the file is what `social.services.spaces.keeping` asks of whoever keeps something in spaces.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.services import add_tracks, lock_counts
from billing.services import inherit_uploads, move_uploads
from config.lib.errors import DomainError
from config.lib.events import emit
from social.choices import Kind, SpaceRole, Verb
from social.models import Space, SpaceMember
from social.services import lock_role, lock_spaces, record_activity, retract_activity
from tracks.events import TrackMoved, TrackPassed
from tracks.models import Track
from tracks.services.permalinks import save_with_free_permalink
from tracks.services.publishing import lock_open_track, update_track
from tracks.services.purging import purge_track
from tracks.services.quota import keys_of, told_of


class NotBroughtByYou(DomainError):
    code = "not_brought_by_you"
    status = 403
    title = "Only who brought a track into a space takes it out of there for themselves."


def holds(*, space_id: int) -> bool:
    """Whether any track is in the space, be it in the trash."""
    return Track.objects.in_space(space_id).exists()


@transaction.atomic
def pass_on(*, space: Space, from_id: int, at: datetime) -> None:
    """What somebody brought has the space's owner for its face from now on."""
    theirs = [track for track in lock_tracks(space) if track.owner_id == from_id]
    settle(theirs, space=space, owner_of=lambda _: space.owner_id, at=at)


@transaction.atomic
def charge_owner(*, space: Space, at: datetime) -> None:
    """Let the tracks of a space count against its owner's plan. Raises SpaceOverQuota."""
    with told_of(space.pk):
        move_uploads(keys=keys_of(lock_tracks(space)), user_id=space.owner_id, at=at)


@transaction.atomic
def charge_heir(*, space: Space, at: datetime) -> None:
    """The same, whether or not the plan has room."""
    inherit_uploads(keys=keys_of(lock_tracks(space)), user_id=space.owner_id, at=at)


@transaction.atomic
def give_to_person(*, space: Space, person_id: int, at: datetime) -> None:
    """Let all tracks of a space be that person's own. Raises SpaceOverQuota."""
    tracks = lock_tracks(space)
    with told_of(space.pk):
        move_uploads(keys=keys_of(tracks), user_id=person_id, at=at)
    settle(tracks, space=None, owner_of=lambda _: person_id, at=at)


@transaction.atomic
def give_to_space(*, space: Space, target: Space, at: datetime) -> None:
    """Let all tracks of a space be in another one. Raises SpaceOverQuota."""
    tracks = lock_tracks(space)
    with told_of(target.pk):
        move_uploads(keys=keys_of(tracks), user_id=target.owner_id, at=at)
    settle(tracks, space=target, owner_of=face_in(target), at=at)


def remove(*, space_id: int, at: datetime) -> None:
    """Purge the tracks of a space that nobody is in any more."""
    for track_id in list(Track.objects.in_space(space_id).order_by("pk").values_list("pk", flat=True)):
        purge_track(track_id=track_id, reason="its space was erased", at=at)


@transaction.atomic
def move_and_update(*, track: Track, changes: Mapping[str, Any], by: User, at: datetime) -> Track:
    """`update_track`, where `space_id` may be among the changes: all of them or none.

    Raises what `move_track` and `update_track` do.
    """
    rest = {name: value for name, value in changes.items() if name != "space_id"}
    if "space_id" not in changes:
        return update_track(track=track, changes=rest, by=by, at=at)
    moved = move_track(track=track, space_id=changes["space_id"], by=by, at=at)
    return update_track(track=moved, changes=rest, by=by, at=at) if rest else moved


@transaction.atomic
def move_track(*, track: Track, space_id: int | None, by: User, at: datetime) -> Track:
    """Put a track into a space, into another one, or into none, where the person may edit what is on both sides; it
    counts against the plan of the new side from this very moment on. The row, held until the transaction ends.

    Raises RoleTooLow, NotBroughtByYou, OverQuota, SpaceOverQuota, Space.DoesNotExist, Track.DoesNotExist.
    """
    sides = {side for side in (track.space_id, space_id) if side is not None}
    lock_spaces(sides)
    held = {side: lock_role(space_id=side, user=by, least=SpaceRole.EDITOR) for side in sides}
    former_id, track = track.space_id, lock_open_track(track.pk)
    if track.space_id != former_id:
        raise Track.DoesNotExist  # it went elsewhere, where the caller may be nobody
    if space_id == former_id:
        return track
    if None in {space_id, former_id} and track.owner_id != by.pk:
        raise NotBroughtByYou
    target = None if space_id is None else held[space_id]
    with told_of(space_id):
        payer_id = track.owner_id if target is None else target.owner_id
        move_uploads(keys=keys_of([track]), user_id=payer_id, at=at)
    settle([track], space=target, owner_of=face_in(target), at=at)
    return track


def lock_tracks(space: Space) -> list[Track]:
    """All tracks of a space that is held, those in the trash too, held in the order of their ids."""
    return list(Track.objects.in_space(space.pk).select_for_update(no_key=True).order_by("pk"))


def face_in(space: Space | None) -> Callable[[Track], int]:
    """Whose a track is once it is in that space: its owner's where who brought it is not in there."""
    members = set(SpaceMember.objects.filter(space=space).values_list("person_id", flat=True))
    return lambda track: track.owner_id if space is None or track.owner_id in members else space.owner_id


def settle(tracks: Collection[Track], *, space: Space | None, owner_of: Callable[[Track], int], at: datetime) -> None:
    """Write down for tracks that are held in which space they are, and whose. Those that change hands get a free
    address below their new owner's name, and counts and activity follow."""
    changes: Counter[int] = Counter()
    passed = []
    for track in tracks:
        former_owner_id, owner_id = track.owner_id, owner_of(track)
        put(track, space=space, owner_id=owner_id, at=at)
        if owner_id != former_owner_id:
            passed.append((track, former_owner_id))
            changes[owner_id] += int(track.is_listed)
            changes[former_owner_id] -= int(track.is_listed)
    lock_counts(changes)
    for user_id, n in changes.items():
        add_tracks(user_id=user_id, n=n)
    for track, former_owner_id in passed:
        pass_activity(track, former_owner_id=former_owner_id)


def put(track: Track, *, space: Space | None, owner_id: int, at: datetime) -> None:
    """One row of `settle`."""
    former_space_id, former_owner_id = track.space_id, track.owner_id
    track.space, track.owner_id, track.updated_at = space, owner_id, at
    if owner_id != former_owner_id:
        save_with_free_permalink(track, wish=track.permalink)
    else:
        track.save(update_fields=["space", "updated_at"])
    if track.space_id != former_space_id:
        emit(TrackMoved(track_id=track.pk, owner_id=owner_id, space_id=track.space_id, former_space_id=former_space_id))


def pass_activity(track: Track, *, former_owner_id: int) -> None:
    """Those who follow the new owner find the track in their feeds, at its place, and the others do no longer."""
    if track.published_at:
        did: dict[str, Any] = {"verb": Verb.PUBLISH, "kind": Kind.TRACK, "object_id": track.pk}
        retract_activity(actor_id=former_owner_id, **did)
        record_activity(actor_id=track.owner_id, **did, at=track.published_at)
    emit(TrackPassed(track_id=track.pk, owner_id=track.owner_id, former_owner_id=former_owner_id))
