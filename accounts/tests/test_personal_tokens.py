"""Tokens for programs: what they open, what ends them, and what of them is kept."""

import contextlib
import re
from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import services
from accounts.events import PersonalTokenIssued, PersonalTokenRevoked
from accounts.models import PersonalToken, Session, User
from accounts.queries import living_sessions
from accounts.services.personal_tokens import FRESH_FOR, MOST_TOKENS, USE_NOTED_EVERY
from accounts.services.sessions import Device, open_session
from config.lib.testing import emitted, race
from config.lib.viewer import Viewer, digest_secret

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(owner, at) -> Session:
    return open_session(user=owner, device=Device(user_agent="", address=""), at=at).session


def issue(session: Session, **wish) -> tuple[PersonalToken, str]:
    wish = {"label": "script", "scopes": ["read"], "at": timezone.now()} | wish
    return services.issue_personal_token(session=session, **wish)


def use(token: str, at=None) -> PersonalToken | None:
    return services.use_personal_token(token=token, at=at or timezone.now())


def test_a_token_is_recognisable_and_only_its_digest_is_kept(session, owner):
    with emitted() as events:
        row, token = issue(session, scopes=["read", "uploads"])
    assert re.fullmatch(r"earshot_pat_[A-Za-z0-9_-]{32}", token)
    assert events == [PersonalTokenIssued(user_id=owner.pk, token_id=str(row.pk))]
    stored = PersonalToken.objects.values().get()
    assert stored["digest"] == digest_secret(token)
    assert token.removeprefix("earshot_pat_") not in str(stored)
    assert use(token) == row
    assert str(row) == f"token {row.pk}"


@pytest.mark.parametrize("strange", ["", "earshot_pat_", "earshot_pat_x", "x", "digest", "no prefix"])
def test_nothing_else_opens(session, strange):
    row, token = issue(session)
    given = {"digest": row.digest, "no prefix": token.removeprefix("earshot_pat_")}
    assert use(given.get(strange, strange)) is None


def change_password(user: User) -> None:
    services.change_password(user=user, password="quite another place", at=timezone.now())


def suspend(user: User) -> None:
    services.suspend_user(user=user, reason="", at=timezone.now())


def suspend_for_a_while(user: User) -> None:
    suspend(user)
    services.lift_suspension(user=user, at=timezone.now())


def revoke(user: User) -> None:
    services.revoke_personal_token(token=PersonalToken.objects.get(user=user))


@pytest.mark.parametrize("end", [change_password, suspend, suspend_for_a_while, revoke])
def test_what_ends_everything_of_a_person_ends_their_tokens_for_good(session, owner, stranger, at, end):
    row, token = issue(session)
    theirs, _ = issue(open_session(user=stranger, device=Device(user_agent="", address=""), at=at).session)
    assert living_sessions([row.pk, theirs.pk, session.pk], at) == {row.pk, theirs.pk, session.pk}
    end(owner)
    assert use(token) is None
    assert living_sessions([row.pk, theirs.pk], timezone.now()) == {theirs.pk}
    services.forget_personal_tokens(at=timezone.now())
    assert list(PersonalToken.objects.all()) == [theirs]


def test_a_token_outlives_the_session_that_it_was_made_in(session, at):
    _, token = issue(session)
    services.end_session(session=session, at=at)
    assert use(token)


def test_a_token_is_over_when_it_said(session, at):
    moment = at + timedelta(days=1)
    _, token = issue(session, expires_at=moment)
    _, other = issue(session)
    assert use(token, moment - timedelta(seconds=1))
    assert use(token, moment) is None
    assert services.forget_personal_tokens(at=moment) == 1
    assert use(other, moment + timedelta(days=9_999))


def test_that_a_token_is_used_is_noted_every_ten_minutes(session, at, django_assert_num_queries):
    row, token = issue(session)
    noted = []
    for moment in (at, at + USE_NOTED_EVERY - timedelta(seconds=1), at + USE_NOTED_EVERY):
        use(token, moment)
        noted.append(PersonalToken.objects.get(pk=row.pk).last_used_at)
    assert noted == [at, at, at + USE_NOTED_EVERY]
    with django_assert_num_queries(1):
        use(token, at + USE_NOTED_EVERY)


def test_only_who_signed_in_lately_makes_one(session, at):
    issue(session, at=session.created_at + FRESH_FOR - timedelta(seconds=1))
    with emitted() as events, pytest.raises(services.SignInStale):
        issue(session, at=session.created_at + FRESH_FOR)
    assert (events, PersonalToken.objects.count()) == ([], 1)


def test_a_session_that_has_ended_makes_none(session, at):
    services.end_session(session=session, at=at)
    with pytest.raises(services.TokenInvalid):
        issue(session)


def test_there_are_so_many_living_ones_and_no_more(session, at):
    for _ in range(MOST_TOKENS):
        issue(session)
    with pytest.raises(services.TooManyPersonalTokens):
        issue(session)
    PersonalToken.objects.filter(pk=PersonalToken.objects.first().pk).update(expires_at=at)
    issue(session)


def test_revoking_twice_is_once(session, owner):
    row, _ = issue(session)
    with emitted() as events:
        for _ in range(2):
            services.revoke_personal_token(token=PersonalToken(pk=row.pk, user=owner))
    assert events == [PersonalTokenRevoked(user_id=owner.pk, token_id=str(row.pk))]


def test_what_is_rolled_back_leaves_no_token_and_tells_nothing(session):
    with emitted() as events, contextlib.suppress(ZeroDivisionError), transaction.atomic():
        issue(session)
        raise ZeroDivisionError
    assert (events, PersonalToken.objects.exists()) == ([], False)


@pytest.mark.parametrize("scopes", [[], ["everything"]])
def test_the_database_takes_known_scopes_and_at_least_one(session, scopes):
    with pytest.raises(IntegrityError):
        issue(session, scopes=scopes)


def test_one_sees_ones_own(session, owner, stranger):
    row, _ = issue(session)
    assert list(PersonalToken.objects.visible_to(Viewer(user=owner))) == [row]
    assert not PersonalToken.objects.visible_to(Viewer(user=stranger)).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(5))
def test_no_token_slips_through_while_the_password_changes(session, owner, attempt):
    results = race(*[partial(issue, session)] * 4, partial(change_password, owner))
    refused = [result for result in results if isinstance(result, services.TokenInvalid)]
    issued = [result[1] for result in results if isinstance(result, tuple)]
    assert len(issued) + len(refused) == 4, results
    assert [token for token in issued if use(token)] == []


@pytest.mark.django_db(transaction=True)
def test_many_at_once_make_no_more_than_the_most(session):
    for _ in range(MOST_TOKENS - 2):
        issue(session)
    results = race(*[partial(issue, session)] * 6)
    refused = [result for result in results if isinstance(result, services.TooManyPersonalTokens)]
    assert len(refused) == 4, results
    assert PersonalToken.objects.count() == MOST_TOKENS
