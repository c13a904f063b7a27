"""Every call of the API is counted, and every answer says so."""

import re

import pytest

from config.lib.testing import Api
from conftest import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.urls("config.tests.lib.probes")]

LOGIN, ME, TRACKS = "/api/v1/auth/login/", "/api/v1/me/", "/api/v1/tracks/"
POLICY = re.compile(r'"[a-z_]+";q=\d+;w=\d+(, "[a-z_]+";q=\d+;w=\d+)*')
LEFT = re.compile(r'"[a-z_]+";r=\d+;t=\d+(, "[a-z_]+";r=\d+;t=\d+)*')

ANSWERS = {
    200: lambda api: api.get(TRACKS),
    400: lambda api: api.post(LOGIN, {}),
    401: lambda api: api.get(ME),
    404: lambda api: api.get(f"{TRACKS}999999/"),
    405: lambda api: api.delete(LOGIN),
    406: lambda api: api.get(ME, headers={"accept": "text/html"}),
    415: lambda api: api.generic("POST", LOGIN, b"<a/>", content_type="text/xml"),
    418: lambda api: api.get("/api/probe/trouble/domain/"),
}


@pytest.mark.parametrize("status", ANSWERS)
def test_every_answer_says_what_is_allowed_and_what_is_left(api, amounts, status):
    amounts()
    answer = ANSWERS[status](api)
    assert answer.status_code == status
    assert POLICY.fullmatch(answer["RateLimit-Policy"])
    assert LEFT.fullmatch(answer["RateLimit"])


def test_a_call_beyond_the_budget_is_a_problem_that_says_when_to_come_again(api, amounts):
    amounts(reads="3/minute")
    left = [api.get(TRACKS)["RateLimit"].split(";")[1] for _ in range(3)]
    assert left == ["r=2", "r=1", "r=0"]
    answer = api.get(TRACKS)
    body = api.problem(answer, status=429, code="throttled")
    assert 1 <= int(answer["Retry-After"]) <= 61
    assert body["retry_after_s"] == int(answer["Retry-After"])
    assert body["budget"] == "reads"
    assert answer["RateLimit-Policy"] == '"reads";q=3;w=60'
    assert answer["RateLimit"].startswith('"reads";r=0;t=')


def test_reading_and_writing_are_counted_apart(api, amounts):
    amounts(reads="1/minute", writes="1/minute")
    assert [api.get(TRACKS).status_code for _ in range(2)] == [200, 429]
    assert [api.post(LOGIN, {}).status_code for _ in range(2)] == [400, 429]


def test_each_account_has_its_own_budget_from_one_address(amounts, sign_in, owner, stranger):
    amounts(reads="2/minute")
    clients = {"owner": sign_in(owner), "stranger": sign_in(stranger), "nobody": Api()}
    statuses = {name: [client.get(TRACKS).status_code for _ in range(3)] for name, client in clients.items()}
    assert statuses == {name: [200, 200, 429] for name in clients}


def test_an_account_has_one_budget_from_all_its_devices_and_addresses(amounts, sign_in, owner):
    amounts(reads="2/minute")
    calls = [(sign_in(owner), f"203.0.113.{number}") for number in range(3)]
    assert [client.get(TRACKS, REMOTE_ADDR=address).status_code for client, address in calls] == [200, 200, 429]


def test_a_sign_in_that_is_refused_counts_for_its_address(api, amounts):
    amounts(reads="2/minute")
    bad = {"headers": {"authorization": "Bearer forged"}}
    assert [api.get(ME, **bad).status_code for _ in range(3)] == [401, 401, 429]
    assert api.get(TRACKS).status_code == 429


def test_an_action_draws_from_the_budget_that_its_viewset_names(api, amounts, sign_in, owner):
    amounts(register="1/minute", uploads="1/minute")
    assert [api.post("/api/v1/auth/register/", {}).status_code for _ in range(2)] == [400, 429]
    client = sign_in(owner)
    assert [client.post(TRACKS, {}, format="multipart").status_code for _ in range(2)] == [400, 429]


def test_the_document_of_the_api_is_counted_too(api, amounts):
    amounts(reads="0/minute")
    assert api.get("/api/schema/").status_code == 429


def test_other_sites_may_read_the_headers(api, amounts, settings):
    amounts(reads="1/minute")
    settings.CORS_ALLOWED_ORIGINS = ["https://app.example"]
    for _ in range(2):
        answer = api.get(TRACKS, headers={"origin": "https://app.example"})
        exposed = answer["Access-Control-Expose-Headers"].split(", ")
        assert {"RateLimit", "RateLimit-Policy", "Retry-After"} <= set(exposed)


FORWARDING = ("X-Forwarded-For", "X-Real-IP", "Forwarded", "True-Client-IP", "CF-Connecting-IP", "X-Client-IP")


@pytest.mark.parametrize("proxies", [0, 1])
def test_a_hundred_calls_with_ever_new_forwarding_headers_pass_no_limit(api, amounts, settings, proxies):
    amounts(reads="10/minute")
    settings.TRUSTED_PROXY_COUNT = proxies
    statuses = []
    for number in range(100):
        invented = dict.fromkeys(FORWARDING, f"198.51.100.{number}")
        if proxies:
            invented["X-Forwarded-For"] += ", 203.0.113.9"  # what the proxy itself writes down
        statuses.append(api.get(TRACKS, headers=invented).status_code)
    assert statuses == [200] * 10 + [429] * 90


def test_two_calls_at_once_have_answers_of_their_own(api, amounts, owner):
    """What a call has drawn stands on the call, not on the view."""
    amounts()
    assert api.post(LOGIN, {"login": "owner", "password": PASSWORD})["RateLimit"].count('"') == 6
    assert api.get(TRACKS)["RateLimit"].count('"') == 2
