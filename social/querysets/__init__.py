from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from accounts.querysets import in_good_standing, seen_by
from config.lib.viewer import Viewer

if TYPE_CHECKING:
    from social.models import Follow, Mute  # noqa: F401 -- named in strings below

SIDES = ("follower", "followed")
BOTH_STAND = in_good_standing("follower__") & in_good_standing("followed__")


class FollowQuerySet(QuerySet["Follow"]):
    def visible_to(self, viewer: Viewer, *, sides: Collection[str] = SIDES) -> "FollowQuerySet":
        """The follows between people both of whom the viewer may see.

        Where one of them is a single person whom the viewer was found to see, `sides` names the other one alone. Asked
        about one person again for each of a hundred thousand rows, PostgreSQL takes hardly any for left over, and reads
        and sorts them all for a page.
        """
        return self.filter(*(seen_by(viewer, f"{side}__") for side in sides))

    def between(self, *, follower_id: int, followed_id: int) -> "FollowQuerySet":
        """The one row of these two, if there is one."""
        return self.filter(follower_id=follower_id, followed_id=followed_id)

    def of(self, user_id: int) -> "FollowQuerySet":
        """Whom the person follows, and who follows them."""
        return self.filter(Q(follower_id=user_id) | Q(followed_id=user_id))

    def miscounted(self) -> "FollowQuerySet":
        """Counted though one of the two is in no good standing, or not counted though both are."""
        return self.filter(Q(BOTH_STAND, is_counted=False) | Q(~BOTH_STAND, is_counted=True))


class MuteQuerySet(QuerySet["Mute"]):
    def visible_to(self, viewer: Viewer) -> "MuteQuerySet":
        """The viewer's own; of people who are to be seen no longer nothing is told, though the mute stays."""
        return self.filter(seen_by(viewer, "muted__"), muter_id=viewer.user_id)
