"""Files as a reverse proxy would deliver them."""

import asyncio
import os
import re
from pathlib import Path

import pytest
from django.conf import settings
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from config.server.delivery import KEPT, Delivery

SOUND = bytes(range(256)) * 400
# Of the answer that names a file, nginx keeps these by itself.
KEPT_BY_NGINX = {"cache-control", "content-disposition", "content-type"}


async def gate(request: Request) -> Response:
    """Stands for Django: hands over what the query names."""
    headers = {
        "X-Accel-Redirect": request.query_params["to"],
        "Cache-Control": "private, no-cache",
        "Content-Type": "audio/mp4",
        "Content-Disposition": 'attachment; filename="First light.mp4"',
        "Access-Control-Allow-Origin": "https://app.example",
        "X-Request-ID": "the-id-of-it",
        "X-Content-Type-Options": "nosniff",
        "Content-Length": "7",
        "ETag": '"of the gate"',
        "Set-Cookie": "secret=1",
        "X-Internal": "secret",
    }
    return Response("ignored", headers=headers)


async def plain(request: Request) -> Response:
    return Response("hello", status_code=201, headers={"X-Internal": "kept"})


@pytest.fixture
def root(tmp_path) -> Path:
    (tmp_path / "media" / "sounds").mkdir(parents=True)
    (tmp_path / "media" / "sounds" / "aac.mp4").write_bytes(SOUND)
    (tmp_path / "media" / "empty").touch()
    (tmp_path / "secret").write_text("outside")
    (tmp_path / "media-else").mkdir()
    (tmp_path / "media-else" / "secret").write_text("outside")
    os.symlink(tmp_path / "secret", tmp_path / "media" / "link")
    return tmp_path / "media"


@pytest.fixture
def port(serve, root) -> int:
    routes = [Route("/gate", gate, methods=["GET", "POST"]), Route("/plain", plain)]
    return serve(Delivery(Starlette(routes=routes), root=root))


@pytest.fixture
def fetch(call, port):
    def ask(method: str = "GET", to: str = "/protected-media/sounds/aac.mp4", **headers: str):
        return call(
            port, method, f"/gate?to={to}", headers={name.replace("_", "-"): of for name, of in headers.items()}
        )

    return ask


def test_the_file_comes_instead_of_the_answer_that_names_it(fetch):
    status, headers, body = fetch()
    assert (status, body) == (200, SOUND)
    assert headers["content-length"] == str(len(SOUND))
    assert headers["accept-ranges"] == "bytes"
    kept = {
        "content-type": "audio/mp4",
        "cache-control": "private, no-cache",
        "content-disposition": 'attachment; filename="First light.mp4"',
        "access-control-allow-origin": "https://app.example",
        "x-request-id": "the-id-of-it",
        "x-content-type-options": "nosniff",
    }
    assert {name: headers[name] for name in kept} == kept
    assert headers["etag"] != '"of the gate"'
    assert not {"x-accel-redirect", "set-cookie", "x-internal"} & set(headers)


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-99", 0, 100),
        ("bytes=100-", 100, len(SOUND)),
        ("bytes=-100", len(SOUND) - 100, len(SOUND)),
        ("bytes=0-99999999", 0, len(SOUND)),
        (f"bytes={len(SOUND) - 1}-", len(SOUND) - 1, len(SOUND)),
    ],
)
def test_a_range_is_answered_with_exactly_that(fetch, asked, start, end):
    status, headers, body = fetch(range=asked)
    assert (status, body) == (206, SOUND[start:end])
    assert headers["content-range"] == f"bytes {start}-{end - 1}/{len(SOUND)}"
    assert headers["content-length"] == str(end - start)
    assert headers["content-type"] == "audio/mp4"


def test_a_range_behind_the_end_is_416_with_the_length(fetch):
    status, headers, _ = fetch(range=f"bytes={len(SOUND)}-")
    assert status == 416
    assert headers["content-range"].endswith(f"*/{len(SOUND)}")


def test_several_ranges_come_as_parts(fetch):
    status, headers, body = fetch(range="bytes=0-9,100-109")
    assert status == 206
    assert headers["content-type"].startswith("multipart/byteranges")
    assert SOUND[0:10] in body
    assert SOUND[100:110] in body


@pytest.mark.parametrize("validator", ["etag", "last-modified"])
def test_a_range_of_the_version_that_one_has_is_continued(fetch, validator):
    _, headers, _ = fetch()
    status, _, body = fetch(range="bytes=10-19", if_range=headers[validator])
    assert (status, body) == (206, SOUND[10:20])


@pytest.mark.parametrize("validator", ["etag", "last-modified"])
def test_a_range_of_another_version_is_the_whole_new_one(fetch, root, validator):
    _, headers, _ = fetch()
    file = root / "sounds" / "aac.mp4"
    file.write_bytes(SOUND[::-1] + b"!")
    os.utime(file, (1_000_000_000, 1_000_000_000))
    status, _, body = fetch(range="bytes=10-19", if_range=headers[validator])
    assert (status, body) == (200, SOUND[::-1] + b"!")


def test_head_tells_the_length_and_sends_nothing(fetch):
    status, headers, body = fetch("HEAD")
    assert (status, body, headers["content-length"]) == (200, b"", str(len(SOUND)))
    status, headers, body = fetch("HEAD", range="bytes=0-9")
    assert (status, body, headers["content-length"]) == (206, b"", "10")


def test_an_empty_file_is_empty(fetch):
    status, headers, body = fetch(to="/protected-media/empty")
    assert (status, body, headers["content-length"]) == (200, b"", "0")


@pytest.mark.parametrize(
    "target",
    [
        "/protected-media/../secret",
        "/protected-media/sounds/../../secret",
        "/protected-media//etc/passwd",
        "/protected-media/../media-else/secret",
        "/protected-media/link",
        "/protected-media/",
        "/protected-media/sounds",
        "/protected-media/gone",
        "/protected-media/sounds%252F..%252Faac.mp4",
        "/etc/passwd",
        "sounds/aac.mp4",
        "/protected-mediasounds/aac.mp4",
        "https://elsewhere.example/aac.mp4",
        "",
    ],
)
def test_nothing_outside_and_nothing_gone_is_delivered(fetch, target):
    status, headers, body = fetch(to=target)
    assert (status, body) == (404, b"This file is gone.\n")
    assert not {"x-accel-redirect", "content-disposition", "set-cookie"} & set(headers)


def test_any_other_answer_passes_as_it_is(call, port):
    status, headers, body = call(port, "GET", "/plain")
    assert (status, headers["x-internal"], body) == (201, "kept", b"hello")
    assert call(port, "GET", "/nothing")[0] == 404


def test_what_is_no_http_passes_untouched(root):
    seen = []

    async def app(scope, receive, send):
        seen.append((scope["type"], receive, send))

    scope = {"type": "websocket"}
    asyncio.run(Delivery(app, root=root)(scope, "receive", "send"))
    assert seen == [("websocket", "receive", "send")]


def test_nginx_lets_the_same_headers_through():
    named = re.findall(r"^\s*add_header (\S+)", (settings.BASE_DIR / "deploy/nginx.conf").read_text(), re.MULTILINE)
    assert KEPT_BY_NGINX | {name.lower() for name in named} == set(KEPT)
