"""Every error of the API in one shape: `application/problem+json`, RFC 9457, with a stable `code`."""

import logging
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from rest_framework import exceptions
from rest_framework.views import set_rollback

from config.lib.bucket import BucketTrouble
from config.lib.errors import DomainError, all_errors
from config.lib.renderers import dumps
from config.lib.requests import CHALLENGE, request_id_of
from config.lib.storage import FULL, StorageFull

logger = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"

# What the frame itself answers, beside the errors of the domain: code -> (status, title).
FRAME_PROBLEMS: dict[str, tuple[int, str]] = {
    "invalid": (400, "Some of what was sent is not valid."),
    "parse_error": (400, "The body could not be read."),
    "bad_request": (400, "The request could not be read."),
    "not_authenticated": (401, "Sign in first."),
    "authentication_failed": (401, "The sign-in was not accepted."),
    "permission_denied": (403, "You may not do this."),
    "csrf_failed": (403, "The X-CSRFToken header is missing or wrong; its value came with the sign-in."),
    "not_found": (404, "There is nothing here."),
    "method_not_allowed": (405, "This method is not offered here."),
    "not_acceptable": (406, "The API answers with JSON."),
    "body_too_large": (413, "The body is too large."),
    "unsupported_media_type": (415, "This kind of body is not read here."),
    "storage_full": (507, "There is no room for this upload at the moment; try again later."),
    "storage_unavailable": (503, "The object storage does not answer at the moment; try again in a few seconds."),
    "unavailable": (503, "The database does not answer at the moment; try again in a few seconds."),
    "server_error": (500, "Something broke on our side; it has been logged under the request id."),
}


# A connection that broke or was refused, a lock or a query that took too long, a deadlock: worth another try.
DATABASE_TROUBLE = (OperationalError, InterfaceError)
# After how many seconds another try makes sense: what does not answer may do so soon, room is made by people.
TEMPORARY = {503: 5, 507: 60}
# What Django raises; the first kind that fits decides.
FOREIGN_PROBLEMS: dict[type[Exception], str] = {
    RequestDataTooBig: "body_too_large",
    SuspiciousOperation: "bad_request",
    MultiPartParserError: "bad_request",
    StorageFull: "storage_full",
    BucketTrouble: "storage_unavailable",
    **dict.fromkeys(DATABASE_TROUBLE, "unavailable"),
}


def all_problems() -> list[tuple[str, int, str]]:
    """Every code that a problem body can carry, with its status and its sentence, sorted by code."""
    rows = FRAME_PROBLEMS | {error.code: (error.status, error.title) for error in all_errors()}
    return [(code, status, title) for code, (status, title) in sorted(rows.items())]


def problem(*, path: str, request_id: str, code: str, status: int, title: str, **extra: Any) -> dict[str, Any]:
    """The body of a problem. `extra` members follow the standard ones; without `detail` the title says it all."""
    return {
        "type": f"/errors/#{code}",
        "title": title,
        "status": status,
        "detail": title,
        "code": code,
        "instance": path,
        "request_id": request_id,
        **extra,
    }


def problem_response(*, request: Any, code: str, status: int, title: str, **extra: Any) -> HttpResponse:
    """A problem as a plain response: it is JSON whatever renderer the view has."""
    body = problem(path=request.path, request_id=request_id_of(request), code=code, status=status, title=title, **extra)
    response = HttpResponse(dumps(body), status=status, content_type=CONTENT_TYPE)
    if status == 401:
        response["WWW-Authenticate"] = CHALLENGE
    return told_when_to_return(response)


def told_when_to_return(response: HttpResponse) -> HttpResponse:
    """A 503 or 507 with its Retry-After; any other answer as it is."""
    if response.status_code in TEMPORARY:
        response["Retry-After"] = str(TEMPORARY[response.status_code])
    return response


def frame_problem(*, request: HttpRequest, code: str) -> HttpResponse:
    """A problem that the frame answers outside any view."""
    status_code, title = FRAME_PROBLEMS[code]
    return problem_response(request=request, code=code, status=status_code, title=title)


def field_errors(detail: Any, field: str = "") -> Iterator[dict[str, str]]:
    """DRF's nested validation details as flat entries: `credits.0.name` says where."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            yield from field_errors(inner, f"{field}.{name}" if field else str(name))
    elif isinstance(detail, list):
        for index, inner in enumerate(detail):
            nested = isinstance(inner, Mapping | list)
            yield from field_errors(inner, f"{field}.{index}" if nested else field)
    else:
        yield {
            "field": "" if field == "non_field_errors" else field,
            "code": str(getattr(detail, "code", "invalid")),
            "message": str(detail),
        }


def translate(exc: Exception) -> tuple[int, str, str, dict[str, Any], dict[str, str]] | None:
    """(status, code, title, extra members, headers) of an exception, or None for what nobody foresaw."""
    if isinstance(exc, DomainError):
        wait = exc.facts.get("retry_after_s")
        return exc.status, exc.code, str(exc), exc.facts, {"Retry-After": str(wait)} if wait else {}
    if isinstance(exc, exceptions.ValidationError):
        return 400, "invalid", FRAME_PROBLEMS["invalid"][1], {"errors": list(field_errors(exc.detail))}, {}
    if isinstance(exc, Http404):
        exc = exceptions.NotFound()
    elif isinstance(exc, PermissionDenied):
        exc = exceptions.PermissionDenied()
    if isinstance(exc, exceptions.APIException):
        return translate_api_exception(exc)
    code = next((code for kind, code in FOREIGN_PROBLEMS.items() if isinstance(exc, kind)), None)
    if isinstance(exc, OSError) and exc.errno in FULL:
        code = "storage_full"
    if code == "unavailable":
        logger.warning("database_trouble", exc_info=exc)
    return (FRAME_PROBLEMS[code][0], code, FRAME_PROBLEMS[code][1], {}, {}) if code else None


def translate_api_exception(
    exc: exceptions.APIException,
) -> tuple[int, str, str, dict[str, Any], dict[str, str]]:
    """DRF's own exceptions: our title, their words as `detail` where these say more."""
    code = str(exc.get_codes()) if isinstance(exc.detail, str) else exc.default_code
    title = FRAME_PROBLEMS[code][1] if code in FRAME_PROBLEMS else str(exc.detail)
    extra = {"detail": str(exc.detail)} if code == "parse_error" else {}
    return exc.status_code, code, title, extra, {}


def problem_handler(exc: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """DRF's EXCEPTION_HANDLER. Unforeseen exceptions stay unhandled: Django logs them and answers 500."""
    translated = translate(exc)
    if translated is None:
        return None
    status_code, code, title, extra, headers = translated
    set_rollback()
    response = problem_response(request=context["request"], code=code, status=status_code, title=title, **extra)
    for name, value in headers.items():
        response[name] = value
    return response


def answer(request: HttpRequest, code: str) -> HttpResponse:
    """An error outside any view: a problem below /api/, a page elsewhere."""
    if request.path.startswith("/api/"):
        return frame_problem(request=request, code=code)
    status_code, title = FRAME_PROBLEMS[code]
    return render(
        request,
        "error.html",
        {"title": title, "status": status_code, "request_id": request_id_of(request)},
        status=status_code,
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400"""
    too_large = isinstance(exception, RequestDataTooBig)
    return answer(request, "body_too_large" if too_large else "bad_request")


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler403"""
    return answer(request, "permission_denied")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler404"""
    return answer(request, "not_found")


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500; the page needs neither the database nor a template that might be what broke."""
    code = "unavailable" if isinstance(sys.exception(), DATABASE_TROUBLE) else "server_error"
    status_code, title = FRAME_PROBLEMS[code]
    if request.path.startswith("/api/"):
        return frame_problem(request=request, code=code)
    text = f"{title} Request id: {request_id_of(request)}\n"
    return told_when_to_return(HttpResponse(text, status=status_code, content_type="text/plain"))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW"""
    return answer(request, "csrf_failed")
