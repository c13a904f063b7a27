"""Sign-ins that people hand to programs, with less rights than their own."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from accounts.events import PersonalTokenIssued, PersonalTokenRevoked
from accounts.models import PersonalToken, Session, User
from accounts.services.sessions import TokenInvalid
from config.lib.errors import DomainError
from config.lib.events import emit
from config.lib.scopes import Scope
from config.lib.secrets import secret_token
from config.lib.viewer import digest_secret

# What scanners for leaked secrets look for.
PREFIX = "earshot_pat_"
MOST_TOKENS = 20
FRESH_FOR = timedelta(minutes=15)
USE_NOTED_EVERY = timedelta(minutes=10)


class SignInStale(DomainError):
    code = "sign_in_stale"
    status = 403
    title = "You signed in more than {minutes} minutes ago; sign in again, then do this."


class TooManyPersonalTokens(DomainError):
    code = "too_many_personal_tokens"
    title = "You have {most} tokens; revoke one that you do not use."


@transaction.atomic
def issue_personal_token(
    *, session: Session, label: str, scopes: Sequence[Scope], at: datetime, expires_at: datetime | None = None
) -> tuple[PersonalToken, str]:
    """A token in the name of the session's owner, and its row. 192 random bits that are told this once.

    Raises SignInStale, TokenInvalid for a session that has ended meanwhile, and TooManyPersonalTokens.
    """
    if session.created_at <= at - FRESH_FOR:
        raise SignInStale(minutes=FRESH_FOR // timedelta(minutes=1))
    # Whoever ends everything of a person holds this row, so that no token slips through while the password changes.
    user = User.objects.select_for_update(no_key=True).get(pk=session.user_id)
    if not Session.objects.alive(at=at).filter(pk=session.pk).exists():
        raise TokenInvalid
    if PersonalToken.objects.alive(at=at).filter(user=user).count() >= MOST_TOKENS:
        raise TooManyPersonalTokens(most=MOST_TOKENS)
    token = f"{PREFIX}{secret_token()}"
    row = PersonalToken(user=user, version=user.session_version, digest=digest_secret(token), label=label)
    row.scopes, row.created_at, row.expires_at = list(scopes), at, expires_at
    row.save(force_insert=True)
    emit(PersonalTokenIssued(user_id=user.pk, token_id=str(row.pk)))
    return row, token


@transaction.atomic
def revoke_personal_token(*, token: PersonalToken) -> None:
    """Let the token sign nobody in any more. Revoking twice changes nothing and emits nothing."""
    if PersonalToken.objects.filter(pk=token.pk).delete()[0]:
        emit(PersonalTokenRevoked(user_id=token.user_id, token_id=str(token.pk)))


def use_personal_token(*, token: str, at: datetime) -> PersonalToken | None:
    """The living row behind a token, with its owner, or None. That it was used is noted every ten minutes."""
    living = PersonalToken.objects.alive(at=at).select_related("user")
    row = living.filter(digest=digest_secret(token)).first() if token.startswith(PREFIX) else None
    if row and (row.last_used_at is None or row.last_used_at <= at - USE_NOTED_EVERY):
        PersonalToken.objects.filter(pk=row.pk).update(last_used_at=at)
    return row


def forget_personal_tokens(*, at: datetime) -> int:
    """Delete the tokens that are over; their number."""
    return PersonalToken.objects.over(at=at).delete()[0]
