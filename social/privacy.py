"""What social holds of a person: whom they follow and mute, who follows them, and what they did for others to see."""

from collections.abc import Iterator

from config.lib.privacy import Holding, Table, documents
from social.models import Activity, ActorLast, Follow, Mute
from social.services import erase_ties

TABLES = (
    Table(
        name="social/followings",
        model=Follow,
        of="follower_id",
        columns=("followed", "created_at"),
        about="The ids of the people who are followed.",
    ),
    Table(
        name="social/followers",
        model=Follow,
        of="followed_id",
        columns=("follower", "created_at"),
        about="The ids of the people who follow.",
    ),
    Table(
        name="social/mutes",
        model=Mute,
        of="muter_id",
        columns=("muted", "scope", "created_at"),
        about="The ids of the people who are muted. Who mutes this account is told to nobody.",
    ),
    Table(
        name="social/activity",
        model=Activity,
        of="actor_id",
        columns=("verb", "kind", "object_id", "created_at"),
        about="What was published and reposted, as followers are shown it.",
    ),
    Table(
        name="social/last-activity",
        model=ActorLast,
        of="actor_id",
        columns=("last_at",),
        about="When the account was active last, at the latest.",
    ),
)


def export(user_id: int) -> Iterator[Holding]:
    """All that is handed out."""
    return documents(TABLES, user_id)


def erase(user_id: int) -> None:
    """Forget whom the person follows and mutes, who follows and mutes them, and what they did. Twice is once."""
    erase_ties(user_id=user_id)
