"""Two keys, or one twice, at the same moment. Real threads, real transactions."""

from functools import partial

import pytest
from allauth.account.models import EmailAddress
from django.test import RequestFactory

from accounts import services
from accounts.choices import Purpose
from accounts.models import Session, User
from accounts.services.sessions import open_session
from accounts.tests.keys import DEVICE, NEW, OTHER, both, key_for, spend
from config.lib.testing import emitted, race
from conftest import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)


@both
@pytest.mark.parametrize("attempt", range(3))
def test_of_many_who_bring_one_key_one_is_served(owner, at, purpose, attempt, patient_locks):
    key = key_for(owner, purpose, at)
    with emitted() as events:
        results = race(*[partial(spend, purpose, key, at)] * 8)
    served = [result for result in results if isinstance(result, User)]
    refused = [result for result in results if isinstance(result, services.KeyInvalid)]
    assert (len(served), len(refused)) == (1, 7), results
    assert len(events) == 1


@pytest.mark.parametrize("attempt", range(3))
def test_of_two_keys_of_one_person_at_once_one_is_served(owner, at, attempt, patient_locks):
    moves = [partial(spend, purpose, key_for(owner, purpose, at), at) for purpose in (*Purpose, *Purpose)]
    results = race(*moves)
    assert [isinstance(result, User) for result in results].count(True) == 1, results
    owner.refresh_from_db()
    assert (owner.email == NEW) != owner.check_password(OTHER)


@pytest.mark.parametrize("attempt", range(3))
def test_of_many_who_know_the_old_password_one_changes_it(owner, at, attempt, patient_locks):
    kept = open_session(user=owner, device=DEVICE, at=at).session
    words = [f"{OTHER} {number}" for number in range(6)]

    def change(word: str) -> None:
        request = RequestFactory().post("/")
        services.replace_password(request=request, session=kept, old_password=PASSWORD, new_password=word, at=at)

    results = race(*[partial(change, word) for word in words])
    assert results.count(None) == 1, results
    assert all(isinstance(result, services.PasswordWrong) for result in results if result), results
    owner.refresh_from_db()
    assert owner.check_password(words[results.index(None)])
    assert Session.objects.alive(at=at).get() == kept


def test_of_two_who_confirm_one_address_one_has_it(owner, stranger, at, patient_locks):
    keys = [key_for(user, Purpose.EMAIL_CHANGE, at) for user in (owner, stranger)]
    results = race(*[partial(services.change_email, key=key, at=at) for key in keys])
    assert [isinstance(result, User) for result in results].count(True) == 1, results
    assert EmailAddress.objects.filter(email=NEW, verified=True).count() == 1
