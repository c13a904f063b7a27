"""Everything that changes a playlist."""

from playlists.services.counting import drop_orphans, settle_track, settle_tracks_of
from playlists.services.covers import compose_cover, move_artwork, remove_artwork, set_artwork
from playlists.services.filling import PlaylistFull, TrackInPlaylist, add_track, remove_track
from playlists.services.ordering import PlaylistChanged, PositionBeyondEnd, move_item, set_order
from playlists.services.permalinks import PlaylistPermalinkReserved, PlaylistPermalinkTaken
from playlists.services.purging import purge_playlist, purge_thrown_playlist, purge_thrown_playlists
from playlists.services.secret_links import drop_secret_token, make_secret_token
from playlists.services.spaces import PlaylistNotMadeByYou, move_and_update, move_playlist, settle_passed
from playlists.services.writing import create_playlist, restore_playlist, trash_playlist, update_playlist

__all__ = [
    "PlaylistChanged",
    "PlaylistFull",
    "PlaylistNotMadeByYou",
    "PlaylistPermalinkReserved",
    "PlaylistPermalinkTaken",
    "PositionBeyondEnd",
    "TrackInPlaylist",
    "add_track",
    "compose_cover",
    "create_playlist",
    "drop_orphans",
    "drop_secret_token",
    "make_secret_token",
    "move_and_update",
    "move_artwork",
    "move_item",
    "move_playlist",
    "purge_playlist",
    "purge_thrown_playlist",
    "purge_thrown_playlists",
    "remove_artwork",
    "remove_track",
    "restore_playlist",
    "set_artwork",
    "set_order",
    "settle_passed",
    "settle_track",
    "settle_tracks_of",
    "trash_playlist",
    "update_playlist",
]
