from dataclasses import dataclass
from typing import ClassVar

from config.lib.events import Event


@dataclass(frozen=True, kw_only=True)
class UserFollowed(Event):
    """Somebody has a follower more."""

    topics: ClassVar[tuple[str, ...]] = ("user:{followed_id}",)

    follower_id: int
    followed_id: int


@dataclass(frozen=True, kw_only=True)
class UserUnfollowed(Event):
    """Somebody has a follower less."""

    topics: ClassVar[tuple[str, ...]] = ("user:{followed_id}",)

    follower_id: int
    followed_id: int


@dataclass(frozen=True, kw_only=True)
class RelationshipChanged(Event):
    """A person follows, mutes or blocks another, or does so no longer; told to that person's own devices alone."""

    topics: ClassVar[tuple[str, ...]] = ("user:{user_id}",)

    user_id: int
    other_id: int


@dataclass(frozen=True, kw_only=True)
class FollowsMiscounted(Event):
    """Somebody came into good standing, or out of it, and not every count that this concerns has followed yet."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class SpaceCreated(Event):
    """Somebody has made a space, and owns it."""

    topics: ClassVar[tuple[str, ...]] = ("user:{by_id}",)

    space_id: int
    by_id: int


@dataclass(frozen=True, kw_only=True)
class SpaceUpdated(Event):
    """What a space says of itself has changed."""

    topics: ClassVar[tuple[str, ...]] = ("user:{by_id}",)

    space_id: int
    by_id: int


@dataclass(frozen=True, kw_only=True)
class SpaceDeleted(Event):
    """A space is gone; what it held went elsewhere, or with it."""

    topics: ClassVar[tuple[str, ...]] = ("user:{by_id}",)

    space_id: int
    by_id: int


@dataclass(frozen=True, kw_only=True)
class MemberAdded(Event):
    """Somebody is in a space from now on; `by_id` has invited them."""

    topics: ClassVar[tuple[str, ...]] = ("user:{person_id}", "user:{by_id}")

    space_id: int
    person_id: int
    by_id: int
    role: str


@dataclass(frozen=True, kw_only=True)
class MemberRemoved(Event):
    """Somebody is in a space no longer: by another member, by themselves, or because they are erased."""

    topics: ClassVar[tuple[str, ...]] = ("user:{person_id}", "user:{by_id}")

    space_id: int
    person_id: int
    by_id: int


@dataclass(frozen=True, kw_only=True)
class MemberRoleChanged(Event):
    """A member of a space may do more there than before, or less."""

    topics: ClassVar[tuple[str, ...]] = ("user:{person_id}", "user:{by_id}")

    space_id: int
    person_id: int
    by_id: int
    role: str
    before: str


@dataclass(frozen=True, kw_only=True)
class InvitationSent(Event):
    """Somebody here was asked into a space."""

    topics: ClassVar[tuple[str, ...]] = ("user:{invitee_id}", "user:{by_id}")

    invitation_id: int
    space_id: int
    by_id: int
    invitee_id: int


@dataclass(frozen=True, kw_only=True)
class AddressInvited(Event):
    """Whoever reads the mails to an address was asked into a space."""

    topics: ClassVar[tuple[str, ...]] = ("user:{by_id}",)

    invitation_id: int
    space_id: int
    by_id: int


@dataclass(frozen=True, kw_only=True)
class InvitationAccepted(Event):
    """Somebody came into a space by an invitation of `by_id`."""

    topics: ClassVar[tuple[str, ...]] = ("user:{person_id}", "user:{by_id}")

    space_id: int
    person_id: int
    by_id: int


@dataclass(frozen=True, kw_only=True)
class InvitationDeclined(Event):
    """Somebody does not want to come into a space."""

    topics: ClassVar[tuple[str, ...]] = ("user:{person_id}", "user:{by_id}")

    space_id: int
    person_id: int
    by_id: int


@dataclass(frozen=True, kw_only=True)
class InvitationRevoked(Event):
    """An invitation to a space was taken back."""

    topics: ClassVar[tuple[str, ...]] = ("user:{by_id}",)

    space_id: int
    by_id: int
