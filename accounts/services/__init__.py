"""Everything that changes an account."""

from accounts.services.counts import add_tracks
from accounts.services.registration import (
    EmailKeyInvalid,
    TermsOutdated,
    UsernameUnavailable,
    add_staff,
    claim_username,
    forget_unverified,
    register,
    verify_email,
)
from accounts.services.sessions import (
    AccountSuspended,
    Device,
    EmailNotVerified,
    LoginFailed,
    TokenInvalid,
    TokenPair,
    TokenReused,
    end_session,
    log_in,
    refresh_session,
)

__all__ = [
    "AccountSuspended",
    "Device",
    "EmailKeyInvalid",
    "EmailNotVerified",
    "LoginFailed",
    "TermsOutdated",
    "TokenInvalid",
    "TokenPair",
    "TokenReused",
    "UsernameUnavailable",
    "add_staff",
    "add_tracks",
    "claim_username",
    "end_session",
    "forget_unverified",
    "log_in",
    "refresh_session",
    "register",
    "verify_email",
]
