"""An upload may take longer than the token that it began with lives."""

import asyncio
from datetime import timedelta

import pytest

from accounts.tokens import AccessToken, read_token
from config.server.spooling import BodySpooler

SESSION = "0b0c8a1e-7b1f-4d5a-9a55-d41d8cd98f00"


def token(*, lives: timedelta) -> str:
    access = AccessToken()
    access["sid"] = SESSION
    access.set_exp(lifetime=lives)
    return str(access)


def pass_slowly(headers: list[tuple[bytes, bytes]], *, seconds: float) -> dict[bytes, bytes]:
    """The headers with which an upload whose body takes so long reaches the application."""
    seen: dict[bytes, bytes] = {}

    async def application(scope, receive, send):
        seen.update(scope["headers"])

    async def receive():
        await asyncio.sleep(seconds)
        return {"type": "http.request", "body": b"sound", "more_body": False}

    async def send(message):
        raise AssertionError("nothing is answered before the application does")

    scope = {"type": "http", "method": "POST", "path": "/api/v1/tracks/", "headers": headers}
    asyncio.run(BodySpooler(application)(scope, receive, send))
    return seen


@pytest.mark.parametrize(
    ("header", "before"), [(b"authorization", b"Bearer "), (b"cookie", b"theme=dark; earshot_access=")]
)
def test_a_token_that_was_good_when_the_upload_began_is_good_when_it_has_come(header, before):
    short = token(lives=timedelta(seconds=1))
    seen = pass_slowly([(header, before + short.encode())], seconds=2)
    assert seen[header].startswith(before)
    arrived = seen[header].removeprefix(before).decode()
    assert read_token(AccessToken, short) is None
    assert str(read_token(AccessToken, arrived).session_id) == SESSION


def test_a_token_that_was_over_before_stays_over():
    over = token(lives=timedelta(seconds=-1))
    seen = pass_slowly([(b"authorization", f"Bearer {over}".encode())], seconds=0)
    assert seen[b"authorization"] == f"Bearer {over}".encode()
