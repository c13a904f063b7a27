"""What a suspended person gets at the sign-in: a token for the few views that name it, and for nothing else."""

from datetime import timedelta

import jwt
import pytest
from django.http import HttpResponse
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from accounts import services
from accounts.authentication import StandingAuthentication
from accounts.tests.keys import OTHER
from accounts.tokens import AccessToken, RefreshToken, StandingToken, read_standing_token, read_token, standing_token
from config.lib.testing import Api
from conftest import PASSWORD

pytestmark = pytest.mark.django_db

LOGIN, ME = "/api/v1/auth/login/", "/api/v1/me/"


class Probe(APIView):
    """A view that somebody who is suspended may call."""

    authentication_classes = [StandingAuthentication]
    permission_classes = []

    def get(self, request) -> HttpResponse:
        return HttpResponse(f"{request.user.username} {request.auth}")


def ask(token: str) -> tuple[int, str]:
    answer = Probe.as_view()(APIRequestFactory().get("/", headers={"authorization": f"Bearer {token}"}))
    return answer.status_code, answer.content.decode() if answer.status_code == 200 else ""


@pytest.fixture
def token(api, owner, at) -> str:
    """What the owner gets who signs in while suspended."""
    services.suspend_user(user=owner, reason="Spam.", until=at + timedelta(days=7), at=at)
    answer = api.post(LOGIN, {"login": "owner", "password": PASSWORD})
    body = api.problem(answer, status=403, code="account_suspended")
    assert answer["Cache-Control"] == "no-store"
    assert not answer.cookies
    return body["standing_token"]


def test_it_opens_what_names_it_and_nothing_else(api, token):
    assert ask(token) == (200, "owner None")
    for path in (ME, "/api/v1/auth/sessions/"):
        answer = api.get(path, headers={"authorization": f"Bearer {token}"})
        api.problem(answer, status=401, code="authentication_failed")
    answer = api.post("/api/v1/auth/token/refresh/", {"refresh": token})
    api.problem(answer, status=401, code="token_invalid")
    api.cookies["earshot_access"] = token
    api.problem(api.get(ME), status=401, code="not_authenticated")


def test_only_the_right_password_brings_one(api, owner, token):
    body = api.problem(api.post(LOGIN, {"login": "owner", "password": OTHER}), status=401, code="login_failed")
    assert "standing_token" not in body


def test_it_is_over_with_the_suspension(owner, at, token):
    services.lift_suspension(user=owner, at=at)
    assert ask(token)[0] == 401


def test_it_is_over_with_the_next_change_of_the_sign_in(owner, at, token):
    services.change_password(user=owner, password=OTHER, at=at)
    assert ask(token)[0] == 401


def test_it_is_over_after_an_hour(token):
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims["exp"] - claims["iat"] == 3600
    expired = StandingToken(token)
    expired.set_exp(lifetime=-timedelta(seconds=1))
    assert ask(str(expired))[0] == 401


def test_what_names_it_takes_an_ordinary_sign_in_too(owner, sign_in):
    bearer = sign_in(owner)._credentials["HTTP_AUTHORIZATION"].removeprefix("Bearer ")
    status, text = ask(bearer)
    assert (status, text.split()[0]) == (200, "owner")
    assert ask("rubbish")[0] == 401


def test_no_token_of_another_kind_is_one_and_it_is_none_of_theirs(owner):
    token = standing_token(user_id=owner.pk, version=0)
    assert [read_token(kind, token) for kind in (AccessToken, RefreshToken)] == [None, None]
    for kind in (AccessToken, RefreshToken):
        other = kind()
        other["sub"], other["ver"] = str(owner.pk), 0
        assert read_standing_token(str(other)) is None


@pytest.mark.parametrize("claims", [{}, {"sub": "1"}, {"sub": "x", "ver": 0}, {"sub": "1", "ver": None}])
def test_one_that_says_too_little_is_none(claims):
    token = StandingToken()
    for name, value in claims.items():
        token[name] = value
    assert read_standing_token(str(token)) is None


def test_somebody_who_is_not_suspended_has_no_use_for_one(owner):
    assert ask(standing_token(user_id=owner.pk, version=owner.session_version))[0] == 401
    assert Api().get(ME).status_code == 401
