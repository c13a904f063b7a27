"""Addresses of playlists below /{username}/sets/: one owner, one slug, one playlist."""

import secrets
from collections.abc import Iterator
from itertools import chain, count, islice

from django.db import IntegrityError, transaction
from psycopg.errors import UniqueViolation

from config.lib.errors import DomainError
from playlists.models import Playlist
from tracks.texts import slug

LONGEST = 90
# What stands beside a playlist's slug below /{username}/sets/.
RESERVED = frozenset({"feed"})
NUMBERED_TRIES = 3


class PlaylistPermalinkTaken(DomainError):
    code = "playlist_permalink_taken"
    title = "You have a playlist at {permalink} already; choose another address."


class PlaylistPermalinkReserved(DomainError):
    code = "playlist_permalink_reserved"
    title = "The address {permalink} is kept for the site; choose another."


def save_with_permalink(playlist: Playlist, *, update_fields: list[str] | None = None) -> Playlist:
    """Save the playlist under the address it asks for; raises PlaylistPermalinkTaken, PlaylistPermalinkReserved."""
    if playlist.permalink in RESERVED:
        raise PlaylistPermalinkReserved(permalink=playlist.permalink)
    try:
        with transaction.atomic():
            playlist.save(update_fields=update_fields)
    except IntegrityError as error:
        if not is_taken(error):
            raise
        raise PlaylistPermalinkTaken(permalink=playlist.permalink) from error
    return playlist


def is_taken(error: IntegrityError) -> bool:
    """Whether the database refused a row because its address belongs to another playlist of the owner."""
    cause = error.__cause__
    return isinstance(cause, UniqueViolation) and cause.diag.constraint_name == "playlist_permalink_once"


def save_with_free_permalink(playlist: Playlist, *, wish: str) -> Playlist:
    """Save the playlist under a free address made from `wish` (a title): `night`, else `night-2`, `night-3`, …

    Whoever comes at the same moment chooses the same; the constraint tells, and the loser chooses again.
    """
    candidates = free_permalinks(playlist, wish=wish)
    while True:
        playlist.permalink = next(candidates)
        try:
            return save_with_permalink(playlist)
        except PlaylistPermalinkTaken:
            continue


def free_permalinks(playlist: Playlist, *, wish: str) -> Iterator[str]:
    """Addresses that were free a moment ago, best first; after three they are random, so that a crowd gets through."""
    stem = slug(wish)[:LONGEST].strip("-_") or "playlist"
    others = Playlist.objects.filter(owner_id=playlist.owner_id, permalink__startswith=stem).exclude(pk=playlist.pk)
    taken = RESERVED.union(others.values_list("permalink", flat=True))
    numbered = chain([stem], (f"{stem}-{number}" for number in count(2)))
    yield from islice((candidate for candidate in numbered if candidate not in taken), NUMBERED_TRIES)
    while True:
        yield f"{stem}-{secrets.token_hex(4)}"
