"""The gate in front of stored sound and pictures: it decides, the reverse proxy (or the embedded server) delivers."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.utils import timezone
from django.views.decorators.http import require_safe

from config.lib.caching import YEAR_S
from tracks.queries import open_media
from tracks.services.artwork import folder

# A location that no browser can ask for: nginx serves it only when we say so (`X-Accel-Redirect`).
INTERNAL = "/protected-media/"


def hand_over(*, key: str, content_type: str, cache_control: str) -> HttpResponse:
    """Let whoever stands in front deliver the stored object, ranges and all."""
    response = HttpResponse(content_type=content_type)
    response["X-Accel-Redirect"] = f"{INTERNAL}{key}"
    response["Cache-Control"] = cache_control
    response["X-Content-Type-Options"] = "nosniff"
    del response["Content-Length"]
    return response


@require_safe
def stream(request: HttpRequest, capability: str, name: str) -> HttpResponse:
    """A file of a stream; checked again at every request, so that lost access is felt at the next one."""
    found = open_media(capability=capability, name=name, at=timezone.now())
    if found is None:
        return HttpResponseNotFound("This stream is over.\n", content_type="text/plain")
    return hand_over(key=found.key, content_type=found.content_type, cache_control="private, no-cache")


@require_safe
def picture(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """A variant of a cover: its address cannot be guessed and never changes its meaning."""
    return hand_over(
        key=f"{folder(key)}/{name}",
        content_type="image/webp",
        cache_control=f"public, max-age={YEAR_S}, immutable",
    )
