"""Personal tokens over HTTP: made, shown once, listed without their secret, revoked."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import services
from accounts.models import PersonalToken, Session
from accounts.serializers import IssuedPersonalToken, PersonalTokenCard
from config.lib.testing import Api

pytestmark = pytest.mark.django_db

TOKENS, ME = "/api/v1/me/tokens/", "/api/v1/me/"
NEVER = "0b0c8a1e-7b1f-4d5a-9a55-d41d8cd98f00"
WISH = {"label": "script", "scopes": ["read"]}


@pytest.fixture
def me(owner, sign_in):
    return sign_in(owner)


def program(token: str) -> Api:
    client = Api()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


def address(card: dict) -> str:
    return f"{TOKENS}{card['id']}/"


def test_a_token_is_shown_once_and_signs_its_program_in(me, owner):
    answer = me.post(TOKENS, WISH | {"scopes": ["uploads", "read", "read"], "label": " My  script "})
    assert (answer.status_code, answer["Cache-Control"]) == (201, "no-store")
    body = answer.json()
    assert list(body) == list(IssuedPersonalToken().fields)
    assert (body["scopes"], body["label"], body["expires_at"]) == (["read", "uploads"], "My  script", None)
    assert program(body["token"]).get(ME).json()["id"] == owner.pk
    listed = me.get(TOKENS)
    assert listed["Cache-Control"] == "no-store"
    [card] = listed.json()["results"]
    assert list(card) == list(PersonalTokenCard().fields)
    assert card["last_used_at"]
    assert {name: card[name] for name in card if name != "last_used_at"} == {
        name: body[name] for name in card if name != "last_used_at"
    }
    assert body["token"] not in listed.content.decode()


def test_a_revoked_token_opens_nothing_and_is_gone(me):
    body = me.post(TOKENS, WISH).json()
    answer = me.delete(address(body))
    assert (answer.status_code, answer.content) == (204, b"")
    me.problem(me.delete(address(body)), status=404, code="not_found")
    assert me.get(TOKENS).json()["results"] == []
    client = program(body["token"])
    client.problem(client.get(ME), status=401, code="authentication_failed")


def test_a_strangers_token_is_as_absent_as_one_that_never_was(me, stranger, sign_in):
    theirs = sign_in(stranger).post(TOKENS, WISH).json()
    bodies = []
    for token_id in (theirs["id"], NEVER):
        body = me.problem(me.delete(f"{TOKENS}{token_id}/"), status=404, code="not_found")
        bodies.append({name: value for name, value in body.items() if name not in {"request_id", "instance"}})
    assert bodies[0] == bodies[1]
    assert PersonalToken.objects.filter(pk=theirs["id"]).exists()


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("label", "", "blank"),
        ("label", None, "null"),
        ("label", "a" * 61, "max_length"),
        ("scopes", [], "min_length"),
        ("scopes", ["everything"], "invalid_choice"),
        ("scopes", "read", "not_a_list"),
        ("scopes", ["read"] * 4, "max_length"),
        ("expires_at", "2020-01-01T00:00:00Z", "past"),
        ("expires_at", "soon", "invalid"),
        ("user", 1, "unknown"),
        ("version", 1, "unknown"),
    ],
)
def test_what_does_not_fit_is_refused(me, field, value, code):
    body = me.problem(me.post(TOKENS, WISH | {field: value}), status=400, code="invalid")
    assert {(error["field"].split(".")[0], error["code"]) for error in body["errors"]} == {(field, code)}
    assert not PersonalToken.objects.exists()


def test_refusals_say_what_to_do(me, owner):
    for _ in range(20):
        assert me.post(TOKENS, WISH).status_code == 201
    me.problem(me.post(TOKENS, WISH), status=409, code="too_many_personal_tokens")
    Session.objects.filter(user=owner).update(created_at=timezone.now() - timedelta(minutes=16))
    me.problem(me.post(TOKENS, WISH), status=403, code="sign_in_stale")


def test_tokens_come_newest_first_in_pages_at_the_same_cost(me, django_assert_num_queries):
    labels = [f"script {letter}" for letter in "abcde"]
    me.post(TOKENS, WISH | {"label": labels[0]})
    with django_assert_num_queries(2):
        me.get(TOKENS)
    for label in labels[1:]:
        me.post(TOKENS, WISH | {"label": label})
    with django_assert_num_queries(2):
        me.get(TOKENS)
    seen, link = [], f"{TOKENS}?limit=2"
    while link:
        body = me.get(link).json()
        seen += [card["label"] for card in body["results"]]
        link = body["next"]
    assert seen == labels[::-1]


def test_a_token_that_is_over_is_not_listed(me, owner):
    body = me.post(TOKENS, WISH).json()
    PersonalToken.objects.filter(pk=body["id"]).update(expires_at=timezone.now())
    assert me.get(TOKENS).json()["results"] == []
    me.problem(me.delete(address(body)), status=404, code="not_found")


def test_a_suspended_persons_token_opens_nothing_not_even_what_is_public(me, owner, api):
    client = program(me.post(TOKENS, WISH).json()["token"])
    services.suspend_user(user=owner, reason="", at=timezone.now())
    for path in (ME, "/api/v1/tracks/"):
        client.problem(client.get(path), status=401, code="authentication_failed")
    assert api.get("/api/v1/tracks/").status_code == 200


@pytest.mark.parametrize("place", ["cookie", "query", "other scheme"])
def test_a_token_comes_in_the_header_as_a_bearer_and_nowhere_else(me, place):
    token = me.post(TOKENS, WISH).json()["token"]
    client, path = Api(), ME
    if place == "cookie":
        client.cookies["earshot_access"] = token
    elif place == "query":
        path = f"/api/v1/tracks/?access_token={token}"
    else:
        client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    assert client.get(path).status_code in {400, 401}


def test_a_token_draws_from_the_budget_of_its_account(me, owner, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"reads": "3/minute"}
    client = program(me.post(TOKENS, WISH).json()["token"])
    assert [c.get(ME).status_code for c in (client, me, client, me, client)] == [200, 200, 200, 429, 429]
