"""Taking another name: the one before stays one's own, and changes are few."""

import contextlib
from datetime import timedelta
from functools import partial

import pytest
from django.db import transaction
from django.utils import timezone

from accounts import services
from accounts.events import UsernameChanged
from accounts.models import User, UsernameChange, UsernameClaim
from accounts.services.usernames import CHANGES_WITHIN
from config.lib.testing import Api, emitted, race
from conftest import PASSWORD

pytestmark = pytest.mark.django_db

NAME = "/api/v1/me/username/"


def rename(user: User, name: str, at=None) -> User:
    return services.change_username(user=user, username=name, at=at or timezone.now())


def claims() -> dict[str, int]:
    return dict(UsernameClaim.objects.filter(expires_at__isnull=True).values_list("name", "user_id"))


def test_the_name_before_stays_reserved_for_its_owner_for_ever(owner, stranger, at):
    with emitted() as events:
        assert rename(owner, "painter").username == "painter"
    assert events == [UsernameChanged(user_id=owner.pk)]
    assert claims() == {"owner": owner.pk, "painter": owner.pk, "stranger": stranger.pk}
    for later in (at, at + timedelta(days=9_999)):
        with pytest.raises(services.UsernameUnavailable):
            rename(stranger, "owner", later)
        with pytest.raises(services.UsernameUnavailable):
            services.register(email="a@example.org", username="owner", password=PASSWORD, terms_version="1", at=later)


def test_a_name_of_ones_own_is_taken_back(owner, at):
    for name in ("painter", "owner"):
        rename(owner, name)
    assert User.objects.get(pk=owner.pk).username == "owner"
    assert UsernameChange.objects.filter(user=owner).count() == 2
    assert set(claims()) == {"owner", "painter"}


def test_the_name_that_one_has_changes_nothing_and_counts_for_nothing(owner):
    with emitted() as events:
        for _ in range(5):
            rename(owner, "owner")
    assert events == []
    assert not UsernameChange.objects.exists()


def test_what_is_rolled_back_leaves_no_claim_and_tells_nothing(owner):
    with emitted() as events, contextlib.suppress(ZeroDivisionError), transaction.atomic():
        rename(owner, "painter")
        raise ZeroDivisionError
    assert (events, set(claims()), UsernameChange.objects.count()) == ([], {"owner"}, 0)


@pytest.mark.parametrize("name", ["admin", "adm1n", "ad-min", "earshot", "settings", "rne", "stranger"])
def test_names_of_the_site_look_alikes_and_names_of_others_are_not_to_be_had(owner, stranger, name):
    with emitted() as events, pytest.raises(services.UsernameUnavailable):
        rename(owner, name)
    assert (User.objects.get(pk=owner.pk).username, events, UsernameChange.objects.count()) == ("owner", [], 0)


def test_two_changes_in_thirty_days_and_the_third_says_when(owner, at):
    rename(owner, "painter", at)
    rename(owner, "sculptor", at + timedelta(days=10))
    with pytest.raises(services.UsernameChangedOften) as refused:
        rename(owner, "dancer", at + timedelta(days=12))
    assert refused.value.facts["retry_after_s"] == timedelta(days=18).total_seconds() + 1
    with pytest.raises(services.UsernameChangedOften):
        rename(owner, "owner", at + CHANGES_WITHIN - timedelta(seconds=1))
    rename(owner, "dancer", at + CHANGES_WITHIN)
    with pytest.raises(services.UsernameChangedOften):
        rename(owner, "owner", at + CHANGES_WITHIN)


def test_another_persons_changes_count_for_them_alone(owner, stranger):
    for user in (owner, stranger):
        for name in ("first", "second"):
            rename(user, f"{name}-of-{user.pk}")


def test_over_http_the_answer_is_the_account_under_its_new_name(owner, sign_in, api):
    me = sign_in(owner)
    answer = me.put(NAME, {"username": "Painter"})
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert answer.json() == me.get("/api/v1/me/").json()
    assert answer.json()["username"] == "painter"
    assert answer.json()["permalink_url"] == "http://earshot.test/painter/"
    assert api.get("/api/v1/users/owner/").json()["username"] == "painter"


def test_over_http_refusals_say_what_to_do(owner, stranger, sign_in):
    me = sign_in(owner)
    for body in ({}, {"username": "no name"}, {"username": None}, {"username": "1st"}, {"username": "abc", "id": 1}):
        me.problem(me.put(NAME, body), status=400, code="invalid")
    me.problem(me.put(NAME, {"username": "stranger"}), status=409, code="username_unavailable")
    for name in ("first", "second"):
        assert me.put(NAME, {"username": name}).status_code == 200
    answer = me.put(NAME, {"username": "third"})
    body = me.problem(answer, status=429, code="username_changed_often")
    assert int(answer["Retry-After"]) == body["retry_after_s"] > 29 * 86_400
    assert body["next_at"] in body["title"]
    assert me.get("/api/v1/me/").json()["username"] == "second"


def test_one_signs_in_by_the_present_name(owner, api):
    rename(owner, "painter")
    for name, status in (("painter", 200), ("owner", 401)):
        assert api.post("/api/v1/auth/login/", {"login": name, "password": PASSWORD}).status_code == status


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(3))
def test_of_many_who_take_one_name_at_once_one_gets_it(make_user, attempt):
    people = [make_user(f"person-{letter}") for letter in "abcdef"]
    results = race(*[partial(rename, user, "wanted") for user in people])
    refused = [result for result in results if isinstance(result, services.UsernameUnavailable)]
    assert len(refused) == 5, results
    [winner] = [result for result in results if isinstance(result, User)]
    assert User.objects.get(username="wanted") == winner
    assert UsernameChange.objects.get().user == winner
    assert len(claims()) == 7


@pytest.mark.django_db(transaction=True)
def test_registering_and_renaming_at_once_give_the_name_to_one(owner, at):
    register = partial(
        services.register, email="a@example.org", username="wanted", password=PASSWORD, terms_version="1", at=at
    )
    results = race(partial(rename, owner, "wanted"), register)
    assert sum(isinstance(result, services.UsernameUnavailable) for result in results) == 1, results
    assert User.objects.get(username="wanted").pk == claims()["wanted"]


@pytest.mark.django_db(transaction=True)
def test_of_many_changes_at_once_no_more_than_the_limit_happen(owner):
    results = race(*[partial(rename, owner, f"name-{letter}") for letter in "abcdef"])
    refused = [result for result in results if isinstance(result, services.UsernameChangedOften)]
    assert len(refused) == 4, results
    assert UsernameChange.objects.filter(user=owner).count() == 2
    assert len(claims()) == 3


@pytest.mark.django_db(transaction=True)
def test_two_who_take_each_others_name_at_once_both_keep_their_own(owner, stranger):
    results = race(partial(rename, owner, "stranger"), partial(rename, stranger, "owner"))
    assert all(isinstance(result, services.UsernameUnavailable) for result in results), results


def test_a_change_names_itself_where_staff_reads_it(owner, at):
    rename(owner, "painter", at)
    assert str(UsernameChange.objects.get()) == f"owner, until {at:%Y-%m-%d}"


def test_a_name_needs_a_sign_in():
    Api().problem(Api().put(NAME, {"username": "painter"}), status=401, code="not_authenticated")
