"""Whose play it is. Within a day (UTC) the plays of one listener carry the same hash, of their account, or of address
and program where nobody signed in, under a salt of that day. Two days after, the salt is gone, and with it whatever
leads from a hash to somebody, or from a day to the next. Addresses are not stored."""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

from django.conf import settings

from config.lib.secrets import derived_key
from engagement.plays.models import PlaySalt

HASH_BYTES = 16
# By their days, as long as somebody asks; a process at rest may keep two of them until it is asked again.
_remembered: dict[date, bytes] = {}


@dataclass(frozen=True)
class Caller:
    """Who plays something: a person, or whoever is at that address with that program."""

    user_id: int | None
    address: str
    user_agent: str

    @property
    def name(self) -> str:
        """What is hashed."""
        return f"person:{self.user_id}" if self.user_id is not None else f"{self.address}|{self.user_agent}"


@dataclass(frozen=True)
class Listener:
    """`key`: what the ledger calls them today. `keys`: that, and what it called them yesterday. `user_id`: a person who
    is signed in."""

    user_id: int | None
    key: bytes
    keys: tuple[bytes, ...]

    def subject_of(self, play_key: bytes) -> bytes:
        """Under which they hold a claim for a play that the ledger has under that key. A person is the same after
        midnight; whoever is not signed in is somebody new each day."""
        return play_key if self.user_id is None else person_subject(self.user_id)


def person_subject(user_id: int) -> bytes:
    """What claims call a person."""
    return hashed(derived_key(settings.SECRET_KEY, purpose="engagement.play_claims"), f"person:{user_id}")


def listener_of(caller: Caller, *, at: datetime) -> Listener:
    """The listener behind a call at this moment."""
    today = at.astimezone(UTC).date()
    salts = salts_of(today)
    keys = tuple(hashed(salts[day], caller.name) for day in (today, today - timedelta(days=1)) if day in salts)
    return Listener(user_id=caller.user_id, key=keys[0], keys=keys)


def salts_of(today: date) -> Mapping[date, bytes]:
    """The salts of a day, which is made where there is none, and of the day before, if there was one. What was read is
    remembered as long as it is of use."""
    days = (today, today - timedelta(days=1))
    for day in set(_remembered) - set(days):
        _remembered.pop(day, None)
    known = {day: salt for day in days if (salt := _remembered.get(day))}  # another thread may forget meanwhile
    if today in known:
        return known
    found = read_salts(days)
    if today in found:
        _remembered.update(found)
        return found
    drawn = PlaySalt(day=today, salt=secrets.token_bytes(32))
    PlaySalt.objects.bulk_create([drawn], ignore_conflicts=True)  # whoever comes at the same moment gets the same
    return read_salts(days)  # not remembered: the transaction that made it may fail


def read_salts(days: tuple[date, ...]) -> dict[date, bytes]:
    return {day: bytes(salt) for day, salt in PlaySalt.objects.filter(day__in=days).values_list("day", "salt")}


def hashed(key: bytes, name: str) -> bytes:
    return hmac.new(key, name.encode(), sha256).digest()[:HASH_BYTES]


def forget_salts(*, at: datetime) -> int:
    """Delete the salts of the days before yesterday; how many."""
    yesterday = at.astimezone(UTC).date() - timedelta(days=1)
    return PlaySalt.objects.filter(day__lt=yesterday).delete()[0]
