"""Files for the embedded server: what `X-Accel-Redirect` asks of nginx, with Range, If-Range and HEAD."""

from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.responses import FileResponse, PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = "x-accel-redirect"
INTERNAL = "/protected-media/"
# Of the gate's answer these reach the listener; length, range and validators come from the file.
KEPT = (
    "access-control-allow-credentials",
    "access-control-allow-origin",
    "access-control-expose-headers",
    "cache-control",
    "content-disposition",
    "content-security-policy",
    "content-type",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "referrer-policy",
    "strict-transport-security",
    "vary",
    "x-content-type-options",
    "x-frame-options",
    "x-request-id",
    "x-robots-tag",
)


class Delivery:
    """ASGI middleware: replaces an answer that names an internal file by that file.

    `root`: the folder that holds what lies below `/protected-media/`.
    """

    def __init__(self, app: ASGIApp, *, root: str | Path) -> None:
        self.app = app
        self.root = Path(root).resolve()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        answer = HeldAnswer(send)
        await self.app(scope, receive, answer.send)
        if answer.target is not None:
            await self.deliver(answer.target, answer.kept)(scope, receive, send)

    def deliver(self, target: str, headers: dict[str, str]) -> ASGIApp:
        """The file behind an internal address, or 404 for one that is gone or lies outside."""
        path = (self.root / target.removeprefix(INTERNAL)).resolve()
        if not target.startswith(INTERNAL) or not path.is_relative_to(self.root) or not path.is_file():
            return PlainTextResponse("This file is gone.\n", status_code=404)
        return FileResponse(path, headers=headers, media_type=headers.get("content-type"))


class HeldAnswer:
    """Passes an answer on, unless it names an internal file: then nothing of it is sent."""

    def __init__(self, send: Send) -> None:
        self.inner = send
        self.target: str | None = None
        self.kept: dict[str, str] = {}

    async def send(self, message: Message) -> None:
        """Stands in for the server's `send`."""
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=message["headers"])
            self.target = headers.get(HEADER)
            self.kept = {name: headers[name] for name in KEPT if name in headers}
        if self.target is None:
            await self.inner(message)
