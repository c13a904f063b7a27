"""Addresses of tracks: one owner, one slug, one track."""

from collections.abc import Iterator

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from config.lib.errors import DomainError
from tracks.models import Track

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
TRIES = 5


class PermalinkTaken(DomainError):
    code = "permalink_taken"
    title = "You have a track at {permalink} already; choose another address."


def save_with_permalink(track: Track, *, update_fields: list[str] | None = None) -> Track:
    """Save the track under the address it asks for; raises PermalinkTaken."""
    if track.permalink in RESERVED:
        raise PermalinkTaken(permalink=track.permalink)
    try:
        with transaction.atomic():
            track.save(update_fields=update_fields)
    except IntegrityError as error:
        if "permalink_once" not in str(error):
            raise
        raise PermalinkTaken(permalink=track.permalink) from error
    return track


def save_with_free_permalink(track: Track, *, wish: str, update_fields: list[str] | None = None) -> Track:
    """Save the track under a free address made from `wish` (a title): `night`, else `night-2`, `night-3`, …

    Two uploads at once may choose the same; the constraint tells, and the loser chooses again.
    """
    candidates = free_permalinks(owner_id=track.owner_id, wish=wish)
    for _ in range(TRIES):
        track.permalink = next(candidates)
        try:
            return save_with_permalink(track, update_fields=update_fields)
        except PermalinkTaken:
            continue
    raise PermalinkTaken(permalink=track.permalink)


def free_permalinks(*, owner_id: int, wish: str) -> Iterator[str]:
    """Addresses that were free a moment ago, best first."""
    slug = slugify(wish)[:LONGEST].strip("-") or "track"
    taken = set(Track.objects.filter(owner_id=owner_id, permalink__startswith=slug).values_list("permalink", flat=True))
    taken |= RESERVED
    if slug not in taken:
        yield slug
    number = 2
    while True:
        if f"{slug}-{number}" not in taken:
            yield f"{slug}-{number}"
        number += 1
