"""Everything that changes an account."""

from accounts.services.counts import add_tracks
from accounts.services.passwords import change_password
from accounts.services.plans import set_plan
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
    end_other_sessions,
    end_session,
    log_in,
    refresh_session,
)
from accounts.services.standing import lift_due_suspensions, lift_suspension, suspend_user
from accounts.services.tickets import TICKET_LIFETIME, forget_tickets, issue_ticket, redeem_ticket

__all__ = [
    "TICKET_LIFETIME",
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
    "change_password",
    "claim_username",
    "end_other_sessions",
    "end_session",
    "forget_tickets",
    "forget_unverified",
    "issue_ticket",
    "lift_due_suspensions",
    "lift_suspension",
    "log_in",
    "redeem_ticket",
    "refresh_session",
    "register",
    "set_plan",
    "suspend_user",
    "verify_email",
]
