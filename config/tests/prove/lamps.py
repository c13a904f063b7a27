"""Lamps for the proofs: an effect that shows when it happens twice, one that fails at first, one that always fails."""

from dataclasses import dataclass
from typing import ClassVar

from accounts.events import EmailVerified
from accounts.models import UserCounts
from accounts.services import add_tracks
from config.lib.events import Event
from config.lib.events.consequences import consequence
from config.models import EventDelivery


@dataclass(frozen=True, kw_only=True)
class LampLit(Event):
    """One more lamp of that house is lit."""

    topics: ClassVar[tuple[str, ...]] = ("house:{house_id}",)
    house_id: int
    number: int


@dataclass(frozen=True, kw_only=True)
class FuseBlown(Event):
    """A fuse has to be changed."""

    house_id: int


@consequence(name="lamps.count")
def count(*, house_id: int, **_: object) -> None:
    """Adding one is the effect that cannot hide a second time."""
    add_tracks(user_id=house_id, n=1)


@consequence(name="lamps.third_time_lucky")
def third_time_lucky(*, house_id: int, **_: object) -> None:
    """Fails three times, then succeeds; what the failing ones wrote must not stay."""
    UserCounts.objects.filter(user_id=house_id).update(followers=99)
    if EventDelivery.objects.get(route="lamps.third_time_lucky").attempts <= 3:
        raise OSError("not yet")
    UserCounts.objects.filter(user_id=house_id).update(followers=1)


@consequence(name="lamps.never")
def never(*, house_id: int, **_: object) -> None:
    UserCounts.objects.filter(user_id=house_id).update(playlists=99)
    raise OSError("no fuse fits")


ROUTES = {EmailVerified: (), LampLit: (count,), FuseBlown: (third_time_lucky, never)}
