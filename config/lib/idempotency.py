"""A request that creates may be sent again: the header `Idempotency-Key` names it, and what it does happens once.

The key is a row that is written first, in the transaction of the effect, and the first answer is written into it last.
A twin that comes meanwhile waits on the unique index, as PostgreSQL lets it: when the first one commits it reads the
answer, when the first one is rolled back it goes on as if it had come alone.

Only answers of success are kept. They are kept in clear text, so they must hold no secret of their own. The answers of
operations that are open to everybody are kept by address: they must hold nothing that may not be read by somebody else
behind that address who sends the same request under the same key.
"""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from django.core.files.uploadedfile import UploadedFile
from django.db import OperationalError, connection, transaction
from django.http import HttpResponse, QueryDict
from django.utils import timezone
from psycopg.errors import LockNotAvailable, QueryCanceled
from rest_framework.request import Request
from rest_framework.response import Response

from config.lib import advisory
from config.lib.errors import DomainError
from config.lib.requests import client_address
from config.models import IdempotencyKey

KEY_HEADER = "Idempotency-Key"
REPLAYED_HEADER = "Idempotent-Replayed"
KEPT_HEADERS = ("Cache-Control", "Content-Type", "Location")
WELL_FORMED_KEY = re.compile(r"[!-~]{1,255}\Z")
KEPT_FOR = timedelta(days=1)
BATCH = 1000
RETRY_AFTER_S = 2

# The key is ours when it is new, or when its day is over. Otherwise there is no row to return; the one that is there
# stays locked until we have read it. A handler that stores a large file leaves its transaction idle for longer than
# other requests may: as long as the reverse proxy waits for an upload.
TAKE = """
INSERT INTO config_idempotencykey AS kept (caller, key, request_digest, created_at, status, headers, body)
VALUES (%s, %s, %s, %s, 0, '{}', '')
ON CONFLICT (caller, key) DO UPDATE
SET request_digest = excluded.request_digest, created_at = excluded.created_at WHERE kept.created_at <= %s
RETURNING set_config('idle_in_transaction_session_timeout', '300s', true)
"""
# A twin that fails lets the next one in: each wait may be short enough, and their sum too long.
WAITED_TOO_LONG = (LockNotAvailable, QueryCanceled)

Handler = Callable[..., HttpResponse]


class IdempotencyKeyMalformed(DomainError):
    code = "idempotency_key_malformed"
    status = 400
    title = "An Idempotency-Key is 1 to 255 visible ASCII characters; a fresh UUID is a good one."


class IdempotencyKeyReused(DomainError):
    code = "idempotency_key_reused"
    title = "This Idempotency-Key came with another request before; make a new key for a new request."


class IdempotencyInProgress(DomainError):
    code = "idempotency_in_progress"
    title = "A request with this Idempotency-Key is still running; send the same again in a moment."


KEY_PROBLEMS = (IdempotencyKeyMalformed, IdempotencyKeyReused, IdempotencyInProgress)


class SecretAnswer(RuntimeError):
    """A handler whose answers may be repeated made one that must not be kept: `no-store`, or with cookies."""


@dataclass(frozen=True)
class Attempt:
    """One sending of a request: who sent it, under which key, and what it said."""

    caller: str
    key: str
    digest: str

    @classmethod
    def of(cls, request: Request, *, key: str) -> "Attempt":
        return cls(caller=caller_of(request), key=key, digest=digest_of(request))


def answer_once(handler: Handler, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
    """What the handler answers, or what it answered to the same request before. Without a key: the handler's business.

    With one, everything that the handler writes is one transaction, which only an answer of success commits.
    Raises IdempotencyKeyMalformed, IdempotencyKeyReused, IdempotencyInProgress, and what the handler raises.
    """
    key = request.headers.get(KEY_HEADER)
    if key is None:
        return handler(request, *args, **kwargs)
    if not WELL_FORMED_KEY.match(key):
        raise IdempotencyKeyMalformed
    attempt = Attempt.of(request, key=key)
    with transaction.atomic():
        if not take(attempt, at=timezone.now()):
            return replay(attempt)
        response = rendered(handler(request, *args, **kwargs), request)
        if 200 <= response.status_code < 300:
            keep(attempt, response)
        else:
            transaction.set_rollback(True)
    return response


def caller_of(request: Request) -> str:
    """Whom the database can tell from others: a person, or an address where nobody has signed in."""
    if request.user.is_authenticated:
        return name_of_caller(request.user.pk)
    return f"address:{client_address(request._request)}"  # noqa: SLF001 -- DRF's own way to the Django request


def name_of_caller(user_id: int) -> str:
    """How a person stands in the column `caller`."""
    return f"user:{user_id}"


def forget_caller(*, user_id: int) -> int:
    """Delete the answers that were kept for a person; the number of rows."""
    return IdempotencyKey.objects.filter(caller=name_of_caller(user_id)).delete()[0]


def digest_of(request: Request) -> str:
    """SHA-256, in hex, of what makes two requests the same: method, path, query and body.

    A form counts by its fields and files and not by its bytes, for each sending draws a boundary of its own.
    """
    is_form = request._request.content_type == "multipart/form-data"  # noqa: SLF001 -- without its parameters
    body = form_facts(cast("QueryDict", request.data)) if is_form else hashlib.sha256(request.body).hexdigest()
    said = [request.method, request.path, request.META.get("QUERY_STRING", ""), body]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def form_facts(form: QueryDict) -> list[Any]:
    """The fields of a form by name, each with its values; of a file its name, its size and its bytes' digest."""
    return sorted(
        [name, [file_facts(value) if isinstance(value, UploadedFile) else value for value in values]]
        for name, values in form.lists()
    )


def file_facts(file: "UploadedFile[bytes]") -> dict[str, Any]:
    """What makes two uploaded files the same. Read in pieces, and wound back for the handler."""
    digest = hashlib.sha256()
    for piece in file.chunks():
        digest.update(piece)
    file.seek(0)
    return {"name": file.name, "size": file.size, "sha256": digest.hexdigest()}


def take(attempt: Attempt, *, at: datetime) -> bool:
    """Make the key ours until the transaction ends; False when it has its answer. Raises IdempotencyInProgress."""
    values: list[Any] = [attempt.caller, attempt.key, attempt.digest, at, at - KEPT_FOR]
    try:
        with connection.cursor() as cursor:
            cursor.execute(TAKE, values)
            return cursor.fetchone() is not None
    except OperationalError as error:
        if isinstance(error.__cause__, WAITED_TOO_LONG):
            raise IdempotencyInProgress(retry_after_s=RETRY_AFTER_S) from error
        raise


def rendered(response: HttpResponse, request: Request) -> HttpResponse:
    """The response with its bytes made: what cannot be rendered must not be committed."""
    if isinstance(response, Response):
        response.accepted_renderer = request.accepted_renderer
        response.accepted_media_type = request.accepted_media_type
        response.renderer_context = {"request": request}  # type: ignore[attr-defined]  # the types forget it
        response.render()
    return response


def keep(attempt: Attempt, response: HttpResponse) -> None:
    """Write the answer down. Raises SecretAnswer."""
    if "no-store" in response.get("Cache-Control", "") or response.cookies:
        raise SecretAnswer(f"the answer to {attempt.digest} is not to be kept; do not let its action be repeatable")
    IdempotencyKey.objects.filter(caller=attempt.caller, key=attempt.key).update(
        status=response.status_code,
        headers={name: response[name] for name in KEPT_HEADERS if name in response},
        body=response.content,
    )


def replay(attempt: Attempt) -> HttpResponse:
    """The answer that the key has, byte for byte. Raises IdempotencyKeyReused."""
    kept = IdempotencyKey.objects.get(caller=attempt.caller, key=attempt.key)
    if kept.request_digest != attempt.digest:
        raise IdempotencyKeyReused
    response = HttpResponse(kept.body, status=kept.status)
    del response["Content-Type"]  # Django's guess; an answer without a body has none
    for name, value in {**kept.headers, REPLAYED_HEADER: "true"}.items():
        response[name] = value
    return response


def forget_old(*, at: datetime) -> int:
    """Delete the answers that were kept for a day, in short transactions; the number of rows.

    Somebody else who is at it already goes on alone.
    """
    forgotten = 0
    while batch := forget_batch(before=at - KEPT_FOR):
        forgotten += batch
    return forgotten


@transaction.atomic
def forget_batch(*, before: datetime) -> int:
    """Delete the oldest of what is old enough; 0 when nothing is left, or somebody else is at it."""
    if not advisory.try_hold("idempotency.forget_old_keys"):
        return 0
    old = IdempotencyKey.objects.filter(created_at__lte=before).order_by("created_at")
    # A key that is taken anew at this moment is locked: it is not old any more.
    batch = old.select_for_update(skip_locked=True).values("pk")[:BATCH]
    return IdempotencyKey.objects.filter(pk__in=batch).delete()[0]
