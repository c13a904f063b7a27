"""What a caller may know of its own budgets."""

import pytest

from config.lib.testing import Api
from conftest import PASSWORD

pytestmark = pytest.mark.django_db

RATE_LIMITS, LOGIN = "/api/v1/rate-limits/", "/api/v1/auth/login/"


def left(client, **extra) -> dict[str, dict]:
    answer = client.get(RATE_LIMITS, **extra)
    assert answer["Cache-Control"] == "no-store"
    return {row.pop("name"): row for row in answer.json()["budgets"]}


@pytest.fixture
def somewhere() -> dict[str, str]:
    """An address that no other test calls from."""
    return {"REMOTE_ADDR": "192.0.2.200"}


def test_it_names_every_budget_but_those_of_names(api, settings, somewhere):
    nobodys = {"credentials", "failures", "link_passwords", "mails_to"}
    assert set(left(api, **somewhere)) == set(settings.RATE_LIMITS) - nobodys


def test_it_costs_one_read_and_nothing_else(sign_in, owner):
    client = sign_in(owner)
    before, after = left(client), left(client)
    assert before["reads"]["remaining"] - after["reads"]["remaining"] == 1
    assert 1 <= after["reads"].pop("resets_in_s") <= 61
    assert after["writes"] == {"limit": 100_000, "window_s": 60, "remaining": 100_000, "resets_in_s": 0}
    for name in ("writes", "uploads", "register", "credentials_address"):
        assert before[name]["remaining"] == after[name]["remaining"]


def test_signed_in_it_is_the_accounts_and_for_sign_ins_still_the_address(api, sign_in, owner, somewhere):
    Api().post(LOGIN, {"login": "owner", "password": PASSWORD}, **somewhere)
    mine = left(sign_in(owner), **somewhere)
    assert mine["reads"]["remaining"] == 99_999
    assert mine["writes"]["remaining"] == 100_000
    assert mine["credentials_address"]["remaining"] < 100_000
    assert left(api, **somewhere)["writes"]["remaining"] < 100_000
