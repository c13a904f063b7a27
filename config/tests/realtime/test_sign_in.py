"""Who may open a socket, and from where."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone
from prometheus_client import REGISTRY

from accounts.authentication import ACCESS_COOKIE, session_of
from accounts.models import Session, User
from accounts.services import issue_ticket
from accounts.tokens import AccessToken
from config.lib.realtime.process import WATCH_EVERY_S
from config.tests.realtime.conftest import bearer, until

OPEN, ANONYMOUS, REFUSED = None, 4401, 4403
OURS = {"origin": "http://earshot.test"}


@pytest.fixture
def pair(owner, signed_in):
    return signed_in(owner)


def expired(pair) -> str:
    token = AccessToken(pair.access)
    token.set_exp(lifetime=-timedelta(seconds=1))
    return str(token)


def cookie(value: str) -> dict:
    return {"additional_headers": {"Cookie": f"theme=dark; {ACCESS_COOKIE}={value}"}}


def header(value: str) -> dict:
    return {"additional_headers": {"Authorization": value}}


# way -> (how it is opened: of a pair of tokens and a ticket; what becomes of it)
WAYS = {
    "nothing": (lambda pair, ticket: {}, ANONYMOUS),
    "a bearer token": (lambda pair, ticket: header(f"Bearer {pair.access}"), OPEN),
    "a bearer token, spelt in lower case": (lambda pair, ticket: header(f"bearer {pair.access}"), OPEN),
    "a bearer token from anywhere": (
        lambda pair, ticket: {**header(f"Bearer {pair.access}"), "origin": "https://evil.example"},
        OPEN,
    ),
    "an expired bearer token": (lambda pair, ticket: header(f"Bearer {expired(pair)}"), ANONYMOUS),
    "a refresh token": (lambda pair, ticket: header(f"Bearer {pair.refresh}"), ANONYMOUS),
    "a forged token": (lambda pair, ticket: header(f"Bearer {pair.access[:-4]}AAAA"), ANONYMOUS),
    "another scheme": (lambda pair, ticket: header(f"Basic {pair.access}"), ANONYMOUS),
    "a bad header and a good cookie": (
        lambda pair, ticket: {
            "additional_headers": {"Authorization": "Bearer x", "Cookie": f"{ACCESS_COOKIE}={pair.access}"},
            **OURS,
        },
        ANONYMOUS,
    ),
    "a ticket": (lambda pair, ticket: {"path": f"/ws/v1/me/?ticket={ticket}"}, OPEN),
    "a ticket from anywhere": (
        lambda pair, ticket: {"path": f"/ws/v1/me/?ticket={ticket}", "origin": "https://evil.example"},
        OPEN,
    ),
    "an empty ticket and a good cookie": (
        lambda pair, ticket: {"path": "/ws/v1/me/?ticket=x", **cookie(pair.access), **OURS},
        ANONYMOUS,
    ),
    "a token as a ticket": (lambda pair, ticket: {"path": f"/ws/v1/me/?ticket={pair.access}"}, ANONYMOUS),
    "a cookie of our pages": (lambda pair, ticket: {**cookie(pair.access), **OURS}, OPEN),
    "an expired cookie of our pages": (lambda pair, ticket: {**cookie(expired(pair)), **OURS}, ANONYMOUS),
    "a cookie from nowhere": (lambda pair, ticket: cookie(pair.access), REFUSED),
    "a cookie beside those of others that are hardly cookies": (
        lambda pair, ticket: {
            "additional_headers": {"Cookie": f'a"b={{"x": [1, 2]}}; lone; {ACCESS_COOKIE}={pair.access}; =z'},
            **OURS,
        },
        OPEN,
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_who_may_open_a_socket_of_their_own(dial, pair, way):
    how, code = WAYS[way]
    client = dial(**how(pair, issue_ticket(session=pair.session, at=timezone.now())))
    if code is OPEN:
        assert client.frame()["type"] == "hello"
    else:
        assert client.close_code() == code


# origin -> whether a cookie counts there. The site is http://earshot.test; it was asked for as 127.0.0.1:{port}.
ORIGINS = {
    "http://earshot.test": True,
    "HTTP://EARSHOT.TEST": True,
    "https://earshot.test": False,
    "http://earshot.test:8000": False,
    "http://earshot.test.evil.example": False,
    "http://evil.example": False,
    "http://app.example.org": True,
    "https://app.example.org": False,
    "http://127.0.0.1:{port}": True,
    "https://127.0.0.1:{port}": False,
    "http://127.0.0.1": False,
    "http://127.0.0.1:1": False,
    "http://localhost": False,
    "http://localhost:{port}": False,
    "null": False,
}


@pytest.mark.parametrize("origin", ORIGINS)
def test_a_cookie_counts_on_our_own_pages_only(dial, address, pair, settings, origin):
    settings.CORS_ALLOWED_ORIGINS = ["http://app.example.org"]
    client = dial(**cookie(pair.access), origin=origin.format(port=address.rsplit(":", 1)[1]))
    if ORIGINS[origin]:
        assert client.frame()["type"] == "hello"
    else:
        assert client.close_code() == REFUSED


def test_a_host_that_is_not_ours_makes_no_origin_ours(dial, address, pair, settings):
    """The page of an attacker whose name points at our address (DNS rebinding) is of the same origin as its socket."""
    settings.ALLOWED_HOSTS = ["earshot.test"]
    assert dial(**cookie(pair.access), origin=address.replace("ws", "http")).close_code() == REFUSED


ENDED = {
    "signed out": lambda: Session.objects.update(ended_at=timezone.now()),
    "expired": lambda: Session.objects.update(expires_at=timezone.now()),
    "suspended": lambda: User.objects.get_queryset().update(is_active=False),
}


@pytest.mark.parametrize("how", ENDED)
def test_tokens_and_tickets_of_a_session_that_is_over_open_nothing(dial, pair, how):
    ticket = issue_ticket(session=pair.session, at=timezone.now())
    ENDED[how]()
    assert dial(additional_headers=bearer(pair)).close_code() == ANONYMOUS
    assert dial(f"/ws/v1/me/?ticket={ticket}").close_code() == ANONYMOUS


def test_a_ticket_opens_one_socket(dial, api, pair):
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {pair.access}")
    answer = api.post("/api/v1/auth/socket-ticket/")
    assert (answer.status_code, answer.json()["expires_in"]) == (201, 30)
    assert answer["Cache-Control"] == "no-store"
    path = f"/ws/v1/me/?ticket={answer.json()['ticket']}"
    assert dial(path).frame()["type"] == "hello"
    assert dial(path).close_code() == ANONYMOUS


@pytest.mark.parametrize("path", ["/", "/ws/", "/ws/v1/me", "/ws/v1/nothing/", "/api/v1/me/"])
def test_where_nothing_is_a_socket_is_told_so(dial, pair, path, caplog):
    assert dial(path, additional_headers=bearer(pair)).close_code() == 4404
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


@pytest.mark.parametrize("how", ENDED)
def test_a_socket_ends_with_its_session(listen, owner, stranger, how):
    client, other = listen(owner), listen(stranger)
    assert client.frame()["type"] == other.frame()["type"] == "hello"
    if how == "suspended":
        User.objects.filter(pk=owner.pk).update(is_active=False)
        assert other.is_open()
    else:
        ENDED[how]()
        assert other.close_code() == ANONYMOUS
    assert client.close_code() == ANONYMOUS


def test_a_socket_outlives_its_access_token(dial, pair, owner):
    token = AccessToken(pair.access)
    token.set_exp(lifetime=timedelta(seconds=2))
    client = dial(additional_headers={"Authorization": f"Bearer {token}"})
    assert client.frame()["type"] == "hello"
    until(lambda: session_of(str(token)) is None)
    time.sleep(2 * WATCH_EVERY_S)
    assert client.is_open()


def figure(name: str) -> float:
    return REGISTRY.get_sample_value(name, {"path": "/ws/v1/me/"}) or 0


def test_open_sockets_and_their_frames_are_counted(listen, owner):
    before, sent = figure("earshot_sockets_open"), figure("earshot_socket_frames_total")
    client = listen(owner)
    assert client.frame()["type"] == "hello"
    until(lambda: figure("earshot_socket_frames_total") == sent + 1)
    assert figure("earshot_sockets_open") == before + 1
    client.connection.close()
    until(lambda: figure("earshot_sockets_open") == before)
