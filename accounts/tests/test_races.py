"""Two at the same moment. Real threads, real transactions."""

import threading
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import connections, transaction
from django.utils import timezone

from accounts import services
from accounts.models import Session, User, UserCounts, UsernameClaim
from accounts.services.registration import confirm_address
from accounts.services.sessions import open_session
from config.lib.testing import race
from conftest import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)


def register(username: str, email: str) -> None:
    services.register(email=email, username=username, password=PASSWORD, terms_version="1", at=timezone.now())


def test_of_many_who_want_one_name_one_gets_it(at):
    moves = [lambda n=n: register("wanted", f"person-{n}@example.org") for n in range(8)]
    results = race(*moves)
    refused = [result for result in results if isinstance(result, services.UsernameUnavailable)]
    assert (results.count(None), len(refused)) == (1, 7), results
    assert User.objects.get_queryset().count() == UserCounts.objects.count() == UsernameClaim.objects.count() == 1
    assert EmailAddress.objects.count() == 1


def test_of_twenty_threads_with_one_refresh_token_one_succeeds_and_the_session_is_ended(owner, at):
    pair = open_session(user=owner, device=services.Device(user_agent="", address=""), at=at)
    results = race(*[lambda: services.refresh_session(refresh=pair.refresh, at=timezone.now())] * 20)
    pairs = [result for result in results if isinstance(result, services.TokenPair)]
    reused = [result for result in results if isinstance(result, services.TokenReused)]
    ended = [result for result in results if isinstance(result, services.TokenInvalid)]
    assert (len(pairs), len(reused), len(ended)) == (1, 1, 18), results
    assert Session.objects.get().ended_at is not None
    with pytest.raises(services.TokenInvalid):
        services.refresh_session(refresh=pairs[0].refresh, at=timezone.now())


def test_of_those_who_confirm_one_address_at_once_one_has_it(at):
    names = [f"person-{letter}" for letter in "abcdef"]
    for name in names:
        register(name, "wanted@example.org")
    people = list(User.objects.get_queryset().filter(username__in=names))
    results = race(*[lambda user=user: confirm_address(user=user, at=timezone.now()) for user in people])
    refused = [result for result in results if isinstance(result, services.EmailKeyInvalid)]
    assert len(refused) == 5, results
    assert User.objects.get_queryset().filter(verified_at__isnull=False).count() == 1
    assert EmailAddress.objects.get(verified=True).user.verified_at is not None


def test_of_those_who_confirm_with_one_key_at_once_one_succeeds(newcomer, key_of):
    key = key_of(newcomer)
    results = race(*[lambda: services.verify_email(key=key, at=timezone.now())] * 6)
    assert results.count(newcomer) == 1, results
    assert sum(isinstance(result, services.EmailKeyInvalid) for result in results) == 5


def test_an_account_that_is_being_confirmed_is_not_forgotten(latecomer, at):
    """The key is mailed a little later than the account is made, so the last minutes of both overlap."""
    confirming, forgotten = threading.Event(), threading.Event()

    def confirm() -> None:
        try:
            with transaction.atomic():
                confirm_address(user=latecomer, at=at)
                confirming.set()
                forgotten.wait(timeout=60)
        finally:
            connections.close_all()

    thread = threading.Thread(target=confirm)
    thread.start()
    assert confirming.wait(timeout=60)
    assert services.forget_unverified(at=at) == 0
    forgotten.set()
    thread.join()
    assert services.forget_unverified(at=at) == 0
    latecomer.refresh_from_db()
    assert latecomer.verified_at == at


def test_forgetting_and_confirming_at_once_ends_in_one_or_the_other(at):
    old = at - timedelta(days=2)
    for attempt in range(5):
        name = f"late-{attempt}"
        services.register(email=f"{name}@example.org", username=name, password=PASSWORD, terms_version="1", at=old)
        user = User.objects.get(username=name)
        confirmed, forgotten = race(
            lambda user=user: confirm_address(user=user, at=at), lambda: services.forget_unverified(at=at)
        )
        there = User.objects.get_queryset().filter(pk=user.pk, verified_at__isnull=False).exists()
        assert there == isinstance(confirmed, User), confirmed
        assert isinstance(confirmed, User | services.EmailKeyInvalid), confirmed
        assert forgotten == (0 if there else 1)


def test_counts_lose_nothing(owner):
    race(*[lambda: services.add_tracks(user_id=owner.pk, n=1)] * 10)
    assert UserCounts.objects.get(user=owner).tracks == 10
