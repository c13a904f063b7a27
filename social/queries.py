from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Block, User
from accounts.queries import named
from accounts.querysets import seen_by
from config.lib.viewer import Viewer
from social.choices import MuteScope
from social.models import Follow, Mute, SpaceInvitation
from social.querysets.spaces import to_person


@dataclass(frozen=True, kw_only=True)
class Relationship:
    """What stands between a person and another, from the first one's side."""

    user_id: int
    following: bool
    followed_by: bool
    blocking: bool
    muting: bool
    muting_reposts: bool


def relationships(*, user_id: int, other_ids: Collection[int]) -> list[Relationship]:
    """From the person's side to each of the others, in their order; three queries, however many they are."""
    either = Q(follower_id=user_id, followed_id__in=other_ids) | Q(followed_id=user_id, follower_id__in=other_ids)
    follows = set(Follow.objects.filter(either).values_list("follower_id", "followed_id"))
    mutes = set(Mute.objects.filter(muter_id=user_id, muted_id__in=other_ids).values_list("muted_id", "scope"))
    blocked = set(
        Block.objects.filter(blocker_id=user_id, blocked_id__in=other_ids).values_list("blocked_id", flat=True)
    )
    return [
        Relationship(
            user_id=other_id,
            following=(user_id, other_id) in follows,
            followed_by=(other_id, user_id) in follows,
            blocking=other_id in blocked,
            muting=(other_id, MuteScope.EVERYTHING) in mutes,
            muting_reposts=(other_id, MuteScope.REPOSTS) in mutes,
        )
        for other_id in other_ids
    ]


def nameable(user_ids: Collection[int], *, viewer: Viewer) -> list[int]:
    """Those of these people whom the viewer may see, or would but for a block of the viewer's own; in order."""
    own_block = Exists(Block.objects.visible_to(viewer).filter(blocked_id=OuterRef("pk")))
    people = User.objects.get_queryset().filter(seen_by(viewer) | own_block, pk__in=user_ids)
    return list(people.order_by("pk").values_list("pk", flat=True))


def unheard(user_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """Whom each of these people is told nothing of: who is parted from them by a block, and whom they mute wholly.

    Two queries, however many they are.
    """
    of: dict[int, set[int]] = {user_id: set() for user_id in user_ids}
    either = Q(blocker_id__in=user_ids) | Q(blocked_id__in=user_ids)
    pairs = list(Block.objects.filter(either).values_list("blocker_id", "blocked_id"))
    pairs += [(blocked, blocker) for blocker, blocked in pairs]
    mutes = Mute.objects.filter(muter_id__in=user_ids, scope=MuteScope.EVERYTHING)
    for user_id, other_id in (*pairs, *mutes.values_list("muter_id", "muted_id")):
        if user_id in of:
            of[user_id].add(other_id)
    return {user_id: frozenset(others) for user_id, others in of.items()}


def find_blockable(name_or_id: str, *, viewer: Viewer) -> User | None:
    """The person whom a path names, if the viewer may see them or blocks them already."""
    blocked = Exists(Block.objects.filter(blocker_id=viewer.user_id, blocked_id=OuterRef("pk")))
    return User.objects.get_queryset().filter(seen_by(viewer) | blocked, named(name_or_id)).first()


def invitations_of(user_id: int) -> QuerySet[SpaceInvitation]:
    """The invitations into spaces that a person has made, and those to them or to their address."""
    user = User.objects.get_queryset().get(pk=user_id)
    return SpaceInvitation.objects.filter(Q(made_by=user) | to_person(user))
