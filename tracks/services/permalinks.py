"""Addresses of tracks: one owner, one slug, one track."""

import secrets
from collections.abc import Iterator
from itertools import chain, count, islice

from django.db import IntegrityError, transaction
from psycopg.errors import UniqueViolation

from config.lib.errors import DomainError
from tracks.models import Track
from tracks.texts import slug

LONGEST = 90
# What stands beside a track's slug below /{username}/.
RESERVED = frozenset(
    {
        "albums",
        "comments",
        "feed",
        "followers",
        "following",
        "likes",
        "playlists",
        "reposts",
        "sets",
        "tracks",
    }
)
NUMBERED_TRIES = 3


class PermalinkTaken(DomainError):
    """`in_trash`: the track that has it lies in the trash, and keeps its address until it is purged."""

    code = "permalink_taken"
    title = "You have a track at {permalink} already; choose another address."


class PermalinkReserved(DomainError):
    code = "permalink_reserved"
    title = "The address {permalink} is kept for the site; choose another."


def save_with_permalink(track: Track, *, update_fields: list[str] | None = None) -> Track:
    """Save the track under the address it asks for; raises PermalinkTaken, PermalinkReserved."""
    if track.permalink in RESERVED:
        raise PermalinkReserved(permalink=track.permalink)
    try:
        with transaction.atomic():
            track.save(update_fields=update_fields)
    except IntegrityError as error:
        if not is_taken(error):
            raise
        holder = Track.objects.filter(owner_id=track.owner_id, permalink=track.permalink)
        in_trash = holder.filter(deleted_at__isnull=False).exists()
        raise PermalinkTaken(permalink=track.permalink, in_trash=in_trash) from error
    return track


def is_taken(error: IntegrityError) -> bool:
    """Whether the database refused a row because its address belongs to another track of the owner."""
    cause = error.__cause__
    return isinstance(cause, UniqueViolation) and cause.diag.constraint_name == "permalink_once"


def save_with_free_permalink(track: Track, *, wish: str) -> Track:
    """Save the track under a free address made from `wish` (a title): `night`, else `night-2`, `night-3`, …

    Uploads at the same moment choose the same; the constraint tells, and the loser chooses again.
    """
    candidates = free_permalinks(track, wish=wish)
    while True:
        track.permalink = next(candidates)
        try:
            return save_with_permalink(track)
        except PermalinkTaken:
            continue


def free_permalinks(track: Track, *, wish: str) -> Iterator[str]:
    """Addresses that were free a moment ago, best first; after three they are random, so that a crowd gets through."""
    stem = slug(wish)[:LONGEST].strip("-_") or "track"
    others = Track.objects.filter(owner_id=track.owner_id, permalink__startswith=stem).exclude(pk=track.pk)
    taken = RESERVED.union(others.values_list("permalink", flat=True))
    numbered = chain([stem], (f"{stem}-{number}" for number in count(2)))
    yield from islice((candidate for candidate in numbered if candidate not in taken), NUMBERED_TRIES)
    while True:
        yield f"{stem}-{secrets.token_hex(4)}"
