from typing import Any

from playlists.models import Playlist
from tracks.policies import may_edit


def can_edit_playlist(user: Any, playlist: Playlist) -> bool:
    """Change, fill, order, privatise, throw away: the owner; of one in a space its editors and above."""
    return may_edit(user, owner_id=playlist.owner_id, space_id=playlist.space_id, role=playlist.viewer_role)
