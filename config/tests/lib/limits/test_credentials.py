"""Guessing passwords: one count for a name and one for an address, through whatever door."""

import pytest

from accounts.models import User
from accounts.services.registration import register
from config.lib.limits import draw_credentials
from config.lib.limits.limiter import Throttled
from config.lib.redis import shared_redis
from config.lib.testing import Api
from conftest import PASSWORD

pytestmark = pytest.mark.django_db

LOGIN, DESK = "/api/v1/auth/login/", "/admin/login/"
WRONG = "a wrong one"
HOME, AWAY = "203.0.113.9", "198.51.100.7"


@pytest.fixture
def api() -> Api:
    return Api(REMOTE_ADDR=HOME)


def guess(api, *, login: str = "owner", password: str = WRONG, **extra: str):
    return api.post(LOGIN, {"login": login, "password": password}, **extra)


def guess_at_desk(api, *, login: str = "owner", password: str = WRONG, **extra: str):
    return api.post(DESK, {"username": login, "password": password}, format="multipart", **extra)


def statuses(answers) -> list[int]:
    return [answer.status_code for answer in answers]


def test_after_five_attempts_a_name_is_closed_to_everybody_and_for_the_right_password_too(api, amounts, owner):
    amounts(credentials="5/5 minutes")
    assert statuses(guess(api) for _ in range(6)) == [401] * 5 + [429]
    answer = guess(api, password=PASSWORD, REMOTE_ADDR=AWAY)
    assert api.problem(answer, status=429, code="throttled")["budget"] == "credentials"
    assert 100 < int(answer["Retry-After"]) <= 301


def test_the_api_and_the_admin_draw_from_one_bucket(api, amounts, owner):
    amounts(credentials="5/5 minutes")
    assert statuses(guess(api) for _ in range(3)) == [401] * 3
    assert statuses(guess_at_desk(api) for _ in range(2)) == [200] * 2  # the form again
    assert guess(api).status_code == 429
    assert guess_at_desk(api).status_code == 429


@pytest.mark.parametrize("spelling", ["OWNER", " owner ", "Owner", "\towner"])
def test_a_name_is_one_name_however_it_is_spelt(api, amounts, owner, spelling):
    amounts(credentials="1/5 minutes")
    guess(api)
    assert guess(api, login=spelling).status_code == 429
    assert guess_at_desk(api, login=spelling).status_code == 429


def test_one_address_cannot_try_many_names(api, amounts, owner):
    amounts(credentials_address="3/5 minutes")
    assert statuses(guess(api, login=f"name-{number}") for number in range(4)) == [401] * 3 + [429]
    assert guess_at_desk(api, login="another").status_code == 429
    assert guess(api, password=PASSWORD, REMOTE_ADDR=AWAY).status_code == 200


def test_the_addresses_of_one_ipv6_network_count_as_one(api, amounts):
    amounts(credentials_address="2/5 minutes")
    neighbours = [f"2001:db8:1:2::{number:x}" for number in range(1, 4)]
    assert statuses(guess(api, REMOTE_ADDR=address) for address in neighbours) == [401, 401, 429]


def test_who_is_stopped_by_its_address_does_not_use_up_the_name(api, amounts, owner):
    amounts(credentials="5/5 minutes", credentials_address="2/5 minutes")
    assert statuses(guess(api) for _ in range(10)) == [401] * 2 + [429] * 8
    assert guess(api, REMOTE_ADDR=AWAY)["RateLimit"].split(", ")[2].startswith('"credentials";r=2;')


def test_a_name_that_nobody_has_is_limited_exactly_like_one_that_somebody_has(api, amounts, owner):
    amounts(credentials="3/5 minutes")

    def course(login: str) -> list[tuple[int, str, str]]:
        answers = [guess(api, login=login) for _ in range(5)]
        lefts = [answer["RateLimit"].split(", ")[-1].split(";")[1] for answer in answers]
        return [(answer.status_code, left, answer.json()["code"]) for answer, left in zip(answers, lefts, strict=True)]

    assert course("owner") == course("nobody-at-all") == course("nobody@example.org") == course("owner@example.org")


def test_the_right_password_forgets_the_failures_of_the_name_and_none_of_the_address(api, amounts, owner):
    amounts(credentials="3/5 minutes", credentials_address="6/5 minutes")
    assert statuses(guess(api) for _ in range(2)) == [401, 401]
    assert guess(api, password=PASSWORD).status_code == 200
    assert statuses(guess(api) for _ in range(3)) == [401] * 3
    assert api.problem(guess(api), status=429, code="throttled")["budget"] == "credentials_address"


def test_who_registers_with_a_strangers_address_does_not_forget_the_guesses_at_its_password(api, amounts, owner, at):
    register(email=owner.email, username="thief", password="my own password", terms_version="1", at=at)
    amounts(credentials="3/5 minutes")
    assert statuses(guess(api, login=owner.email) for _ in range(2)) == [401, 401]
    assert guess(api, login=owner.email, password="my own password").status_code == 403
    assert guess(api, login=owner.email).status_code == 429


def test_no_name_and_no_address_of_a_person_is_a_key_in_redis(api, amounts, owner):
    amounts()
    guess(api, login=owner.email)
    keys = [key.decode() for key in shared_redis().client.keys("limits:*")]
    assert len(keys) == 5
    assert not [key for key in keys if "@" in key or "owner" in key]


def test_a_command_without_a_request_counts_for_the_name(amounts):
    amounts(credentials="1/5 minutes")
    draw_credentials(None, name="owner")
    with pytest.raises(Throttled):
        draw_credentials(None, name="owner")


@pytest.fixture
def moderator(make_user) -> User:
    return make_user("moderator", is_staff=True)


def test_the_desk_answers_with_a_page_that_says_when_to_come_back(api, amounts, moderator):
    amounts(credentials="2/5 minutes")
    for _ in range(2):
        guess_at_desk(api, login="moderator")
    page = guess_at_desk(api, login="moderator", password=PASSWORD)
    assert (page.status_code, page["Content-Type"]) == (429, "text/html; charset=utf-8")
    assert f"try again in {page['Retry-After']} seconds" in page.content.decode()
    assert 100 < int(page["Retry-After"]) <= 301
    assert page["Cache-Control"] == "no-store"
    assert api.get(DESK).status_code == 200


def test_the_desk_opens_within_the_limit(api, amounts, moderator):
    amounts(credentials="2/5 minutes")
    guess_at_desk(api, login="moderator")
    assert guess_at_desk(api, login="moderator", password=PASSWORD).status_code == 302


def test_posts_at_the_desk_that_try_no_password_are_counted_as_well(api, amounts):
    amounts(credentials_address="3/day")
    # An address of its own: django-ratelimit counts in the cache, which the tests before share.
    empty = [guess_at_desk(api, login="", password="", REMOTE_ADDR="192.0.2.77") for _ in range(5)]
    assert statuses(empty) == [200] * 3 + [429] * 2
    assert 1 <= int(empty[-1]["Retry-After"]) <= 86_400
