"""The gate in front of stored sound and pictures: it decides; the reverse proxy, the embedded server or the bucket
delivers."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, HttpResponseRedirect
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from config.lib import bucket, storage
from tracks.files.queries import open_download
from tracks.queries import MediaFile, open_media

# A location that no browser can ask for: nginx serves it only when we say so (`X-Accel-Redirect`).
INTERNAL = "/protected-media/"
# How long an address in the bucket opens what everybody may hear or see, and what not everybody may.
SHARED_S, PERSONAL_S = 3600, 60
# Names in a playlist are relative to where it was found, so it comes from here and not from an address in the bucket.
PLAYLIST = "application/vnd.apple.mpegurl"


def hand_over(request: HttpRequest, *, found: MediaFile, cache_control: str) -> HttpResponse:
    """Let whoever holds the stored object deliver it, ranges and all."""
    if not bucket.is_on():
        response = HttpResponse(content_type=found.content_type, headers={"X-Accel-Redirect": INTERNAL + found.key})
    elif found.content_type == PLAYLIST:
        response = HttpResponse(storage.read(found.key), content_type=found.content_type)
    else:
        return with_sharing(redirect_into_bucket(request, found=found, cache_control=cache_control))
    response["Cache-Control"] = cache_control
    if found.filename:
        response["Content-Disposition"] = attachment(found.filename)
    return with_sharing(response)


def redirect_into_bucket(request: HttpRequest, *, found: MediaFile, cache_control: str) -> HttpResponse:
    """An address that opens this object for a while; what everybody may have is remembered for half of that."""
    expires_s = SHARED_S if found.is_public else PERSONAL_S
    headers = {"ContentType": found.content_type, "CacheControl": cache_control}
    if found.filename:
        headers["ContentDisposition"] = attachment(found.filename)
    response = HttpResponseRedirect(
        bucket.sign_read(found.key, verb=str(request.method), expires_s=expires_s, headers=headers)
    )
    response["Cache-Control"] = f"public, max-age={expires_s // 2}" if "public" in cache_control else "no-store"
    return response


def attachment(filename: str) -> str:
    """Content-Disposition of a file to be kept under that name (RFC 6266)."""
    return str(content_disposition_header(as_attachment=True, filename=filename))


def with_sharing(response: HttpResponse) -> HttpResponse:
    """The answer, for pages of every origin."""
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
    return hand_over(request, found=found, cache_control="private, no-cache")


@require_safe
def download(request: HttpRequest, capability: str) -> HttpResponse:
    """A file to keep; checked again at every request, as a stream is."""
    found = open_download(capability=capability, at=timezone.now())
    if found is None:
        return gone("This download is over.")
    return hand_over(request, found=found, cache_control="private, no-cache")
