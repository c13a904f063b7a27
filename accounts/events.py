from dataclasses import dataclass
from typing import ClassVar

from config.lib.events import Event


@dataclass(frozen=True, kw_only=True)
class UserRegistered(Event):
    """An account was made; its address is not confirmed yet."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class RegisteredAddressTried(Event):
    """Somebody tried to register with the confirmed address of this account."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class EmailVerified(Event):
    """The account's address was confirmed; from now on others can see it."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class UserSuspended(Event):
    """Somebody was shut out: their sessions are over and nobody sees what is theirs."""

    topics: ClassVar[tuple[str, ...]] = ("user:{user_id}",)

    user_id: int


@dataclass(frozen=True, kw_only=True)
class SuspensionLifted(Event):
    """Somebody may sign in again; what they were signed in with stays over."""

    topics: ClassVar[tuple[str, ...]] = ("user:{user_id}",)

    user_id: int


@dataclass(frozen=True, kw_only=True)
class SessionEnded(Event):
    """A device was signed out, by its owner, by a new password, by a suspension, or for a refresh token seen twice."""

    topics: ClassVar[tuple[str, ...]] = ("user:{user_id}",)

    session_id: str
    user_id: int


@dataclass(frozen=True, kw_only=True)
class ExportQueued(Event):
    """An archive of all that somebody has here waits for a worker: asked for, handed back, or overlooked."""

    export_id: int


@dataclass(frozen=True, kw_only=True)
class ExportFinished(Event):
    """An archive can be fetched by the person whose it is."""

    topics: ClassVar[tuple[str, ...]] = ("user:{user_id}",)

    export_id: int
    user_id: int


@dataclass(frozen=True, kw_only=True)
class DeletionCodeRequested(Event):
    """Somebody who has no password wants to prove by mail that it is they who want to be erased."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class DeletionRequested(Event):
    """Somebody is leaving: nobody sees them, their sessions are over; after days of grace all that is theirs goes."""

    topics: ClassVar[tuple[str, ...]] = ("user:{user_id}",)

    user_id: int


@dataclass(frozen=True, kw_only=True)
class DeletionCancelled(Event):
    """Somebody who was leaving has signed in again, and stays."""

    topics: ClassVar[tuple[str, ...]] = ("user:{user_id}",)

    user_id: int


@dataclass(frozen=True, kw_only=True)
class ErasureQueued(Event):
    """The days of grace of an account are over: what it holds waits to be erased."""

    erasure_id: int


@dataclass(frozen=True, kw_only=True)
class AccountErased(Event):
    """All that an account held is gone; what others have written to it shows a deleted account."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class SecondFactorAdded(Event):
    """From now on the account asks for a code; its other devices were signed out."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class SecondFactorRemoved(Event):
    """The account no longer asks for a code: its owner took the factor away, or an operator did. Its other devices were
    signed out."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class RecoveryCodesMade(Event):
    """There is a new set of recovery codes; those of before are worth nothing."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class ConnectionAdded(Event):
    """Somebody can enter their account by another service too."""

    user_id: int
    provider: str


@dataclass(frozen=True, kw_only=True)
class ConnectionRemoved(Event):
    """Another service no longer opens the account."""

    user_id: int
    provider: str


@dataclass(frozen=True, kw_only=True)
class VerificationAsked(Event):
    """Somebody wants the link again that confirms their address; `user_id` is empty where nobody waits for one."""

    user_id: int | None


@dataclass(frozen=True, kw_only=True)
class PasswordResetAsked(Event):
    """Somebody has forgotten a password; whether the key is anybody's, the key knows."""

    key_id: str


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(Event):
    """An account has another password, by whichever door."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class EmailChangeAsked(Event):
    """Somebody who is signed in wants another address; the key knows which."""

    key_id: str


@dataclass(frozen=True, kw_only=True)
class EmailChanged(Event):
    """An account has another address, which was confirmed; the one it left is `former_id`."""

    user_id: int
    former_id: int


@dataclass(frozen=True, kw_only=True)
class NewDeviceUsed(Event):
    """A session was opened on a device that the person has not been seen with before."""

    user_id: int
    session_id: str


@dataclass(frozen=True, kw_only=True)
class ProfileUpdated(Event):
    """Somebody changed these fields of their profile."""

    topics: ClassVar[tuple[str, ...]] = ("user:{user_id}",)

    user_id: int
    fields: list[str]


@dataclass(frozen=True, kw_only=True)
class BadgeGranted(Event):
    """Staff put the tick beside somebody's name."""

    topics: ClassVar[tuple[str, ...]] = ("user:{user_id}",)

    user_id: int


@dataclass(frozen=True, kw_only=True)
class BadgeWithdrawn(Event):
    """Staff took the tick away."""

    topics: ClassVar[tuple[str, ...]] = ("user:{user_id}",)

    user_id: int


@dataclass(frozen=True, kw_only=True)
class UserBlocked(Event):
    """From now on neither of the two sees the other. It is announced to nobody."""

    blocker_id: int
    blocked_id: int


@dataclass(frozen=True, kw_only=True)
class BlockLifted(Event):
    """Somebody took their block back."""

    blocker_id: int
    blocked_id: int


@dataclass(frozen=True, kw_only=True)
class UsernameChanged(Event):
    """Somebody took another name; the one before goes on leading to them."""

    topics: ClassVar[tuple[str, ...]] = ("user:{user_id}",)

    user_id: int


@dataclass(frozen=True, kw_only=True)
class PersonalTokenIssued(Event):
    """Somebody made a token for a program."""

    topics: ClassVar[tuple[str, ...]] = ("user:{user_id}",)

    user_id: int
    token_id: str


@dataclass(frozen=True, kw_only=True)
class PersonalTokenRevoked(Event):
    """Somebody took a token from a program."""

    topics: ClassVar[tuple[str, ...]] = ("user:{user_id}",)

    user_id: int
    token_id: str


@dataclass(frozen=True, kw_only=True)
class InstanceChanged(Event):
    """Staff changed these fields of what the site says of itself."""

    by_id: int
    fields: list[str]


@dataclass(frozen=True, kw_only=True)
class InviteIssued(Event):
    """Somebody made an invite."""

    invite_id: int
    by_id: int


@dataclass(frozen=True, kw_only=True)
class InviteEnded(Event):
    """An invite was taken back before its time."""

    invite_id: int
