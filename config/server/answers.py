"""What this layer says for itself: problems as the API words them, and which pages of others may read it."""

import logging
from typing import Any

from django.conf import settings
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Scope

from config.lib.problems import CONTENT_TYPE, FRAME_PROBLEMS, TEMPORARY, problem, translate
from config.lib.renderers import dumps
from config.lib.requests import CHALLENGE

logger = logging.getLogger(__name__)


def problem_answer(error: Exception, *, scope: Scope, request_id: str) -> Response:
    """An exception as a problem. What nobody foresaw is logged, and 500."""
    found: tuple[int, str, str, dict[str, Any], dict[str, str]] | None = translate(error)
    if found is None:
        logger.error("unforeseen", exc_info=error, extra={"path": scope["path"]})
        status, title = FRAME_PROBLEMS["server_error"]
        found = (status, "server_error", title, {}, {})
    status, code, title, extra, headers = found
    body = problem(path=scope["path"], request_id=request_id, code=code, status=status, title=title, **extra)
    if status == 401:
        headers = {**headers, "WWW-Authenticate": CHALLENGE}
    if status in TEMPORARY:
        headers = {**headers, "Retry-After": str(TEMPORARY[status])}
    return Response(dumps(body), status_code=status, headers=headers, media_type=CONTENT_TYPE)


def sharing_headers(scope: Scope, *, exposed: str) -> dict[str, str]:
    """The CORS headers for pages of the origins in CORS_ALLOWED_ORIGINS; none for others."""
    origin = Headers(scope=scope).get("origin", "")
    if origin not in settings.CORS_ALLOWED_ORIGINS:
        return {"Vary": "Origin"}
    return {"Vary": "Origin", "Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": exposed}
