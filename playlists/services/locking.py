"""A playlist, held: where anything of it changes, one thing happens at a time."""

from accounts.models import User
from playlists.models import Playlist
from social.choices import SpaceRole
from social.services import hold_role


def lock_playlist(playlist_id: int) -> Playlist:
    """The row as it is now, held until the transaction ends; before any track, any row of what is in it, any count."""
    return Playlist.objects.select_for_update(no_key=True).get(pk=playlist_id)


def lock_open_playlist(playlist_id: int) -> Playlist:
    """The same of a playlist that is not in the trash: between looking and locking it may have gone there.

    Raises Playlist.DoesNotExist.
    """
    playlist = lock_playlist(playlist_id)
    if playlist.deleted_at:
        raise Playlist.DoesNotExist
    return playlist


def lock_editable_playlist(playlist: Playlist, *, by: User) -> Playlist:
    """`lock_open_playlist`, and of one in a space asks again whether the person may still edit there; whoever takes
    that away waits until the transaction ends. Raises RoleTooLow, Space.DoesNotExist, Playlist.DoesNotExist."""
    hold_editor(playlist, by=by)
    locked = lock_open_playlist(playlist.pk)
    ensure_unmoved(locked, since=playlist, by=by)
    return locked


def hold_editor(playlist: Playlist, *, by: User) -> None:
    """Let the person stay an editor of the playlist's space. Raises RoleTooLow, Space.DoesNotExist."""
    if playlist.space_id is not None:
        hold_role(space_id=playlist.space_id, user=by, least=SpaceRole.EDITOR)


def ensure_unmoved(locked: Playlist, *, since: Playlist, by: User) -> None:
    """Raise Playlist.DoesNotExist where it went elsewhere meanwhile, and the person may be nobody there."""
    if locked.space_id != since.space_id or (locked.space_id is None and locked.owner_id != by.pk):
        raise Playlist.DoesNotExist
