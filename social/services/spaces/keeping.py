"""What upper apps keep in spaces, and what they do in the very transaction in which a space changes.

An event would come a moment too late: who is removed would own what they brought until then. So upper apps stand in
a table of the composition root (`settings.SPACE_KEEPERS`), as consequences do in that of events, and are called here.
"""

from datetime import datetime
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from config.lib.errors import DomainError
from social.models import Space


class SpaceOverQuota(DomainError):
    """`limit`: which one of the plan of the space's owner. Its amounts are theirs, and told to nobody else."""

    code = "space_over_quota"
    status = 402
    title = "The plan of whoever owns the space does not cover this: its {limit} is used up."


class Keeper(Protocol):
    """An upper app's share. The caller holds the space."""

    def holds(self, *, space_id: int) -> bool:
        """Whether anything of this app is in the space, be it in the trash."""

    def pass_on(self, *, space: Space, from_id: int, at: datetime) -> None:
        """What somebody brought is the owner's from now on."""

    def charge_owner(self, *, space: Space, at: datetime) -> None:
        """What the space holds counts against its owner's plan from now on. Raises SpaceOverQuota."""

    def charge_heir(self, *, space: Space, at: datetime) -> None:
        """The same where nobody can be asked: whoever inherits a full space brings nothing new until there is room."""

    def give_to_person(self, *, space: Space, person_id: int, at: datetime) -> None:
        """What the space holds is that person's own from now on. Raises SpaceOverQuota."""

    def give_to_space(self, *, space: Space, target: Space, at: datetime) -> None:
        """What the space holds is in the other space from now on. Raises SpaceOverQuota."""

    def remove(self, *, space_id: int, at: datetime) -> None:
        """Leave nothing in a space that nobody is in any more; it may take long, and begins anew where it stopped."""


def keepers() -> tuple[Keeper, ...]:
    """Everybody who keeps something in spaces, from the top down."""
    table: tuple[Keeper, ...] = import_string(settings.SPACE_KEEPERS)
    return table


def is_empty(space: Space) -> bool:
    """Whether nobody keeps anything in it."""
    return not any(keeper.holds(space_id=space.pk) for keeper in keepers())
