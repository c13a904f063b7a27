"""What opens an account beside its password: connecting, disconnecting, and all at once."""

from datetime import timedelta

import pytest
from allauth.socialaccount.models import SocialAccount
from django.utils import timezone

from accounts import services
from accounts.events import ConnectionAdded, ConnectionRemoved
from accounts.models import Session, User
from accounts.serializers import ConnectionCard
from accounts.services.google import Identity, welcome
from config.lib.testing import emitted, race
from conftest import PASSWORD

pytestmark = pytest.mark.django_db

GOOGLE, CONNECTIONS = "/api/v1/auth/google/", "/api/v1/auth/connections/"


def test_a_person_connects_google_whatever_its_address_and_sees_it(api, pia, sign_in, owner):
    client = sign_in(owner)
    answer = client.post(CONNECTIONS, {"id_token": pia()})
    assert (answer.status_code, answer["Cache-Control"]) == (201, "no-store")
    assert list(answer.json()) == list(ConnectionCard().fields)
    assert (answer.json()["provider"], answer.json()["email"]) == ("google", "pia@example.org")
    assert client.get(CONNECTIONS).json()["results"] == [answer.json()]
    assert api.post(GOOGLE, {"id_token": pia()}).json()["user"]["id"] == owner.pk
    owner.refresh_from_db()
    assert owner.email == "owner@example.org"


def test_connecting_twice_is_once(pia, sign_in, owner):
    client = sign_in(owner)
    with emitted() as events:
        first, second = (client.post(CONNECTIONS, {"id_token": pia()}).json() for _ in range(2))
    assert first["id"] == second["id"]
    assert events == [ConnectionAdded(user_id=owner.pk, provider="google")]


def test_an_identity_opens_one_account_only(pia, sign_in, owner, stranger):
    sign_in(owner).post(CONNECTIONS, {"id_token": pia()})
    thief = sign_in(stranger)
    thief.problem(thief.post(CONNECTIONS, {"id_token": pia()}), status=409, code="connection_taken")
    assert SocialAccount.objects.get().user == owner


def test_connecting_needs_the_password_or_a_fresh_sign_in(pia, sign_in, owner):
    client = sign_in(owner)
    Session.objects.update(created_at=timezone.now() - timedelta(hours=1))
    client.problem(client.post(CONNECTIONS, {"id_token": pia()}), status=403, code="fresh_sign_in_required")
    body = {"id_token": pia(), "password": "wrong"}
    client.problem(client.post(CONNECTIONS, body), status=403, code="password_wrong")
    assert not SocialAccount.objects.exists()
    assert client.post(CONNECTIONS, body | {"password": PASSWORD}).status_code == 201


def test_a_connection_is_removed_and_opens_nothing_any_more(api, pia, sign_in, owner):
    client = sign_in(owner)
    made = client.post(CONNECTIONS, {"id_token": pia(email="else@example.org")}).json()
    with emitted() as events:
        assert client.delete(f"{CONNECTIONS}{made['id']}/").status_code == 204
    assert events == [ConnectionRemoved(user_id=owner.pk, provider="google")]
    client.problem(client.delete(f"{CONNECTIONS}{made['id']}/"), status=404, code="not_found")
    assert api.post(GOOGLE, {"id_token": pia(email="else@example.org")}).json()["user"]["id"] != owner.pk


def test_nobody_removes_what_is_somebody_elses(pia, sign_in, owner, stranger):
    made = sign_in(owner).post(CONNECTIONS, {"id_token": pia()}).json()
    thief = sign_in(stranger)
    theirs, never = (thief.delete(f"{CONNECTIONS}{pk}/") for pk in (made["id"], 10**17))
    assert (theirs.status_code, never.status_code) == (404, 404)
    assert SocialAccount.objects.exists()
    assert thief.get(CONNECTIONS).json()["results"] == []


def test_the_last_way_in_stays(api, pia, sign_in, at):
    user = User.objects.get(pk=api.post(GOOGLE, {"id_token": pia()}).json()["user"]["id"])
    client = sign_in(user)
    [only] = client.get(CONNECTIONS).json()["results"]
    client.problem(client.delete(f"{CONNECTIONS}{only['id']}/"), status=409, code="last_way_in")
    assert client.post(CONNECTIONS, {"id_token": pia(sub="another")}).status_code == 201
    assert client.delete(f"{CONNECTIONS}{only['id']}/").status_code == 204
    [left] = client.get(CONNECTIONS).json()["results"]
    services.change_password(user=user, password=PASSWORD, at=at)
    user.refresh_from_db()
    assert sign_in(user).delete(f"{CONNECTIONS}{left['id']}/").status_code == 204


def test_disconnecting_twice_is_once(owner, at):
    connection = services.connect(user=owner, uid="1", email="", at=at)
    assert services.disconnect(user=owner, connection_id=connection.pk, at=at)
    assert not services.disconnect(user=owner, connection_id=connection.pk, at=at)


@pytest.mark.parametrize("count", [1, 7])
def test_a_list_of_connections_costs_the_same_however_long(pia, sign_in, owner, at, count, django_assert_num_queries):
    for number in range(count):
        services.connect(user=owner, uid=str(number), email="", at=at)
    client = sign_in(owner)
    with django_assert_num_queries(2):
        assert len(client.get(CONNECTIONS).json()["results"]) == count


# --- at the same moment


def enter(*, sub: str) -> User:
    identity = Identity(sub=sub, email="pia@example.org", name="Pia")
    return welcome(identity=identity, at=timezone.now())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("subs", [["one"] * 6, ["one", "two", "three", "four", "five", "six"]])
def test_of_many_first_sign_ins_at_once_one_makes_the_account(subs, patient_locks):
    results = race(*[lambda sub=sub: enter(sub=sub) for sub in subs])
    assert {type(result) for result in results} == {User}, results
    assert len({user.pk for user in results}) == User.objects.get_queryset().count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_connect_one_identity_at_once_one_gets_it(owner, stranger, at, patient_locks):
    results = race(
        *[lambda user=user: services.connect(user=user, uid="1", email="", at=at) for user in (owner, stranger)]
    )
    assert sorted(type(result).__name__ for result in results) == ["ConnectionTaken", "SocialAccount"]


@pytest.mark.django_db(transaction=True)
def test_of_two_last_ways_in_removed_at_once_one_stays(make_user, at, patient_locks):
    user = make_user("owner")
    User.objects.filter(pk=user.pk).update(password="!")
    made = [services.connect(user=user, uid=uid, email="", at=at).pk for uid in ("1", "2")]
    results = race(*[lambda pk=pk: services.disconnect(user=user, connection_id=pk, at=at) for pk in made])
    assert sorted(str(result) for result in results if result is not True), results
    assert SocialAccount.objects.filter(user=user).count() == 1
