"""The gate in front of stored sound and pictures: it decides, the reverse proxy (or the embedded server) delivers."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.utils import timezone
from django.views.decorators.http import require_safe

from config.lib.caching import YEAR_S
from tracks.queries import find_cover, open_media

# A location that no browser can ask for: nginx serves it only when we say so (`X-Accel-Redirect`).
INTERNAL = "/protected-media/"


def hand_over(*, key: str, content_type: str, cache_control: str) -> HttpResponse:
    """Let whoever stands in front deliver the stored object, ranges and all."""
    response = HttpResponse(content_type=content_type)
    response["X-Accel-Redirect"] = f"{INTERNAL}{key}"
    response["Cache-Control"] = cache_control
    # The address is the credential, so any page may play it; Chromium plays HLS on pages of other origins only so, and
    # only in an element that says `crossorigin`.
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def gone(sentence: str) -> HttpResponse:
    """404 that nobody remembers: the same address may open again."""
    return HttpResponseNotFound(f"{sentence}\n", content_type="text/plain", headers={"Cache-Control": "no-store"})


@require_safe
def stream(request: HttpRequest, capability: str, name: str) -> HttpResponse:
    """A file of a stream; checked again at every request, so that lost access is felt at the next one."""
    found = open_media(capability=capability, name=name, at=timezone.now())
    if found is None:
        return gone("This stream is over.")
    return hand_over(key=found.key, content_type=found.content_type, cache_control="private, no-cache")


@require_safe
def picture(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """A variant of a cover: its address cannot be guessed, never changes its meaning, and ends with its row."""
    cover = find_cover(key)
    if cover is None:
        return gone("This picture is gone.")
    return hand_over(
        key=f"{cover.folder}/{name}",
        content_type="image/webp",
        cache_control=f"public, max-age={YEAR_S}, immutable",
    )
