"""Signing in with Google, or with whatever issuer of OpenID Connect stands in its place (GOOGLE_ISSUER).

A person is known by what the issuer calls them (`sub`), never by their address: that leads to an account only when both
sides have verified it, and never to one whose maker has not.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.http import HttpRequest

from accounts.links import google_redirect_url
from accounts.models import User
from accounts.queries import instance
from accounts.services.connections import GOOGLE, connect
from accounts.services.invites import admit, use_invite
from accounts.services.otp import OtpRequired, pass_second_factor
from accounts.services.passwords import void_password
from accounts.services.registration import UsernameUnavailable, add_user, confirm_address
from accounts.services.sessions import Device, TokenPair, check_standing, open_session
from accounts.usernames import proposals
from config.lib.advisory import hold
from config.lib.errors import DomainError
from config.lib.oidc import CodeRefused, IdTokenInvalid, Issuer, IssuerAway, OidcClient, issuer_at

CONTINUATION_SALT = "accounts.google.continuation"
CONTINUATION_LIFETIME = timedelta(minutes=5)
LONGEST_SUB = 191


class GoogleOff(DomainError):
    code = "google_off"
    title = "Signing in with Google is not switched on here."


class GoogleAway(DomainError):
    code = "google_away"
    status = 503
    title = "Google does not answer at the moment; try again in a few seconds, or sign in by password."


class GoogleSignInInvalid(DomainError):
    code = "google_sign_in_invalid"
    status = 400
    title = "Google does not vouch for this sign-in, or no longer; begin again."


class RedirectUriUnknown(DomainError):
    code = "redirect_uri_unknown"
    status = 400
    title = "This redirect_uri is none that this server knows."


class GoogleEmailUnverified(DomainError):
    code = "google_email_unverified"
    status = 403
    title = "Google has not verified an e-mail address of this account, so it makes no account here."


@dataclass(frozen=True, kw_only=True)
class Identity:
    """What the issuer vouches for. `email` in lower case; empty unless the issuer has verified it."""

    sub: str
    email: str
    name: str


def google() -> tuple[Issuer, OidcClient]:
    """Whom to ask, and as whom; raises GoogleOff."""
    client: OidcClient | None = settings.GOOGLE
    if client is None:
        raise GoogleOff
    return issuer_at(client.issuer), client


def authorization_url(*, state: str, nonce: str, verifier: str) -> str:
    """Where a browser is sent, to come back to our own page. Raises GoogleOff, GoogleAway."""
    issuer, client = google()
    try:
        return issuer.authorization_url(
            client, redirect_uri=google_redirect_url(), state=state, nonce=nonce, verifier=verifier
        )
    except IssuerAway as error:
        raise GoogleAway from error


def identify(
    *,
    code: str | None = None,
    code_verifier: str = "",
    redirect_uri: str = "",
    id_token: str | None = None,
    nonce: str | None = None,
    continuation: str | None = None,
) -> Identity:
    """Who it is: by a code, by an id_token, or by what came with `otp_required`. No transaction may be open.

    Raises GoogleOff, GoogleAway, RedirectUriUnknown, GoogleSignInInvalid.
    """
    issuer, client = google()
    if continuation is not None:
        return identity_continued(continuation)
    if code is not None and redirect_uri not in {google_redirect_url(), *client.redirect_uris}:
        raise RedirectUriUnknown
    try:
        if code is not None:
            id_token = issuer.exchange(client, code=code, verifier=code_verifier, redirect_uri=redirect_uri)
        return identity_in(issuer.claims_of(id_token or "", client, nonce=nonce))
    except (CodeRefused, IdTokenInvalid) as error:
        raise GoogleSignInInvalid from error
    except IssuerAway as error:
        raise GoogleAway from error


def identity_in(claims: Mapping[str, Any]) -> Identity:
    """What is read of good claims; raises GoogleSignInInvalid for a `sub` that cannot be kept."""
    sub, name = claims["sub"], claims.get("name")
    if not 0 < len(sub) <= LONGEST_SUB or "\0" in sub:
        raise GoogleSignInInvalid
    email = claims.get("email") if claims.get("email_verified") is True else None
    name = name.replace("\0", "").strip() if isinstance(name, str) else ""
    return Identity(sub=sub, email=usable_address(email), name=name[:60])


def usable_address(email: object) -> str:
    """An address in lower case; empty for what is none."""
    if not isinstance(email, str) or len(email) > 254:
        return ""
    try:
        validate_email(email)
    except ValidationError:
        return ""
    return email.lower()


def continuation_for(identity: Identity) -> str:
    """Our own word for who it is: a code of Google's is spent by the time that the second factor is asked for."""
    return signing.dumps(asdict(identity), salt=CONTINUATION_SALT)


def identity_continued(text: str) -> Identity:
    """Who it was five minutes ago at most; raises GoogleSignInInvalid."""
    try:
        return Identity(**signing.loads(text, salt=CONTINUATION_SALT, max_age=CONTINUATION_LIFETIME))
    except signing.BadSignature as error:
        raise GoogleSignInInvalid from error


def sign_in_with_google(
    *,
    request: HttpRequest,
    identity: Identity,
    device: Device,
    at: datetime,
    otp: str | None = None,
    invite: str | None = None,
) -> TokenPair:
    """Open a session for whom the issuer vouches; an account is made for who has none, as far as the site lets anybody
    join. Raises RegistrationClosed, InviteRequired, InviteInvalid, GoogleEmailUnverified,
    UsernameUnavailable, EmailNotVerified, AccountSuspended, OtpRequired (with a `continuation` to send back beside the
    code), Throttled, OtpInvalid, ConnectionTaken, LoginFailed.
    """
    user = person_behind(identity) or welcome(identity=identity, invite=invite, at=at)
    check_standing(user)
    try:
        pass_second_factor(request=request, user=user, otp=otp, at=at)
    except OtpRequired as error:
        raise OtpRequired(continuation=continuation_for(identity)) from error
    with transaction.atomic():
        connect(user=user, uid=identity.sub, email=identity.email, at=at)
        return open_session(user=user, device=device, at=at)


def person_behind(identity: Identity) -> User | None:
    """Whose identity it is; else who has verified the address that the issuer has verified too."""
    known = SocialAccount.objects.filter(provider=GOOGLE, uid=identity.sub).select_related("user").first()
    if known is None and identity.email:
        known = EmailAddress.objects.filter(email=identity.email, verified=True).select_related("user").first()
    return known.user if known else None


@transaction.atomic
def welcome(*, identity: Identity, at: datetime, invite: str | None = None) -> User:
    """A new account without a password, its address confirmed. Of several at once for one person one is made.

    Accounts that gave the address and never confirmed it were perhaps made by somebody else: they keep neither password
    nor session, and are forgotten like all of their kind. Raises GoogleEmailUnverified, UsernameUnavailable,
    RegistrationClosed, InviteRequired, InviteInvalid.
    """
    hold(f"accounts.google {identity.sub}")
    hold(f"accounts.address {identity.email}")
    known = person_behind(identity)
    if known:
        return known
    if not identity.email:
        raise GoogleEmailUnverified
    site = instance()
    admit(site, code=invite)
    use_invite(site, code=invite, at=at)
    waiting = EmailAddress.objects.filter(email=identity.email, verified=False).order_by("user_id")
    for user_id in waiting.values_list("user_id", flat=True):
        void_password(user_id=user_id, at=at)
    user = confirm_address(user=add_newcomer(identity, at=at), at=at)
    connect(user=user, uid=identity.sub, email=identity.email, at=at)
    return user


def add_newcomer(identity: Identity, *, at: datetime) -> User:
    """An account under the first name that is free, of those that their own name suggests."""
    for username in proposals(identity.name):
        user = User(username=username, email=identity.email, display_name=identity.name, created_at=at)
        user.terms_version = instance().terms_version
        user.set_unusable_password()
        try:
            with transaction.atomic():
                return add_user(user, at=at)
        except UsernameUnavailable:
            continue
    raise UsernameUnavailable(username=identity.name)
