"""What social holds of a person: whom they follow and mute, who follows them, what they did for others to see, and
which spaces they are in, or asked into."""

from collections.abc import Iterator

from django.utils import timezone

from accounts.models import User
from config.lib.privacy import Holding, Table, documents
from social.models import Activity, ActorLast, Follow, Mute, Space, SpaceInvitation, SpaceMember
from social.services import erase_ties, vacate_spaces


def address_of(user_id: int) -> str:
    """The address that invitations may name; a word that no address is where there is none."""
    return User.objects.get_queryset().filter(pk=user_id).values_list("email", flat=True).first() or "-"


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
    Table(
        name="social/spaces",
        model=Space,
        of="owner_id",
        columns=("id", "name", "description", "name_public", "created_at", "updated_at"),
        about="The spaces whose owner of the longest standing the account is.",
    ),
    Table(
        name="social/space-memberships",
        model=SpaceMember,
        of="person_id",
        columns=("space_id", "role", "role_since", "created_at"),
        about="The spaces that the account is in, by their ids, and as what.",
    ),
    Table(
        name="social/space-invitations-made",
        model=SpaceInvitation,
        of="made_by_id",
        columns=("space_id", "invitee_id", "email", "role", "created_at", "expires_at"),
        about="The invitations to spaces that were made and wait for an answer.",
    ),
    Table(
        name="social/space-invitations",
        model=SpaceInvitation,
        of="invitee_id",
        columns=("space_id", "made_by_id", "role", "created_at", "expires_at"),
        about="The invitations to spaces that name the account.",
    ),
    Table(
        name="social/space-invitations-to-address",
        model=SpaceInvitation,
        of="email",
        known_as=address_of,
        columns=("space_id", "made_by_id", "email", "role", "created_at", "expires_at"),
        about="The invitations to spaces that name the address of the account.",
    ),
)


def export(user_id: int) -> Iterator[Holding]:
    """All that is handed out."""
    return documents(TABLES, user_id)


def erase(user_id: int) -> None:
    """Forget whom the person follows and mutes, who follows and mutes them, what they did, and which spaces they are
    in. Twice is once."""
    vacate_spaces(user_id=user_id, at=timezone.now())
    erase_ties(user_id=user_id)
