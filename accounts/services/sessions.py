"""Signing in, staying signed in, signing out. A session is a row; tokens only point at it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth import authenticate
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.devices import device_name
from accounts.events import NewDeviceUsed, SessionEnded
from accounts.models import Session, User
from accounts.services.otp import pass_second_factor
from accounts.services.returning import stay
from accounts.tokens import AccessToken, RefreshToken, read_token, standing_token
from config.env import SESSION_LIFETIME
from config.lib.captcha import require_person_after_failures
from config.lib.errors import DomainError
from config.lib.events import emit
from config.lib.forgetting import forget

# How long a session that is over is remembered.
REMEMBERED = timedelta(days=30)


class LoginFailed(DomainError):
    code = "login_failed"
    status = 401
    title = "This name and password do not belong together."


class EmailNotVerified(DomainError):
    code = "email_not_verified"
    status = 403
    title = "Confirm your e-mail address first; the link was mailed to you."


class AccountSuspended(DomainError):
    code = "account_suspended"
    status = 403
    title = "This account is suspended."


class TokenInvalid(DomainError):
    code = "token_invalid"
    status = 401
    title = "This sign-in is over; sign in again."


class TokenReused(DomainError):
    code = "token_reused"
    status = 401
    title = "This refresh token was spent before, so the session was ended; sign in again."


@dataclass(frozen=True)
class Device:
    """Where somebody signs in from, as the list of sessions will show it."""

    user_agent: str
    address: str


@dataclass(frozen=True)
class TokenPair:
    """Signed JWTs and the session they belong to."""

    access: str
    refresh: str
    session: Session


def log_in(
    *,
    request: HttpRequest,
    login: str,
    password: str,
    device: Device,
    at: datetime,
    captcha_token: str | None = None,
    otp: str | None = None,
) -> TokenPair:
    """Open a session for whom e-mail or username and password name.

    `captcha_token`: the proof that a person, no program, asks. `otp`: a code of the second factor.
    Raises Throttled, CaptchaRequired, LoginFailed; and, only for the right password, EmailNotVerified and
    AccountSuspended, which brings a token to read why and to appeal; then OtpRequired and OtpInvalid.
    """
    name = login.strip().lower()
    require_person_after_failures(request, name=name, token=captcha_token)
    user = authenticate(request, username=name, password=password)
    if not isinstance(user, User):
        raise LoginFailed
    check_standing(user)
    pass_second_factor(request=request, user=user, otp=otp, at=at)
    return open_session(user=user, device=device, at=at)


def check_standing(user: User) -> None:
    """Raise EmailNotVerified or AccountSuspended for who may not sign in, whatever proof they bring."""
    if user.verified_at is None:
        raise EmailNotVerified
    if not user.is_active:
        raise AccountSuspended(
            reason=user.suspension_reason,
            until=user.suspended_until,
            standing_token=standing_token(user_id=user.pk, version=user.session_version),
        )


@transaction.atomic
def open_session(*, user: User, device: Device, at: datetime) -> TokenPair:
    """A new signed-in device; whoever was leaving stays. Raises LoginFailed when the person has been suspended, has
    changed the password or has left since `user` was read: the update finds the row as it was then, or not at all, and
    holds it until the session is there."""
    unchanged = User.objects.filter(pk=user.pk, is_active=True, session_version=user.session_version)
    if not unchanged.update(last_login=at):
        raise LoginFailed
    if user.leaving_at:
        stay(user)
    session = Session(
        user=user,
        version=user.session_version,
        user_agent=device.user_agent.replace("\0", "")[:200],  # PostgreSQL stores no null character
        address=device.address or None,
        created_at=at,
        used_at=at,
        expires_at=at + SESSION_LIFETIME,
    )
    pair = mint(session)
    if is_new_device(session):
        emit(NewDeviceUsed(user_id=user.pk, session_id=str(session.pk)))
    session.save(force_insert=True)
    return pair


def is_new_device(session: Session) -> bool:
    """Whether the person has signed in before, but never with this program, nor from this address with one like it.

    Programs change their version, and phones their address; both at once is another device, or somebody else.
    """
    before = set(Session.objects.filter(user=session.user_id).values_list("user_agent", "address").distinct())
    programs = {program for program, _ in before}
    here = {device_name(program) for program, address in before if address == session.address}
    return bool(before) and session.user_agent not in programs and device_name(session.user_agent) not in here


def mint(session: Session) -> TokenPair:
    """A fresh pair for the session, which from now on knows only this refresh token."""
    refresh = RefreshToken()
    access = AccessToken()
    for token in (refresh, access):
        token["sub"] = str(session.user_id)
        token["sid"] = str(session.pk)
    refresh["exp"] = int(session.expires_at.timestamp())
    session.refresh_jti = refresh["jti"]
    return TokenPair(access=str(access), refresh=str(refresh), session=session)


def refresh_session(*, refresh: str, at: datetime) -> TokenPair:
    """Spend a refresh token for a new pair. A token that was spent before ends its session: one of two who hold it
    is a thief. Raises TokenInvalid, TokenReused."""
    claims = read_token(RefreshToken, refresh)
    if claims is None:
        raise TokenInvalid
    with transaction.atomic():
        # Twice: who had to wait for a change of password was shown the session as it is after it, the person as before.
        session = lock_living(claims.session_id, at=at) or lock_living(claims.session_id, at=at)
        if session is None:
            raise TokenInvalid
        reused = session.refresh_jti != claims.jti
        pair = None if reused else rotate(session, at=at)
        if reused:
            end_session(session=session, at=at)
    if pair is None:
        raise TokenReused  # after the commit: the end of the session must stay
    return pair


def lock_living(session_id: UUID, *, at: datetime) -> Session | None:
    """The session, held until the transaction ends, if it still signs somebody in."""
    living = Session.objects.alive(at=at).select_related("user")
    return living.select_for_update(no_key=True, of=("self",)).filter(pk=session_id).first()


def rotate(session: Session, *, at: datetime) -> TokenPair:
    """Exchange the refresh token of a session that the caller has locked."""
    pair = mint(session)
    session.used_at = at
    session.save(update_fields=["refresh_jti", "used_at"])
    return pair


@transaction.atomic
def end_session(*, session: Session, at: datetime) -> None:
    """Sign the device out; its access tokens die with it. Ending twice changes nothing and emits nothing."""
    if Session.objects.filter(pk=session.pk, ended_at__isnull=True).update(ended_at=at):
        emit(SessionEnded(session_id=str(session.pk), user_id=session.user_id))


@transaction.atomic
def end_other_sessions(*, session: Session, at: datetime) -> None:
    """Sign out all devices of this one's owner but itself."""
    end_all(Session.objects.alive(at=at).filter(user=session.user_id).exclude(pk=session.pk), at=at)


def end_every_session(*, user: User, keep: Session | None, at: datetime) -> None:
    """Everything that signs this person in is over, the admin's sessions too, but for `keep`. The caller has locked the
    user's row, and so nobody signs in meanwhile."""
    living = Session.objects.alive(at=at).filter(user=user)
    kept = [keep.pk] if keep else []
    end_all(living.exclude(pk__in=kept), at=at)
    user.session_version += 1
    living.filter(pk__in=kept).update(version=user.session_version)
    user.save(update_fields=["session_version"])


def outdate_keys(*, user: User, at: datetime) -> None:
    """Whatever was mailed or handed out under the person's present version is worth nothing; who is signed in stays so.
    The caller has locked the user's row."""
    user.session_version += 1
    Session.objects.alive(at=at).filter(user=user).update(version=user.session_version)
    user.save(update_fields=["session_version"])


def end_all(sessions: QuerySet[Session], *, at: datetime) -> None:
    """End these. Locked in the order of their ids; one that somebody else has ended meanwhile is not among them."""
    ended = list(sessions.order_by("pk").select_for_update(no_key=True, of=("self",)))
    Session.objects.filter(pk__in=[session.pk for session in ended]).update(ended_at=at)
    for session in ended:
        emit(SessionEnded(session_id=str(session.pk), user_id=session.user_id))


def forget_sessions(*, at: datetime) -> int:
    """Delete the sessions that ended long ago, and their tickets; the number of rows."""
    return forget(Session.objects.over_since(at - REMEMBERED), job="accounts.forget_sessions")
