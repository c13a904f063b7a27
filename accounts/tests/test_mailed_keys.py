"""Keys that are mailed: good once, for one purpose, for a while, and while nothing of the sign-in changes."""

from datetime import timedelta
from functools import partial

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.core import signing

from accounts import services, tasks
from accounts.choices import Purpose
from accounts.events import EmailChangeAsked, EmailChanged, PasswordChanged, PasswordResetAsked, SessionEnded
from accounts.models import FormerAddress, MailedKey, Session, User
from accounts.services.keys import FORMER_ADDRESS_LIFETIME, KEY_LIFETIMES, make_key
from accounts.services.sessions import open_session
from accounts.tests.keys import DEVICE, NEW, OTHER, both, key_for, spend
from config.lib.testing import emitted
from conftest import PASSWORD

pytestmark = pytest.mark.django_db


@both
def test_a_key_is_good_once(owner, at, purpose):
    key = key_for(owner, purpose, at)
    spend(purpose, key, at)
    with emitted() as events, pytest.raises(services.KeyInvalid):
        spend(purpose, key, at)
    assert events == []
    assert not MailedKey.objects.exists()


@both
def test_a_key_is_good_for_its_time_and_no_longer(owner, at, purpose):
    key = key_for(owner, purpose, at)
    late = at + KEY_LIFETIMES[purpose]
    with pytest.raises(services.KeyInvalid):
        spend(purpose, key, late)
    spend(purpose, key, late - timedelta(seconds=1))


@both
def test_a_key_is_worth_nothing_at_another_purpose(owner, at, purpose, key_of, newcomer):
    [other] = set(Purpose) - {purpose}
    confirmation = EmailConfirmationHMAC(EmailAddress.objects.get(user=owner)).key
    for wrong in (key_for(owner, other, at), key_of(newcomer), confirmation):
        with pytest.raises(services.KeyInvalid):
            spend(purpose, wrong, at)
    with pytest.raises(services.EmailKeyInvalid):
        services.verify_email(key=key_for(owner, purpose, at), at=at)


def test_the_purpose_is_in_the_signature_too(owner, at):
    key = key_for(owner, Purpose.PASSWORD_RESET, at)
    MailedKey.objects.update(purpose=Purpose.EMAIL_CHANGE)
    with pytest.raises(services.KeyInvalid):
        spend(Purpose.EMAIL_CHANGE, key, at)


@both
def test_an_id_that_nobody_signed_or_signed_for_something_else_is_no_key(owner, at, purpose):
    good = key_for(owner, purpose, at)
    row_id, _, signature = good.partition(".")
    forgeries = [
        "", "\0", row_id, f"{row_id}.", f"{row_id}.{signature[:-1]}", f"{row_id}.{signature}x", good + "\0",
        signing.Signer(salt="another purpose", sep=".").sign(row_id),
        signing.Signer(key="another key", salt=f"accounts.{purpose}", sep=".").sign(row_id),
    ]  # fmt: skip
    for forged in forgeries:
        with pytest.raises(services.KeyInvalid):
            spend(purpose, forged, at)
    spend(purpose, good, at)


@both
@pytest.mark.parametrize(
    "change",
    [
        lambda user, at: services.change_password(user=user, password=OTHER, at=at),
        lambda user, at: services.suspend_user(user=user, reason="Spam.", at=at),
        lambda user, at: services.lift_suspension(user=services.suspend_user(user=user, reason="Spam.", at=at), at=at),
        lambda user, at: spend(Purpose.PASSWORD_RESET, key_for(user, Purpose.PASSWORD_RESET, at), at),
        lambda user, at: spend(Purpose.EMAIL_CHANGE, key_for(user, Purpose.EMAIL_CHANGE, at, "third@e.org"), at),
        lambda user, at: services.outdate_keys(user=user, at=at),
    ],
    ids=["password", "suspension", "lifted suspension", "reset", "another address", "anything else"],
)
def test_a_key_dies_with_every_change_of_the_sign_in(owner, at, purpose, change):
    key = key_for(owner, purpose, at)
    change(owner, at)
    with pytest.raises(services.KeyInvalid):
        spend(purpose, key, at)


def test_a_key_that_is_nobodys_opens_nothing(at):
    row = MailedKey.objects.get(pk=make_key(purpose=Purpose.PASSWORD_RESET, user=None, at=at))
    with pytest.raises(services.KeyInvalid):
        spend(Purpose.PASSWORD_RESET, services.key_of(row), at)


def test_a_reset_changes_the_password_and_ends_every_session(owner, at):
    pair = open_session(user=owner, device=DEVICE, at=at)
    with emitted() as events:
        spend(Purpose.PASSWORD_RESET, key_for(owner, Purpose.PASSWORD_RESET, at), at)
    ended = SessionEnded(session_id=str(pair.session.pk), user_id=owner.pk)
    assert events == [ended, PasswordChanged(user_id=owner.pk)]
    assert User.objects.get(pk=owner.pk).check_password(OTHER)
    assert not Session.objects.alive(at=at).exists()


def test_a_weak_password_is_refused_at_its_field_and_leaves_the_key_good(owner, at):
    key = key_for(owner, Purpose.PASSWORD_RESET, at)
    for weak in ("short", "password123", "owner@example.org"):
        with pytest.raises(services.PasswordWeak) as refused:
            services.reset_password(key=key, password=weak, at=at)
        assert {error["field"] for error in refused.value.facts["errors"]} == {"password"}
        assert all(error["message"] in str(refused.value) for error in refused.value.facts["errors"])
    assert User.objects.get(pk=owner.pk).check_password(PASSWORD)
    spend(Purpose.PASSWORD_RESET, key, at)


def test_another_address_is_taken_with_its_key_and_who_is_signed_in_stays_so(owner, stranger, at):
    pair = open_session(user=owner, device=DEVICE, at=at)
    ended = open_session(user=owner, device=DEVICE, at=at).session
    services.end_session(session=ended, at=at)
    key = key_for(owner, Purpose.EMAIL_CHANGE, at)
    with emitted() as events:
        services.change_email(key=key, at=at)
    former = FormerAddress.objects.get()
    assert events == [EmailChanged(user_id=owner.pk, former_id=former.pk)]
    assert (former.user, former.email, former.left_at) == (owner, "owner@example.org", at)
    owner.refresh_from_db()
    address = EmailAddress.objects.get(user=owner)
    assert (owner.email, address.email, address.verified, address.primary) == (NEW, NEW, True, True)
    assert list(Session.objects.alive(at=at)) == [pair.session]
    assert EmailAddress.objects.get(user=stranger).email == stranger.email


def test_an_address_that_somebody_else_has_confirmed_meanwhile_is_not_taken(owner, stranger, at):
    key = key_for(owner, Purpose.EMAIL_CHANGE, at, email=stranger.email)
    with emitted() as events, pytest.raises(services.KeyInvalid):
        services.change_email(key=key, at=at)
    assert events == []
    owner.refresh_from_db()
    assert owner.email == "owner@example.org"
    assert not FormerAddress.objects.exists()


def test_forgetting_takes_what_nobody_used_and_addresses_left_long_ago(owner, at):
    key = key_for(owner, Purpose.PASSWORD_RESET, at)
    make_key(purpose=Purpose.EMAIL_CHANGE, user=owner, at=at - timedelta(days=1), email=NEW)
    for age in (FORMER_ADDRESS_LIFETIME, FORMER_ADDRESS_LIFETIME + timedelta(seconds=1)):
        FormerAddress.objects.create(user=owner, email=f"{age.seconds}@example.org", left_at=at - age)
    assert services.forget_keys(at=at) == 1
    assert FormerAddress.objects.get().email == "0@example.org"
    spend(Purpose.PASSWORD_RESET, key, at)


def test_the_beat_forgets(owner, at):
    make_key(purpose=Purpose.PASSWORD_RESET, user=owner, at=at - timedelta(hours=2))
    assert (tasks.forget_keys(), tasks.forget_keys()) == (1, 0)


@pytest.mark.parametrize(("email", "whose"), [("owner@example.org", "owner"), ("nobody@example.org", None)])
def test_asking_for_a_reset_writes_the_same_rows_for_anybody(owner, at, rf, email, whose):
    with emitted() as events:
        services.ask_password_reset(request=rf.post("/"), email=email, at=at)
    row = MailedKey.objects.get()
    assert events == [PasswordResetAsked(key_id=str(row.pk))]
    assert (row.user.username if row.user else None, row.email) == (whose, "")


def test_an_address_that_was_never_confirmed_resets_nothing(newcomer, at, rf):
    services.ask_password_reset(request=rf.post("/"), email=newcomer.email, at=at)
    assert MailedKey.objects.get().user is None


@pytest.mark.parametrize("email", ["free@example.org", "stranger@example.org"])
def test_asking_for_another_address_writes_the_same_rows_whether_or_not_it_is_free(owner, stranger, at, rf, email):
    ask = partial(services.ask_email_change, request=rf.post("/"), user=owner, email=email, at=at)
    with emitted() as events:
        ask(password=PASSWORD)
    row = MailedKey.objects.get()
    assert events == [EmailChangeAsked(key_id=str(row.pk))]
    assert (row.user, row.email, row.purpose) == (owner, email, Purpose.EMAIL_CHANGE)
    with pytest.raises(services.PasswordWrong):
        ask(password=OTHER)
    assert MailedKey.objects.count() == 1


def test_ones_own_address_is_no_change(owner, at, rf):
    with pytest.raises(services.EmailUnchanged):
        services.ask_email_change(request=rf.post("/"), user=owner, email=owner.email, password=PASSWORD, at=at)


def test_the_guesses_at_the_old_password_are_forgotten_with_it(owner, at, rf, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"credentials": "2/hour"}
    request = rf.post("/")
    for _ in range(2):
        with pytest.raises(services.LoginFailed):
            services.log_in(request=request, login="owner", password=OTHER, device=DEVICE, at=at)
    spend(Purpose.PASSWORD_RESET, key_for(owner, Purpose.PASSWORD_RESET, at), at)
    assert services.log_in(request=request, login="owner", password=OTHER, device=DEVICE, at=at)
