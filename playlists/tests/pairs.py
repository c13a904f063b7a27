"""Two services at once, on a playlist of their own: for the races of the gate and for the long proof."""

from functools import partial

from django.utils import timezone

from accounts.models import User, UserCounts
from config.lib.testing import race
from playlists import services
from playlists.models import Playlist, PlaylistItem
from playlists.tests.conftest import add_track, assert_counted, ids
from social import services as social
from social.models import Space
from tracks.models import Track
from tracks.services import purge_track, trash_track

REFUSALS = (
    services.PlaylistChanged,
    services.TrackInPlaylist,
    services.PositionBeyondEnd,
    services.PlaylistFull,
    social.RoleTooLow,
    Playlist.DoesNotExist,
    PlaylistItem.DoesNotExist,
    Space.DoesNotExist,
    Track.DoesNotExist,
)
MOVES = 13


def strays(results) -> list[Exception]:
    """What no rule foresees: a circle of waiting, a broken constraint."""
    return [found for found in results if isinstance(found, Exception) and not isinstance(found, REFUSALS)]


def settle_everything() -> None:
    """What the consequences of all that has happened come to."""
    services.drop_orphans()
    for track_id in Track.objects.values_list("pk", flat=True):
        services.settle_track(track_id=track_id)
    for playlist_id in Playlist.objects.values_list("pk", flat=True):
        services.settle_passed(playlist_id=playlist_id)


def assert_right() -> None:
    settle_everything()
    assert_counted(*Playlist.objects.all())
    for row in UserCounts.objects.all():
        listed = [p for p in Playlist.objects.filter(owner_id=row.pk) if p.is_listed]
        assert row.playlists == len(listed)


def moves_of(owner, *, playlist, tracks, new, space, at) -> tuple:
    """Each thing that can happen to one playlist, or to what is in it."""
    by = {"playlist": playlist, "by": owner}
    order = ids([*tracks[1:], tracks[0]])
    return (
        partial(services.add_track, **by, track_id=new.pk, position=0, at=at),
        partial(services.remove_track, **by, track_id=tracks[0].pk, at=at),
        partial(services.set_order, **by, track_ids=order, at=at),
        partial(services.move_item, **by, track_id=tracks[2].pk, anchor_id=tracks[0].pk, after=False, at=at),
        partial(services.update_playlist, **by, changes={"visibility": "private"}, at=at),
        partial(services.trash_playlist, **by, at=at),
        partial(services.restore_playlist, **by),
        partial(services.move_playlist, **by, space_id=space.pk, at=at),
        partial(services.make_secret_token, **by, at=at),
        partial(services.purge_playlist, playlist_id=playlist.pk),
        partial(services.settle_track, track_id=tracks[0].pk),
        partial(trash_track, track=tracks[0], at=at),
        partial(purge_track, track_id=tracks[0].pk, reason="test", at=at),
    )


def assert_pair_ends(pair: tuple[int, int], *, owner: User) -> None:
    """Let these two of the moves begin at the same moment: neither is refused but by a rule, and all is right after."""
    at = timezone.now()
    tracks, new = [add_track(owner, at=at) for _ in range(3)], add_track(owner, at=at)
    made = services.create_playlist(owner=owner, details={"title": "x"}, track_ids=ids(tracks), at=at)
    space = social.create_space(owner=owner, name="Small hours", at=at)
    moves = moves_of(owner, playlist=made, tracks=tracks, new=new, space=space, at=at)
    assert len(moves) == MOVES
    assert strays(race(*(moves[n] for n in pair))) == [], pair
    assert_right()
    for playlist_id in Playlist.objects.values_list("pk", flat=True):
        services.purge_playlist(playlist_id=playlist_id)
    Track.objects.all().delete()
    Space.objects.all().delete()
