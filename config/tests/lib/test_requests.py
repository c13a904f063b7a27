"""Around every request: its id, its address, its slash."""

import re

import pytest
from django.test import RequestFactory

from config.lib.requests import client_address, request_id_of

pytestmark = pytest.mark.django_db

ANY_ID = re.compile(r"[0-9a-f]{32}")


@pytest.mark.parametrize("given", ["abcdefgh", "A-b_c.1234", "x" * 64, "0b0c8a1e-7b1f-4d5a-9a55-d41d8cd98f00"])
def test_a_well_formed_id_is_kept(api, given):
    answer = api.get("/api/v1/me/", headers={"x-request-id": given})
    assert answer["X-Request-ID"] == given
    assert answer.json()["request_id"] == given


@pytest.mark.parametrize(
    "given", ["", "short", "x" * 65, "with space", "new\nline-here", 'quote"quote', "ümlaut-12", "<script>alert"]
)
def test_any_other_id_is_replaced(api, given):
    answer = api.get("/api/v1/me/", headers={"x-request-id": given})
    assert ANY_ID.fullmatch(answer["X-Request-ID"])
    assert answer.json()["request_id"] == answer["X-Request-ID"]


def test_two_requests_have_two_ids(api):
    assert api.get("/health/live/")["X-Request-ID"] != api.get("/health/live/")["X-Request-ID"]
    assert request_id_of(RequestFactory().get("/")) == ""


PEER = "203.0.113.9"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "", PEER),
        (0, "192.0.2.1", PEER),
        (0, "192.0.2.1, 192.0.2.2", PEER),
        (1, "", PEER),
        (1, "192.0.2.1", "192.0.2.1"),
        (1, "198.51.100.1, 192.0.2.1", "192.0.2.1"),
        (1, "198.51.100.1,192.0.2.1 ", "192.0.2.1"),
        (1, "192.0.2.1,", PEER),
        (1, "unknown", PEER),
        (1, "192.0.2.1:4711", PEER),
        (1, "'; DROP TABLE", PEER),
        (1, "2001:DB8::1", "2001:db8::1"),
        (1, "fe80::1%eth0", "fe80::1"),
        (1, "::ffff:192.0.2.1", "192.0.2.1"),
        (2, "192.0.2.1", PEER),
        (2, "192.0.2.1, 192.0.2.2", "192.0.2.1"),
        (2, "198.51.100.1, 192.0.2.1, 192.0.2.2", "192.0.2.1"),
        (2, ",", PEER),
    ],
)
def test_the_address_comes_from_trusted_proxies_only(settings, proxies, forwarded, address):
    settings.TRUSTED_PROXY_COUNT = proxies
    forged = {"x-real-ip": "198.51.100.7", "forwarded": "for=198.51.100.7", "client-ip": "198.51.100.7"}
    headers = forged | ({"x-forwarded-for": forwarded} if forwarded else {})
    assert client_address(RequestFactory().get("/", headers=headers, REMOTE_ADDR=PEER)) == address


@pytest.mark.parametrize("peer", ["", "unix:", None])
def test_a_peer_without_an_address_has_none(peer):
    assert client_address(RequestFactory().get("/", REMOTE_ADDR=peer)) == ""


def test_a_forged_address_never_stops_a_sign_in(api, owner, settings, session_of):
    settings.TRUSTED_PROXY_COUNT = 1
    body = {"login": "owner", "password": "a quiet place to listen"}
    answer = api.post("/api/v1/auth/login/", body, headers={"x-forwarded-for": "no address", "user-agent": "a\0b"})
    assert answer.status_code == 200
    assert (session_of(owner).address, session_of(owner).user_agent) == ("127.0.0.1", "ab")


def test_a_page_without_its_slash_is_led_to_it(client, owner):
    answer = client.get("/owner?x=1")
    assert (answer.status_code, answer["Location"]) == (301, "/owner/?x=1")


@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
def test_a_call_of_the_api_without_its_slash_is_not_there(api, method):
    answer = getattr(api, method)("/api/v1/me")
    api.problem(answer, status=404, code="not_found")


def test_a_form_is_never_sent_on_to_another_address(client, owner):
    assert client.post("/owner").status_code == 404


def test_checks_of_health_are_quiet(client, caplog):
    with caplog.at_level("INFO"):
        client.get("/health/live/")
        client.get("/api/v1/me/")
    assert [record.path for record in caplog.records if record.name == "earshot.request"] == ["/api/v1/me/"]
