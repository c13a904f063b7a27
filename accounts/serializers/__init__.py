"""`…Write` checks the shape of what comes in; `…Card` and `…Detail` declare, for OpenAPI, what cards.py answers."""

from accounts.serializers.connections import ConnectionCard, GoogleConnectionWrite, GoogleSignInWrite
from accounts.serializers.credentials import (
    AddressWrite,
    EmailChangeWrite,
    NewPasswordWrite,
    PasswordChangeWrite,
    PasswordResetWrite,
)
from accounts.serializers.invites import InviteCard, InviteWrite, IssuedInvite
from accounts.serializers.people import OwnAccount, UserCard, UserDetail
from accounts.serializers.personal_tokens import IssuedPersonalToken, PersonalTokenCard, PersonalTokenWrite
from accounts.serializers.profile import ProfileWrite
from accounts.serializers.registration import EmailKeyWrite, RegistrationWrite
from accounts.serializers.second_factor import OtpWrite, PasswordOrOtpWrite, PresenceWrite, RecoveryCodes, TotpDraft
from accounts.serializers.sessions import SessionCard, Ticket
from accounts.serializers.tokens import LoginWrite, RefreshWrite, SignedIn, Tokens
from accounts.serializers.usernames import UsernameWrite

__all__ = [
    "AddressWrite",
    "ConnectionCard",
    "EmailChangeWrite",
    "EmailKeyWrite",
    "GoogleConnectionWrite",
    "GoogleSignInWrite",
    "InviteCard",
    "InviteWrite",
    "IssuedInvite",
    "IssuedPersonalToken",
    "LoginWrite",
    "NewPasswordWrite",
    "OtpWrite",
    "OwnAccount",
    "PasswordChangeWrite",
    "PasswordOrOtpWrite",
    "PasswordResetWrite",
    "PersonalTokenCard",
    "PersonalTokenWrite",
    "PresenceWrite",
    "ProfileWrite",
    "RecoveryCodes",
    "RefreshWrite",
    "RegistrationWrite",
    "SessionCard",
    "SignedIn",
    "Ticket",
    "Tokens",
    "TotpDraft",
    "UserCard",
    "UserDetail",
    "UsernameWrite",
]
