"""The link that opens a private playlist, and what is private in it of its own owner."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from config.lib.secrets import secret_token
from config.lib.viewer import digest_secret
from playlists.models import Playlist
from playlists.services.locking import lock_editable_playlist
from playlists.services.writing import emit_withdrawn
from tracks.choices import Reach


@transaction.atomic
def make_secret_token(*, playlist: Playlist, by: User, at: datetime) -> Playlist:
    """Give the playlist a secret token, or a new one: the old one opens nothing from now on.

    Raises what `lock_editable_playlist` does.
    """
    return change_token(lock_editable_playlist(playlist, by=by), token=secret_token(), at=at)


@transaction.atomic
def drop_secret_token(*, playlist: Playlist, by: User, at: datetime) -> Playlist:
    """Let no link open the playlist any more. Twice is once. Raises what `lock_editable_playlist` does."""
    playlist = lock_editable_playlist(playlist, by=by)
    return change_token(playlist, token=None, at=at) if playlist.secret_token else playlist


def change_token(playlist: Playlist, *, token: str | None, at: datetime) -> Playlist:
    """Store the token with its digest, which is what is compared and what goes into media capabilities."""
    before = playlist.reach
    playlist.secret_token = token
    playlist.secret_digest = digest_secret(token) if token else None
    playlist.updated_at = at
    playlist.save(update_fields=["secret_token", "secret_digest", "updated_at"])
    if before is Reach.LINK:
        emit_withdrawn(playlist)
    return playlist
