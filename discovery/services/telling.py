"""Telling those who are here that their feed is another now, some thousands of followers at a time.

Each portion is one consequence: what it tells, who comes next and its stamp are one transaction, so that a worker that
dies on the way has told nobody, and everybody is told once.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from config.lib import failpoints
from config.lib.events import emit
from config.lib.pagination import beyond
from config.lib.realtime.attendance import here_among
from discovery.events import FeedChanged, FeedItemAdded, FollowersReached
from social.models import Follow

PORTION = 5_000
LATEST_FOLLOWERS = ("-created_at", "-id")


@dataclass(frozen=True, kw_only=True)
class Act:
    """What somebody did; without a verb: something that changed what stands in feeds of theirs."""

    actor_id: int
    verb: str = ""
    kind: str = ""
    object_id: int = 0


def tell_of(*, actor_id: int, verb: str, kind: str, object_id: int) -> int:
    """Tell the first followers of what somebody did with a thing; how many of them are here. Raises as below."""
    return tell_followers(act=Act(actor_id=actor_id, verb=verb, kind=kind, object_id=object_id))


def tell_of_change(*, user_id: int | None, owner_id: int | None) -> int:
    """Tell them that what somebody did themselves (`user_id`), or what is theirs (`owner_id`), changed their feeds."""
    return tell_followers(act=Act(actor_id=user_id or owner_id or 0))


def tell_further(*, act: Act, after_at: str, after_id: int) -> int:
    """Tell those who come after the row that was the last one; `after_at` is ISO 8601."""
    return tell_followers(act=act, after=(datetime.fromisoformat(after_at), after_id))


@transaction.atomic
def tell_followers(*, act: Act, after: tuple[datetime, int] | None = None) -> int:
    """Tell the next portion of the actor's followers, the latest first; how many of them are here.

    Raises RedisError and OSError where it cannot be known who is.
    """
    rows = Follow.objects.filter(followed_id=act.actor_id)
    if after is not None:
        rows = rows.filter(beyond(LATEST_FOLLOWERS, after))
    portion = list(rows.order_by(*LATEST_FOLLOWERS).values_list("created_at", "id", "follower_id")[:PORTION])
    here = here_among([follower_id for _, _, follower_id in portion])
    if here:
        emit(told(act), to=[f"user:{follower_id}" for follower_id in here])
    if len(portion) == PORTION:
        after_at, after_id, _ = portion[-1]
        emit(FollowersReached(**vars(act), after_at=after_at.isoformat(), after_id=after_id))
    failpoints.reach("feed_portion", fraction=0.0 if after is None else 1.0)
    return len(here)


@transaction.atomic
def tell_person(*, user_id: int) -> None:
    """Tell somebody's own devices that what they did themselves has changed their feed."""
    emit(FeedChanged(actor_id=user_id), to=[f"user:{user_id}"])


def told(act: Act) -> FeedItemAdded | FeedChanged:
    """What followers are told of it."""
    return FeedItemAdded(**vars(act)) if act.verb else FeedChanged(actor_id=act.actor_id)
