"""The address of every picture, whichever app it is of."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.queries import find_picture
from config.lib.caching import YEAR_S
from config.lib.pictures.models import StoredPicture
from playlists.queries import find_playlist_cover
from tracks.media import gone, hand_over
from tracks.queries import MediaFile, find_cover

# Each finds the picture with a key, if it may be shown; keys are random, so no two of them find one.
FINDERS: tuple[Callable[[str], StoredPicture | None], ...] = (find_cover, find_playlist_cover, find_picture)


@require_safe
def picture(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """A variant of a picture: its address cannot be guessed, never changes its meaning, and ends with its row."""
    row = next(filter(None, (find(key) for find in FINDERS)), None)
    if row is None:
        return gone("This picture is gone.")
    found = MediaFile(key=f"{row.folder}/{name}", content_type="image/webp", is_public=True)
    return hand_over(request, found=found, cache_control=f"public, max-age={YEAR_S}, immutable")
