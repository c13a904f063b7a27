"""Who may read the figures; for everybody else there is nothing at that address."""

import pytest
from django.test import Client

TOKEN = "a9Xk2-made-up-7vQz4LmT1bRw8Yc5Hn3Jd6Gs0PfEuIo"
BEARER = {"authorization": f"Bearer {TOKEN}"}
PUBLIC = "203.0.113.9"

pytestmark = pytest.mark.django_db

# (peer, headers, TRUSTED_PROXY_COUNT, METRICS_TOKEN) of those who may read.
READERS = {
    "this machine": ("127.0.0.1", {}, 0, ""),
    "this machine by IPv6": ("::1", {}, 0, ""),
    "this machine, IPv4 as IPv6": ("::ffff:127.0.0.1", {}, 0, TOKEN),
    "the token from far away": (PUBLIC, BEARER, 0, TOKEN),
    "the token through a proxy": ("127.0.0.1", {**BEARER, "x-forwarded-for": PUBLIC}, 1, TOKEN),
    "the token, the scheme in small letters": (PUBLIC, {"authorization": f"bearer {TOKEN}"}, 0, TOKEN),
}
OTHERS = {
    "a stranger": (PUBLIC, {}, 0, ""),
    "a stranger while there is a token": (PUBLIC, {}, 0, TOKEN),
    "another machine of the house": ("10.0.0.7", {}, 0, TOKEN),
    "a peer without an address": ("", {}, 0, TOKEN),
    "a wrong token": (PUBLIC, {"authorization": f"Bearer {TOKEN[:-1]}"}, 0, TOKEN),
    "a token beyond ASCII": (PUBLIC, {"authorization": "Bearer ümlaut"}, 0, TOKEN),
    "another scheme": (PUBLIC, {"authorization": f"Basic {TOKEN}"}, 0, TOKEN),
    "an empty token where none is set": (PUBLIC, {"authorization": "Bearer "}, 0, ""),
    "no scheme where none is set": (PUBLIC, {"authorization": "Bearer"}, 0, ""),
    "a proxy of this machine that tells for whom": ("127.0.0.1", {"x-forwarded-for": PUBLIC}, 0, TOKEN),
    "one that says it is this machine": ("127.0.0.1", {"x-forwarded-for": "127.0.0.1"}, 0, TOKEN),
    "a proxy that tells it in the standard's header": ("127.0.0.1", {"forwarded": "for=192.0.2.1"}, 0, TOKEN),
    "a proxy that tells it in its own": ("127.0.0.1", {"x-real-ip": PUBLIC}, 0, TOKEN),
    "a proxy of this machine that tells nothing": ("127.0.0.1", {}, 1, TOKEN),
}


def ask(case, *, path: str = "/metrics", method: str = "GET"):
    peer, headers, _, _ = case
    return Client(enforce_csrf_checks=True).generic(method, path, headers=headers, REMOTE_ADDR=peer)


@pytest.fixture
def configured(settings):
    def configure(case) -> None:
        settings.TRUSTED_PROXY_COUNT, settings.METRICS_TOKEN = case[2:]

    return configure


@pytest.mark.parametrize("name", READERS)
def test_these_may_read(configured, name):
    configured(READERS[name])
    answer = ask(READERS[name])
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=")
    assert answer["Cache-Control"] == "no-store"
    assert b"earshot_deliveries_open" in answer.content


def as_told(answer) -> tuple[int, bytes, set[str]]:
    """What an answer tells, without the id that every request has of its own."""
    return answer.status_code, answer.content.replace(answer["X-Request-ID"].encode(), b"id"), set(answer.headers)


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("name", OTHERS)
def test_for_all_others_there_is_nothing_byte_for_byte(configured, name, method):
    configured(OTHERS[name])
    refused = as_told(ask(OTHERS[name], method=method))
    assert refused[0] == 404
    assert refused == as_told(ask(OTHERS[name], method=method, path="/no/such/thing/anywhere"))


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_figures_are_only_looked_at(configured, method):
    configured(READERS["this machine"])
    assert ask(READERS["this machine"], method=method).status_code == 404


def test_a_page_that_calls_this_machine_by_a_name_of_its_own_reads_nothing(client):
    """A stranger's page can lead its own name to this machine; the browser then asks from here."""
    assert client.get("/metrics", headers={"host": "evil.example"}).status_code == 400
