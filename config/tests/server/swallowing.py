"""For a process of its own: takes bodies through the spooler and tells what arrived.

`GET /` tells how many bodies have reached the application.
"""

import hashlib

import django
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

django.setup()

from config.server.spooling import BodySpooler  # noqa: E402 -- needs the apps

taken: list[int] = []


async def swallow(scope: Scope, receive: Receive, send: Send) -> None:
    digest, length, pieces, more = hashlib.sha256(), 0, 0, scope["method"] != "GET"
    while more:
        message = await receive()
        digest.update(message["body"])
        length, pieces, more = length + len(message["body"]), pieces + 1, message["more_body"]
    if scope["method"] != "GET":
        taken.append(length)
    headers = {name.decode(): value.decode() for name, value in scope["headers"]}
    told = {"length": length, "sha256": digest.hexdigest(), "pieces": pieces, "taken": taken, "headers": headers}
    await JSONResponse(told)(scope, receive, send)


application = BodySpooler(swallow)
