from dataclasses import dataclass

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
