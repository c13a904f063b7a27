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
