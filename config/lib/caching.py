"""Who may keep an answer: caches in between only what everybody gets, the caller only what is asked for again."""

import hashlib
from typing import Any

from django.http import HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers

YEAR_S = 31_536_000


def cached_answer(
    request: Any,
    *,
    content: bytes,
    content_type: str,
    shared: bool,
    immutable: bool = False,
) -> HttpResponse:
    """`content` with an ETag, or 304 when the caller has it already.

    shared: nothing in it depends on the caller. immutable: its address names its version, so whoever has seen it may
    keep it; caches in between may not, for what is open today may be private tomorrow under the same address.
    """
    signed_in = request.user.is_authenticated
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    matches = etag in [tag.strip().removeprefix("W/") for tag in request.headers.get("If-None-Match", "").split(",")]
    # Without a Content-Type: a cache takes what a 304 says over into the answer that it has kept.
    response = HttpResponseNotModified() if matches else HttpResponse(content, content_type=content_type)
    if shared and immutable:
        response["Cache-Control"] = f"private, max-age={YEAR_S}, immutable"
    elif shared and not signed_in:
        response["Cache-Control"] = "public, no-cache"
    else:
        response["Cache-Control"] = "private, no-cache"
    response["ETag"] = etag
    patch_vary_headers(response, ("Authorization", "Cookie"))
    return response
