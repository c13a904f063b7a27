"""One request of tus 1.0.0 and the answer to it. Bytes are appended as they arrive; those of a cut request are kept.

Whoever comes for an upload while another request writes to it takes it over, be it to write or to ask for the offset:
after a broken connection the older request is most likely dead, and nobody has told the server. tusd does the same.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.http import Http404
from django.utils import timezone
from django.utils.http import http_date
from rest_framework.exceptions import NotAuthenticated, UnsupportedMediaType
from rest_framework.request import Request
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from accounts.authentication import AccessTokenAuthentication
from accounts.models import User
from config.lib import scopes, storage
from config.lib.limits import budget, draw
from config.lib.limits.budgets import UPLOADS
from config.lib.limits.limiter import refuse_beyond
from config.lib.metrics import count_request
from config.lib.requests import log_request, request_id_from
from config.lib.viewer import Viewer
from config.server.answers import problem_answer, sharing_headers
from config.server.bodies import Body
from config.server.spooling import ClientGone, refuse
from tracks.models import Upload
from tracks.uploads import part as parts
from tracks.uploads import services, tus
from tracks.uploads.choices import Protocol, UploadState
from tracks.uploads.part import HeldPart, PartGone, UploadLocked

ADDRESS = re.compile(r"/api/v1/uploads(?:/(?P<id>[0-9]{1,18}))?/?\Z")
EXPOSED = (
    "Location, Tus-Checksum-Algorithm, Tus-Extension, Tus-Max-Size, Tus-Resumable, Tus-Version, Upload-Expires, "
    "Upload-Length, Upload-Metadata, Upload-Offset, X-Request-ID"
)
ALLOWED = (
    "Authorization, Content-Type, Tus-Resumable, Upload-Checksum, Upload-Length, Upload-Metadata, Upload-Offset, "
    "X-CSRFToken, X-HTTP-Method-Override, X-Request-ID"
)
# What is written into the log when nobody was left to be answered, as nginx does.
CLIENT_GONE = 499


@asynccontextmanager
async def holding(key: str) -> AsyncIterator[HeldPart]:
    """The file of an upload for the block; whoever has it is asked to let go. Raises PartGone, UploadLocked."""
    deadline = time.monotonic() + parts.PATIENCE_S
    while (part := parts.take_over(key)) is None:
        if time.monotonic() > deadline:
            raise UploadLocked
        await asyncio.sleep(parts.LOOK_EVERY_S)
    try:
        yield part
    finally:
        part.let_go()


class Exchange:
    """One request, and the answer to it."""

    def __init__(self, scope: Scope, receive: Receive, in_database: Callable[[Callable[[], Any]], Any]) -> None:
        self.scope = scope
        self.receive = receive
        self.in_database = in_database
        self.headers = Headers(scope=scope)
        self.body = Body(receive)
        self.request_id = request_id_from(self.headers.get("x-request-id", ""))
        # Told with whatever the answer turns out to be.
        self.told: dict[str, str] = {}

    async def answer(self, send: Send) -> None:
        """Do what is asked and say what came of it; to whoever has gone nothing is said."""
        started = time.perf_counter()
        try:
            response = await self.act()
        except ClientGone:
            response = Response(status_code=CLIENT_GONE)
        except Exception as error:  # whatever it is becomes a problem
            response = problem_answer(error, scope=self.scope, request_id=self.request_id)
        seconds = time.perf_counter() - started
        facts = {"method": self.scope["method"], "path": self.scope["path"], "request_id": self.request_id}
        log_request(status=response.status_code, seconds=seconds, **facts)
        count_request(method=self.scope["method"], view="tus", status=response.status_code, seconds=seconds)
        if response.status_code != CLIENT_GONE:
            await self.send(response, send)

    async def send(self, response: Response, send: Send) -> None:
        """Send the answer. Who is still sending is listened to for a while, or would not hear it."""
        common = {
            "Tus-Resumable": tus.VERSION,
            "Tus-Version": tus.VERSION,
            "X-Request-ID": self.request_id,
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        }
        for name, value in (common | sharing_headers(self.scope, exposed=EXPOSED) | self.told).items():
            response.headers[name] = value
        if self.body.is_over or not self.brings_bytes():
            await response(self.scope, self.receive, send)
        else:
            response.headers["Connection"] = "close"
            await refuse(response, self.receive, send)

    def brings_bytes(self) -> bool:
        """Whether there is a body at all."""
        return "transfer-encoding" in self.headers or self.headers.get("content-length", "0") != "0"

    async def act(self) -> Response:
        """The answer to this request."""
        verb = self.scope["method"]
        if verb == "OPTIONS":
            return self.capabilities()
        tus.check_version(self.headers)
        acts = {"POST": self.create, "HEAD": self.tell, "PATCH": self.append, "DELETE": self.cancel}
        return await acts[verb]()

    def capabilities(self) -> Response:
        """OPTIONS, and what a browser asks before a page of another origin may call."""
        return Response(
            status_code=204,
            headers={
                "Tus-Extension": ",".join(tus.EXTENSIONS),
                "Tus-Max-Size": str(settings.UPLOAD_MAX_BYTES),
                "Tus-Checksum-Algorithm": ",".join(tus.ALGORITHMS),
                "Access-Control-Allow-Methods": "DELETE, GET, HEAD, OPTIONS, PATCH, POST",
                "Access-Control-Allow-Headers": ALLOWED,
                "Access-Control-Max-Age": "86400",
            },
        )

    async def create(self) -> Response:
        """POST: a new upload, perhaps with its first bytes."""
        offer = tus.offer_in(self.headers)
        checksum = tus.checksum_in(self.headers)
        upload = await self.in_database(partial(self.open, offer))
        self.told["Location"] = upload.path
        self.told["Upload-Expires"] = http_date(upload.expires_at.timestamp())
        if self.headers.get("content-type") == tus.CONTENT_TYPE:
            async with holding(upload.key) as part:
                await self.take(upload, part, checksum)
        return Response(status_code=201)

    async def tell(self) -> Response:
        """HEAD: how many bytes have come."""
        upload = await self.in_database(self.find)
        offset = await self.standing(upload)
        headers = {"Upload-Offset": str(offset), "Upload-Length": str(upload.size)}
        if upload.metadata:
            headers["Upload-Metadata"] = upload.metadata
        if upload.state == UploadState.OPEN:
            headers["Upload-Expires"] = http_date(upload.expires_at.timestamp())
        return Response(headers=headers)

    async def standing(self, upload: Upload) -> int:
        """The offset, once nobody writes any more."""
        if upload.state != UploadState.OPEN:
            return upload.size
        try:
            async with holding(upload.key) as part:
                return int(await self.in_database(partial(self.take_stock, upload, part)))
        except PartGone:
            return int(await self.in_database(partial(services.find_moved, upload=upload, at=timezone.now())))

    async def append(self) -> Response:
        """PATCH: the bytes that follow."""
        if self.headers.get("content-type") != tus.CONTENT_TYPE:
            raise UnsupportedMediaType(self.headers.get("content-type", ""))
        offset = tus.number_in(self.headers, "Upload-Offset")
        checksum = tus.checksum_in(self.headers)
        upload = await self.in_database(self.find_for_more)
        try:
            async with holding(upload.key) as part:
                if part.length() != offset:
                    raise tus.UploadOffsetConflict(offset=part.length())
                await self.take(upload, part, checksum)
        except PartGone:
            await self.in_database(partial(services.find_moved, upload=upload, at=timezone.now()))
            raise services.UploadComplete from None
        return Response(status_code=204)

    async def cancel(self) -> Response:
        """DELETE: the upload is not wanted any more."""
        upload = await self.in_database(self.find)
        end = partial(services.cancel_quiet_upload, upload=upload, at=timezone.now())
        try:
            async with holding(upload.key):
                await self.in_database(end)
        except PartGone:
            await self.in_database(end)
        return Response(status_code=204)

    async def take(self, upload: Upload, part: HeldPart, checksum: tus.Checksum | None) -> None:
        """Append the body; whatever ends it, what has come is brought to the disk and counted."""
        try:
            await self.write(upload, part, checksum)
        except OSError as error:
            raise storage.StorageFull from error
        finally:
            part.drop_checked()
            self.told["Upload-Offset"] = str(await self.in_database(partial(self.take_stock, upload, part)))
            self.told["Upload-Expires"] = http_date(upload.expires_at.timestamp())

    async def write(self, upload: Upload, part: HeldPart, checksum: tus.Checksum | None) -> None:
        """Write each piece as it comes. Raises UploadExceedsLength, ChecksumMismatch, UploadTakenOver, ClientGone."""
        start = part.length()
        announced = int(self.headers.get("content-length", "0"))
        if announced > upload.size - start:
            raise tus.UploadExceedsLength(size=upload.size)
        storage.ensure_room(announced)
        if checksum:
            part.begin_checked()
        async for piece in self.body.pieces(look=partial(let_go_if_wanted, part), every_s=parts.LOOK_EVERY_S):
            if part.length() + len(piece) > upload.size:
                raise tus.UploadExceedsLength(size=upload.size)
            await asyncio.to_thread(part.append, piece)
        if checksum:
            await asyncio.to_thread(confirm, part, checksum, start=start)

    def caller(self) -> User:
        """Who calls, by the same rules as everywhere: a bearer token, or a cookie with proof of its origin.

        Raises ScopeMissing for a program's token that may bring no files.
        """
        found = AccessTokenAuthentication().authenticate(Request(ASGIRequest(self.scope, BytesIO())))
        if found is None:
            raise NotAuthenticated
        caller, bearer = found
        scopes.check_scope(bearer, scopes.Scope.UPLOADS)
        return caller

    def open(self, offer: services.Offer) -> Upload:
        """A new upload of the caller's, who may begin only so many in a while; raises Throttled."""
        caller = self.caller()
        refuse_beyond(draw(budget(UPLOADS), subject=f"account:{caller.pk}"))
        return services.open_upload(owner=caller, offer=offer, protocol=Protocol.TUS, at=timezone.now())

    def find_for_more(self) -> Upload:
        """The same, with room for what is to come; raises UploadComplete and OverQuota too."""
        upload = self.find()
        services.expect_bytes(upload=upload, at=timezone.now())
        return upload

    def find(self) -> Upload:
        """The caller's upload of this address; raises Http404, UploadWrongProtocol, UploadOver."""
        uploads = Upload.objects.visible_to(Viewer(user=self.caller()))
        upload = uploads.filter(pk=int(ADDRESS.match(self.scope["path"])["id"])).first()  # type: ignore[index]  # routed
        if upload is None:
            raise Http404
        services.ensure_protocol(upload, Protocol.TUS)
        services.ensure_not_over(upload)
        return upload

    def take_stock(self, upload: Upload, part: HeldPart) -> int:
        """How many bytes have come, on the disk."""
        return services.take_stock(upload=upload, part=part, at=timezone.now())


def let_go_if_wanted(part: HeldPart) -> None:
    """Raise UploadTakenOver when somebody else waits for this file."""
    if part.is_wanted():
        raise tus.UploadTakenOver


def confirm(part: HeldPart, checksum: tus.Checksum, *, start: int) -> None:
    """Keep the bytes from `start` on if they are what their sender meant; raises ChecksumMismatch."""
    if part.digest(checksum.algorithm, start=start) != checksum.digest:
        raise tus.ChecksumMismatch
    part.keep_checked()
