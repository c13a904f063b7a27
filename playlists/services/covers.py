"""The picture of a playlist: what its owner chooses, else one that is composed of its first tracks' covers."""

from datetime import datetime

from django.core.files import File
from django.db import transaction

from accounts.models import User
from config.lib import storage
from config.lib.events import emit
from config.lib.pictures.images import prepare_picture
from config.lib.pictures.storing import drop_picture, renamed_picture, stored_picture
from config.lib.pictures.taking import take_picture
from playlists.events import PlaylistCoverOutdated, PlaylistUpdated
from playlists.models import Cover, Playlist
from playlists.queries import composed_of, first_covers, outdated_covers
from playlists.services.composing import compose
from playlists.services.locking import lock_editable_playlist, lock_playlist
from tracks.models import Artwork

BY = "playlists.compose_cover"


def set_artwork(*, playlist: Playlist, image: File, by: User, at: datetime) -> Playlist:  # type: ignore[type-arg]  # bytes
    """Let a picture be the playlist's. Raises PictureRefused, PictureBusy, and what `lock_editable_playlist` does."""
    with stored_picture(Cover, picture=take_picture(image), at=at) as cover:
        return put_artwork(playlist=playlist, cover=cover, by=by, at=at)


def remove_artwork(*, playlist: Playlist, by: User, at: datetime) -> Playlist:
    """Let the playlist show its tracks' covers again. Twice is once. Raises what `lock_editable_playlist` does."""
    return put_artwork(playlist=playlist, cover=None, by=by, at=at)


@transaction.atomic
def put_artwork(*, playlist: Playlist, cover: Cover | None, by: User, at: datetime) -> Playlist:
    """Put a picture, stored and not saved yet, or none, in the place of the one that was chosen before."""
    playlist = lock_editable_playlist(playlist, by=by)
    old = playlist.artwork
    if old is None and cover is None:
        return playlist
    if cover is not None:
        cover.save(force_insert=True)
    playlist.artwork, playlist.updated_at = cover, at
    playlist.save(update_fields=["artwork", "updated_at"])
    if old is not None:
        drop_picture(old, reason="removed" if cover is None else "replaced", by=f"user:{by.pk}")
    emit(PlaylistUpdated(playlist_id=playlist.pk, owner_id=playlist.owner_id))
    if cover is None:
        emit(PlaylistCoverOutdated(playlist_id=playlist.pk))
    return playlist


def compose_cover(*, playlist_id: int, at: datetime) -> bool:
    """Let the playlist show the covers of its first tracks, as they are in lists now; False where it does already, or
    shows what its owner chose."""
    if not outdated_covers([playlist_id]):
        return False
    wanted: list[int] = Playlist.objects.filter(pk=playlist_id).values_list(first_covers(), flat=True)[0]
    playlist = Playlist.objects.get(pk=playlist_id)
    if composed_of(wanted) == composed_of(playlist.cover_of):
        return keep_cover(playlist_id=playlist_id, cover_of=wanted)
    found = {row.pk: row for row in Artwork.objects.filter(pk__in=wanted)}
    pieces = [storage.read(f"{found[pk].folder}/medium.webp") for pk in composed_of(wanted) if pk in found]
    picture = prepare_picture(compose(pieces)) if pieces else None
    with stored_picture(Cover, picture=picture, at=at) as cover:
        return switch_cover(playlist_id=playlist_id, cover=cover, cover_of=wanted)


@transaction.atomic
def switch_cover(*, playlist_id: int, cover: Cover | None, cover_of: list[int]) -> bool:
    """Put a composed picture, stored and not saved yet, or none, in the place of the one before; False when the tracks
    are others by now: whoever changed them has told so."""
    playlist = lock_wanting(playlist_id, cover_of)
    if playlist is None:
        return False
    if cover is not None:
        cover.save(force_insert=True)
    old, playlist.cover, playlist.cover_of = playlist.cover, cover, cover_of
    playlist.save(update_fields=["cover", "cover_of"])
    if old is not None:
        drop_picture(old, reason="composed anew", by=BY)
    return True


@transaction.atomic
def keep_cover(*, playlist_id: int, cover_of: list[int]) -> bool:
    """The picture stays, for what changed is no part of it; False as above."""
    playlist = lock_wanting(playlist_id, cover_of)
    if playlist is None:
        return False
    playlist.cover_of = cover_of
    playlist.save(update_fields=["cover_of"])
    return True


def lock_wanting(playlist_id: int, cover_of: list[int]) -> Playlist | None:
    """The playlist, held, if it still shows what is composed, of these covers."""
    playlist = lock_playlist(playlist_id)
    now: list[int] = Playlist.objects.filter(pk=playlist_id).values_list(first_covers(), flat=True)[0]
    return playlist if playlist.artwork_id is None and now == cover_of else None


def move_artwork(*, playlist_id: int, artwork_id: int | None, at: datetime) -> bool:
    """Give the chosen picture of a playlist that fewer may see a new name: addresses that were handed out open nothing.

    False when there is nothing to move: no picture, another one by now, or the playlist is in lists again.
    """
    playlist = Playlist.objects.filter(pk=playlist_id).first()
    old = Cover.objects.filter(pk=artwork_id).first() if artwork_id else None
    if playlist is None or old is None or playlist.is_listed:
        return False
    with renamed_picture(old, at=at) as new:
        return switch_artwork(playlist_id=playlist_id, old=old, new=new)


@transaction.atomic
def switch_artwork(*, playlist_id: int, old: Cover, new: Cover) -> bool:
    """Put `new` in the place of `old`; False when somebody else was there first."""
    playlist = lock_playlist(playlist_id)
    if playlist.artwork_id != old.pk:
        return False
    new.save(force_insert=True)
    playlist.artwork = new
    playlist.save(update_fields=["artwork"])
    drop_picture(old, reason="withdrawn", by="playlists.move_artwork")
    return True
