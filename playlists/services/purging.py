"""A playlist that nobody can open any more goes for good."""

import logging
from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from accounts.services import add_playlists
from config.lib.custody.removing import remove_now
from config.lib.events import emit
from config.lib.pictures.storing import drop_picture
from config.lib.viewer import Viewer
from playlists.events import PlaylistPurged
from playlists.models import Cover, Playlist, PlaylistItem
from social.choices import Kind
from social.services import forget_object

logger = logging.getLogger(__name__)
BY = "playlists.purge_playlist"
THROWN_AWAY = "thrown away"


def purge_playlist(*, playlist_id: int, reason: str = "its time in the trash was over") -> bool:
    """Remove a playlist and its pictures; False when it is gone already. Its tracks stay.

    What is stored goes first: nobody opens this playlist, and as long as its row is there the next attempt knows that
    something is left to do.
    """
    for cover in covers_of(playlist_id):
        remove_now(prefix=cover.folder, reason=reason, by=BY)
    return remove_rows(playlist_id=playlist_id, reason=reason)


@transaction.atomic
def purge_thrown_playlist(*, playlist: Playlist, viewer: Viewer) -> None:
    """Let a playlist of the viewer's trash go for good. Raises Playlist.DoesNotExist for one that is not there (any
    longer)."""
    held = Playlist.objects.trashed_by(viewer).select_for_update(of=("self",)).get(pk=playlist.pk)
    remove_rows(playlist_id=held.pk, reason=THROWN_AWAY)


def purge_thrown_playlists(*, playlist_ids: Collection[int], before: datetime) -> int:
    """Let those of these playlists go that have been in the trash since `before`; how many they were. What somebody
    holds at this moment is left to the next purge."""
    return sum(purge_due_playlist(playlist_id=playlist_id, before=before) for playlist_id in playlist_ids)


@transaction.atomic
def purge_due_playlist(*, playlist_id: int, before: datetime) -> bool:
    """The same of one. Its row goes first, for it may be brought back until then; what is stored follows the commit."""
    due = Playlist.objects.to_purge(before=before).filter(pk=playlist_id)
    if due.select_for_update(of=("self",), skip_locked=True).first() is None:
        return False
    return remove_rows(playlist_id=playlist_id, reason=THROWN_AWAY)


def covers_of(playlist_id: int) -> list[Cover]:
    """The pictures of a playlist: the chosen and the composed one."""
    rows = Playlist.objects.filter(pk=playlist_id).values_list("artwork_id", "cover_id")
    return list(Cover.objects.filter(pk__in=[pk for row in rows for pk in row if pk]).order_by("pk"))


@transaction.atomic
def remove_rows(*, playlist_id: int, reason: str) -> bool:
    """The rows of a playlist go, and after the commit what was stored while nobody had locked them."""
    playlist = Playlist.objects.select_for_update(of=("self",)).filter(pk=playlist_id).first()
    if playlist is None:
        return False
    covers = covers_of(playlist_id)
    # Held in this order, as by whoever corrects numbers: those of one playlist, then its numbers, then its owner's.
    list(PlaylistItem.objects.of(playlist.pk).select_for_update().order_by("pk").values_list("pk"))
    if playlist.counted_on:
        add_playlists(user_id=playlist.counted_on, n=-1)
    forget_object(kind=Kind.PLAYLIST, object_id=playlist.pk)
    emit(PlaylistPurged(playlist_id=playlist.pk, owner_id=playlist.owner_id))
    logger.info("playlist_purged", extra={"playlist_id": playlist.pk, "reason": reason})
    playlist.delete()
    for cover in covers:
        drop_picture(cover, reason=reason, by=BY)
    return True
