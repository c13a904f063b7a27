"""Two at the same moment. Real threads, real transactions."""

import threading
from datetime import timedelta
from functools import partial

import pytest
from allauth.account.models import EmailAddress
from django.db import connections, transaction
from django.test import RequestFactory
from django.utils import timezone

from accounts import services
from accounts.events import SessionEnded, SuspensionLifted, UserSuspended
from accounts.models import Session, User, UserCounts, UsernameClaim
from accounts.queries import living_sessions
from accounts.services.registration import confirm_address
from accounts.services.sessions import open_session
from config.lib.events import Event
from config.lib.testing import emitted, race
from conftest import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)

DEVICE = services.Device(user_agent="", address="")


def register(username: str, email: str) -> None:
    services.register(email=email, username=username, password=PASSWORD, terms_version="1", at=timezone.now())


def test_of_many_who_want_one_name_one_gets_it(at):
    moves = [lambda n=n: register("wanted", f"person-{n}@example.org") for n in range(8)]
    results = race(*moves)
    refused = [result for result in results if isinstance(result, services.UsernameUnavailable)]
    assert (results.count(None), len(refused)) == (1, 7), results
    assert User.objects.get_queryset().count() == UserCounts.objects.count() == UsernameClaim.objects.count() == 1
    assert EmailAddress.objects.count() == 1


@pytest.mark.parametrize("attempt", range(5))
def test_of_twenty_threads_with_one_refresh_token_one_succeeds_and_the_session_is_ended(owner, at, attempt):
    pair = open_session(user=owner, device=DEVICE, at=at)
    with emitted() as events:
        results = race(*[lambda: services.refresh_session(refresh=pair.refresh, at=timezone.now())] * 20)
    pairs = [result for result in results if isinstance(result, services.TokenPair)]
    reused = [result for result in results if isinstance(result, services.TokenReused)]
    ended = [result for result in results if isinstance(result, services.TokenInvalid)]
    assert (len(pairs), len(reused), len(ended)) == (1, 1, 18), results
    assert events == [SessionEnded(session_id=str(pair.session.pk), user_id=owner.pk)]
    assert Session.objects.get().ended_at is not None
    with pytest.raises(services.TokenInvalid):
        services.refresh_session(refresh=pairs[0].refresh, at=timezone.now())


def log_in() -> services.TokenPair:
    request = RequestFactory().post("/")
    return services.log_in(request=request, login="owner", password=PASSWORD, device=DEVICE, at=timezone.now())


def suspend(user: User) -> None:
    """For a time that is over at once."""
    services.suspend_user(user=user, reason="Spam.", until=timezone.now(), at=timezone.now())


def lift(user: User) -> None:
    services.lift_suspension(user=user, at=timezone.now())


def lift_due() -> None:
    services.lift_due_suspensions(at=timezone.now())


def told(events: list[Event], kind: type[Event]) -> list[Event]:
    return [event for event in events if isinstance(event, kind)]


@pytest.mark.parametrize("attempt", range(5))
def test_whoever_signs_in_while_being_suspended_ends_up_outside(owner, at, attempt):
    with emitted() as events:
        results = race(*[log_in, partial(suspend, owner)] * 3)
    opened = [result for result in results if isinstance(result, services.TokenPair)]
    refused = [result for result in results if isinstance(result, services.AccountSuspended | services.LoginFailed)]
    assert len(opened) + len(refused) == 3, results
    assert told(events, UserSuspended) == [UserSuspended(user_id=owner.pk)]
    ended = {event.session_id for event in told(events, SessionEnded)}
    assert ended == {str(pair.session.pk) for pair in opened}
    assert len(events) == 1 + len(opened)
    assert living_sessions([pair.session.pk for pair in opened], timezone.now()) == set()


@pytest.mark.parametrize("attempt", range(5))
def test_suspending_and_lifting_at_once_are_told_as_often_as_they_happened(owner, at, attempt):
    suspend(owner)
    with emitted() as events:
        results = race(*[partial(lift, owner), partial(suspend, owner)] * 3, lift_due, lift_due)
    assert not [result for result in results if isinstance(result, Exception)], results
    lifted, suspended = len(told(events, SuspensionLifted)), len(told(events, UserSuspended))
    owner.refresh_from_db()
    assert lifted - suspended == owner.is_active
    assert owner.session_version == 1 + suspended


@pytest.mark.parametrize("attempt", range(5))
def test_a_refresh_beside_a_new_password_saves_no_session_but_the_one_that_is_kept(owner, at, attempt):
    kept, other = (open_session(user=owner, device=DEVICE, at=at) for _ in range(2))
    with emitted() as events:
        results = race(
            lambda: services.change_password(
                user=owner, password="quite another place", keep=kept.session, at=timezone.now()
            ),
            *[
                lambda pair=pair: services.refresh_session(refresh=pair.refresh, at=timezone.now())
                for pair in (kept, other)
            ],
        )
    _, kept_again, other_again = results
    assert isinstance(other_again, services.TokenPair | services.TokenInvalid), other_again
    assert isinstance(kept_again, services.TokenPair), kept_again
    assert told(events, SessionEnded) == [SessionEnded(session_id=str(other.session.pk), user_id=owner.pk)]
    assert living_sessions([kept.session.pk, other.session.pk], timezone.now()) == {kept.session.pk}
    assert services.refresh_session(refresh=kept_again.refresh, at=timezone.now())


@pytest.mark.parametrize("attempt", range(5))
def test_whoever_signs_in_with_the_old_password_while_it_changes_ends_up_outside(owner, at, attempt):
    results = race(
        log_in, log_in, lambda: services.change_password(user=owner, password="quite another place", at=timezone.now())
    )
    assert all(isinstance(result, services.TokenPair | services.LoginFailed) for result in results[:2]), results
    assert not Session.objects.alive(at=timezone.now()).exists()


@pytest.mark.parametrize("attempt", range(5))
def test_devices_that_sign_each_other_out_at_once_are_each_ended_once(owner, at, attempt):
    sessions = [open_session(user=owner, device=DEVICE, at=at).session for _ in range(4)]
    with emitted() as events:
        results = race(
            *[
                lambda session=session: services.end_other_sessions(session=session, at=timezone.now())
                for session in sessions
            ],
            lambda: services.end_session(session=sessions[0], at=timezone.now()),
        )
    assert results == [None] * 5, results
    ended = [event.session_id for event in events]
    assert len(ended) == len(set(ended)) == Session.objects.filter(ended_at__isnull=False).count()


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
