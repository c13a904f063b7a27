"""What is announced live between people: an event in, the members of a frame out."""

from dataclasses import asdict
from typing import Any

from accounts.cards import USER_CARD_COLUMNS, user_card
from accounts.models import User
from config.lib.viewer import Viewer
from social.events import RelationshipChanged, UserFollowed, UserUnfollowed
from social.queries import find_blockable, relationships


def followed(event: UserFollowed) -> dict[str, Any] | None:
    """To who was followed; nothing where they cannot see their follower any longer."""
    return about(event.follower_id, to=event.followed_id, kind="followed")


def unfollowed(event: UserUnfollowed) -> dict[str, Any] | None:
    """To who is followed no longer."""
    return about(event.follower_id, to=event.followed_id, kind="unfollowed")


def about(follower_id: int, *, to: int, kind: str) -> dict[str, Any] | None:
    """The follower's card, for the person with the id `to`."""
    viewer = Viewer(user=User(pk=to))
    row = User.objects.visible_to(viewer).filter(pk=follower_id).values(*USER_CARD_COLUMNS).first()
    return {"type": kind, "user": user_card(row)} if row else None


def relationship(event: RelationshipChanged) -> dict[str, Any] | None:
    """To the person's own other devices: how they stand to somebody now; nothing of whom they can neither see nor, for
    they block them, name."""
    if find_blockable(str(event.other_id), viewer=Viewer(user=User(pk=event.user_id))) is None:
        return None
    [now] = relationships(user_id=event.user_id, other_ids=[event.other_id])
    return {"type": "relationship", **asdict(now)}
