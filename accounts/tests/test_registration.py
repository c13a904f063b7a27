"""Registering, confirming, being forgotten."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.core import signing
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts import services
from accounts.events import EmailVerified, RegisteredAddressTried, UserRegistered
from accounts.models import User, UserCounts, UsernameClaim
from accounts.services.registration import add_user, confirm_address
from config.lib.testing import emitted
from conftest import PASSWORD

pytestmark = pytest.mark.django_db


def accounts() -> set[str]:
    return set(User.objects.get_queryset().values_list("username", flat=True))


def test_a_new_account_has_its_name_its_counts_and_an_address_to_confirm(registration, at):
    with emitted() as events:
        services.register(**registration, at=at)
    user = User.objects.get(username="newcomer")
    assert events == [UserRegistered(user_id=user.pk)]
    assert user.verified_at is None
    assert user.check_password(PASSWORD)
    assert user.terms_version == "1"
    assert UserCounts.objects.get(user=user).tracks == 0
    assert UsernameClaim.objects.get(name="newcomer").user == user
    address = EmailAddress.objects.get(user=user)
    assert (address.email, address.primary, address.verified) == ("newcomer@example.org", True, False)


def test_a_taken_address_makes_an_account_too_but_tells_its_owner_instead(registration, at, owner):
    with emitted() as events:
        services.register(**registration | {"email": owner.email}, at=at)
    assert events == [RegisteredAddressTried(user_id=owner.pk)]
    assert accounts() == {"owner", "newcomer"}


def test_a_taken_address_costs_the_same_queries_as_a_fresh_one(registration, at, owner):
    counts = []
    for username, email in (("fresh-one", "fresh@example.org"), ("taken-one", owner.email)):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            services.register(**registration | {"email": email, "username": username}, at=at)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_an_address_that_somebody_merely_gave_is_still_fresh(registration, newcomer, at):
    """Nobody keeps an address from its owner by registering with it first."""
    with emitted() as events:
        services.register(**registration | {"username": "owner-of-it"}, at=at)
    assert events == [UserRegistered(user_id=User.objects.get(username="owner-of-it").pk)]


@pytest.mark.parametrize("name", ["owner", "admin", "adm1n"])
def test_a_name_in_use_or_reserved_is_not_to_be_had(registration, at, owner, name):
    with emitted() as events, pytest.raises(services.UsernameUnavailable) as refused:
        services.register(**registration | {"username": name}, at=at)
    assert refused.value.facts == {"username": name}
    assert events == []
    assert accounts() == {"owner"}


def test_a_name_that_is_kept_back_is_not_to_be_had_and_leaves_nothing_behind(registration, at):
    services.claim_username(name="newcomer", user=None, expires_at=at + timedelta(days=1), at=at)
    with pytest.raises(services.UsernameUnavailable):
        services.register(**registration, at=at)
    assert accounts() == set()
    assert not EmailAddress.objects.exists()


def test_an_expired_claim_is_taken_over(registration, at):
    services.claim_username(name="newcomer", user=None, expires_at=at - timedelta(seconds=1), at=at)
    services.register(**registration, at=at)
    claim = UsernameClaim.objects.get(name="newcomer")
    assert claim.user == User.objects.get(username="newcomer")
    assert claim.expires_at is None


def test_other_terms_than_the_current_ones_are_refused(registration, at):
    with pytest.raises(services.TermsOutdated) as refused:
        services.register(**registration | {"terms_version": "0"}, at=at)
    assert refused.value.facts == {"current": "1"}
    assert accounts() == set()


def test_a_registration_that_is_rolled_back_emits_nothing(registration, at):
    with emitted() as events, transaction.atomic():
        services.register(**registration, at=at)
        transaction.set_rollback(True)
    assert events == []
    assert accounts() == set()


def test_confirming_makes_the_account_visible_and_is_good_once(newcomer, key_of, at):
    key = key_of(newcomer)
    with emitted() as events:
        confirmed = services.verify_email(key=key, at=at)
    assert events == [EmailVerified(user_id=newcomer.pk)]
    assert confirmed.verified_at == at
    assert EmailAddress.objects.get(user=newcomer).verified
    with emitted() as events, pytest.raises(services.EmailKeyInvalid):
        services.verify_email(key=key, at=at + timedelta(hours=1))
    assert events == []
    newcomer.refresh_from_db()
    assert newcomer.verified_at == at


@pytest.mark.parametrize("key", ["", "x", "MQ:1abc:forged", "\0"])
def test_a_forged_key_confirms_nothing(newcomer, key, at):
    with pytest.raises(services.EmailKeyInvalid):
        services.verify_email(key=key, at=at)


def test_a_key_signed_for_another_purpose_confirms_nothing(newcomer, at):
    address = EmailAddress.objects.get(user=newcomer)
    with pytest.raises(services.EmailKeyInvalid):
        services.verify_email(key=signing.dumps(address.pk, salt="another purpose"), at=at)


def test_a_key_is_good_for_a_day(newcomer, key_of, at, monkeypatch):
    key = key_of(newcomer)
    signed_at = signing.time.time()
    monkeypatch.setattr(signing.time, "time", lambda: signed_at + 86_400 + 2)
    with pytest.raises(services.EmailKeyInvalid):
        services.verify_email(key=key, at=at)
    monkeypatch.setattr(signing.time, "time", lambda: signed_at + 86_400 - 2)
    assert services.verify_email(key=key, at=at) == newcomer


def test_the_key_of_another_address_does_not_confirm_the_first(newcomer, at):
    other = EmailAddress.objects.create(user=newcomer, email="other@example.org", primary=False, verified=False)
    with pytest.raises(services.EmailKeyInvalid):
        services.verify_email(key=EmailConfirmationHMAC(other).key, at=at)
    assert not EmailAddress.objects.filter(user=newcomer, verified=True).exists()


def test_of_two_who_gave_one_address_the_first_to_confirm_has_it(registration, newcomer, key_of, at):
    services.register(**registration | {"username": "second"}, at=at)
    second = User.objects.get(username="second")
    keys = key_of(newcomer), key_of(second)
    services.verify_email(key=keys[1], at=at)
    with emitted() as events, pytest.raises(services.EmailKeyInvalid):
        services.verify_email(key=keys[0], at=at)
    assert events == []
    newcomer.refresh_from_db()
    assert newcomer.verified_at is None


def test_confirming_an_account_that_is_gone_is_refused(newcomer, at):
    gone = User(pk=newcomer.pk)
    newcomer.delete()
    with pytest.raises(services.EmailKeyInvalid):
        confirm_address(user=gone, at=at)


def test_forgetting_frees_the_names_of_overdue_accounts_and_of_nobody_else(owner, newcomer, latecomer, at):
    services.claim_username(name="kept-back", user=None, expires_at=at + timedelta(hours=1), at=at)
    services.claim_username(name="run-out", user=None, expires_at=at - timedelta(hours=1), at=at)
    assert services.forget_unverified(at=at) == 1
    assert services.forget_unverified(at=at) == 0
    assert accounts() == {"owner", "newcomer"}
    assert set(UsernameClaim.objects.values_list("name", flat=True)) == {"owner", "newcomer", "kept-back"}
    assert not EmailAddress.objects.filter(email=latecomer.email).exists()


def test_a_name_is_kept_for_a_day_whether_or_not_the_address_was_taken(registration, at, owner):
    for username, email in (("fresh-one", "fresh@example.org"), ("taken-one", owner.email)):
        body = registration | {"email": email, "username": username}
        services.register(**body, at=at)
        services.forget_unverified(at=at + timedelta(days=1))
        with pytest.raises(services.UsernameUnavailable):
            services.register(**body, at=at + timedelta(days=1))
        services.forget_unverified(at=at + timedelta(days=1, seconds=1))
        services.register(**body, at=at + timedelta(days=1, seconds=1))


def test_staff_made_on_the_command_line_is_confirmed_at_once(at, db):
    with emitted() as events:
        chief = services.add_staff(email="chief@example.org", username="admin", password=PASSWORD, at=at)
    assert (chief.is_staff, chief.is_superuser, chief.verified_at) == (True, True, at)
    assert events == [EmailVerified(user_id=chief.pk)]


def test_a_second_account_of_the_same_name_is_refused_by_the_database_itself(owner, at):
    UsernameClaim.objects.filter(name="owner").delete()
    with pytest.raises(services.UsernameUnavailable):
        add_user(User(username="owner", email="else@example.org", created_at=at), at=at)
