"""Logs: one JSON object a line, and no secret in any of them."""

import json
import logging

import pytest
import structlog
from django.conf import settings

from config.lib.logs import configure, hide_secrets
from config.lib.testing import Api
from config.tests.lib.recording import recorded
from conftest import PASSWORD

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
CAPABILITY = "c" * 43


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        (f"Bearer {TOKEN}!", "Bearer [token]!"),
        ("GET /t/1/?secret_token=abc&v=1", "GET /t/1/?secret_token=[hidden]&v=1"),
        ("redeem 0b0c8a1e-7b1f-4d5a-9a55-d41d8cd98f00." + "a" * 43, "redeem [key]"),
        ("?grant=abc&ticket=def key=ghi", "?grant=[hidden]&ticket=[hidden] key=[hidden]"),
        ("?token=abc", "?token=[hidden]"),
        ("password=abc", "password=[hidden]"),
        ("?X-Amz-Signature=abc&x=1", "?X-Amz-Signature=[hidden]&x=1"),
        (f"/media/{CAPABILITY}/aac.m3u8", "/media/[capability]/aac.m3u8"),
        ("postgresql://earshot:pass@db:5432/x", "postgresql://earshot:[hidden]@db:5432/x"),
        ("redis://:pass@cache:6379/0", "redis://:[hidden]@cache:6379/0"),
        ("sk_live_abc123 whsec_abc123 rk_test_x", "[key] [key] [key]"),
        ("https://earshot.example:8000/ada/?limit=3", "https://earshot.example:8000/ada/?limit=3"),
        ("/media/covers/x.webp", "/media/covers/x.webp"),
    ],
)
def test_secrets_are_hidden_and_the_rest_is_not(text, hidden):
    assert hide_secrets(text) == hidden


def test_a_line_of_the_standard_library_is_json_without_secrets():
    class Holder:
        def __repr__(self) -> str:
            return f"<Holder {TOKEN}>"

    extra = {
        "password": PASSWORD,
        "refresh_token": "abc",
        "Cookie": "abc",
        "otp": "123456",
        "footprint": "12",
        "address": f"/media/{CAPABILITY}/x",
        "facts": {"api_key": "abc", "inner": [f"?secret_token={TOKEN}", {"Authorization": "abc"}, 3, None, True]},
        "holder": Holder(),
        "raw": f"secret_token={TOKEN}".encode(),
    }
    with recorded() as lines:
        logging.getLogger("library").warning("sent %s to %s", TOKEN, "ada", extra=extra)
    [line] = lines
    line.pop("message", None)  # pytest's own handler leaves it on the record
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "sent [token] to ada",
        "level": "warning",
        "logger": "library",
        "password": "[hidden]",
        "refresh_token": "[hidden]",
        "Cookie": "[hidden]",
        "otp": "[hidden]",
        "footprint": "12",
        "address": "/media/[capability]/x",
        "facts": {
            "api_key": "[hidden]",
            "inner": ["?secret_token=[hidden]", {"Authorization": "[hidden]"}, 3, None, True],
        },
        "holder": "<Holder [token]>",
        "raw": "b'secret_token=[hidden]'",
    }


def test_a_traceback_is_one_line_and_hides_them_too():
    error = ValueError(f"no good: {TOKEN}")
    with recorded() as lines:
        structlog.get_logger("ours").error("it broke", password=PASSWORD, exc_info=error)
    [line] = lines
    assert "ValueError: no good: [token]" in line["exception"]
    assert line["password"] == "[hidden]"


def test_what_is_bound_to_the_request_is_in_every_line():
    with recorded() as lines:
        with structlog.contextvars.bound_contextvars(request_id="abc"):
            logging.getLogger("library").warning("one")
        logging.getLogger("library").warning("two")
    assert [line.get("request_id") for line in lines] == ["abc", None]


@pytest.mark.django_db
@pytest.mark.urls("config.tests.lib.probes")
def test_a_request_leaves_lines_with_its_id_and_without_its_query(owner):
    api = Api(raise_request_exception=False)
    with recorded() as written:
        answers = [
            api.get(f"/api/v1/nothing/?secret_token={CAPABILITY}"),
            api.get(f"/api/probe/trouble/unforeseen/?secret_token={CAPABILITY}"),
            api.get(f"/media/{CAPABILITY}/nothing.m3u8"),
            api.post("/api/v1/auth/login/", {"login": "owner", "password": PASSWORD}),
            api.post("/api/v1/auth/login/", {"login": "owner", "password": "wrong-" + CAPABILITY}),
        ]
    tokens = [answers[3].json()[name] for name in ("access", "refresh", "csrf_token")]
    text = json.dumps(written)
    for secret in (CAPABILITY, PASSWORD, *tokens):
        assert secret not in text
    for answer in answers:
        of_it = [line for line in written if line.get("request_id") == answer["X-Request-ID"]]
        [line] = [line for line in of_it if line["logger"] == "earshot.request"]
        assert line["status"] == answer.status_code
        assert "?" not in line["path"]
        # Django's own line about a refusal is written when the request is already over, and has the id as well.
        assert len(of_it) == (1 if answer.status_code == 200 else 2)


def test_servers_do_not_write_a_second_line_with_the_query():
    with recorded() as lines:
        for name in ("django.server", "uvicorn.access"):
            logging.getLogger(name).warning("GET /?secret_token=abc")
    assert lines == []


def test_in_development_lines_are_for_people(capsys):
    try:
        configure({"format": "console", "level": "INFO"})
        logging.getLogger("library").warning("sent %s", TOKEN)
        logging.getLogger("library").debug("not this")
        written = capsys.readouterr().err
    finally:
        configure(settings.LOGGING)
    assert "sent [token]" in written
    assert "not this" not in written
    assert not written.startswith("{")
