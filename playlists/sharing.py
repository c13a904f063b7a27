"""Links to playlists. A grant of one opens what a secret token would."""

from typing import Any

from config.lib.viewer import Viewer
from playlists.models import Playlist, PlaylistShareLink
from playlists.policies import can_edit_playlist
from playlists.queries import opened_by_grant
from playlists.querysets import SHARED_AS
from playlists.services.locking import lock_editable_playlist
from playlists.services.writing import emit_withdrawn
from tracks.choices import Reach
from tracks.sharing.kinds import Kind


def visible_playlists(viewer: Viewer) -> Any:
    return Playlist.objects.visible_to(viewer)


def hold_playlist(playlist: Playlist, by: Any) -> Playlist:
    """Raises RoleTooLow, Space.DoesNotExist, Playlist.DoesNotExist."""
    return lock_editable_playlist(playlist, by=by)


def shut_playlist(playlist: Playlist) -> None:
    """Whoever came through the link has seen where the picture lies; what everybody may open keeps its picture's
    name."""
    if playlist.reach <= Reach.LINK:
        emit_withdrawn(playlist)


PLAYLIST = Kind(
    name=SHARED_AS,
    links=PlaylistShareLink,
    thing="playlist",
    visible_to=visible_playlists,
    may_edit=can_edit_playlist,
    hold=hold_playlist,
    shut=shut_playlist,
    opens=opened_by_grant,
)
