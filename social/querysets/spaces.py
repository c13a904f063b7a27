from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Case, CharField, F, FilteredRelation, Q, QuerySet, Value, When

from accounts.querysets import in_good_standing, seen_by
from config.lib.viewer import Viewer
from social.choices import SpaceRole, roles_from

if TYPE_CHECKING:
    from social.models import Space, SpaceInvitation, SpaceMember  # noqa: F401 -- named in strings below

ADMINS = roles_from(SpaceRole.ADMIN)
# Roles by their rank, for the database to compare.
RANK = Case(*[When(role=role, then=Value(role.rank)) for role in SpaceRole])


class SpaceQuerySet(QuerySet["Space"]):
    def visible_to(self, viewer: Viewer) -> "SpaceQuerySet":
        """The spaces that the viewer is in; each row says as what (`viewer_role`)."""
        if viewer.user_id is None:
            return self.none()
        mine = FilteredRelation("members", condition=Q(members__person_id=viewer.user_id))
        found = self.alias(mine=mine).filter(mine__isnull=False)
        return found.annotate(viewer_role=F("mine__role"))  # type: ignore[no-redef]  # the class says what others have


class SpaceMemberQuerySet(QuerySet["SpaceMember"]):
    def visible_to(self, viewer: Viewer) -> "SpaceMemberQuerySet":
        """Who is in the spaces that the viewer is in. Blocks part nobody there: people who share work see each other.

        Of people in no good standing nothing is told.
        """
        mine = self.model.objects.filter(person_id=viewer.user_id).values("space_id")
        return self.filter(in_good_standing("person__"), space_id__in=mine)

    def owners(self) -> "SpaceMemberQuerySet":
        """The owners, those of the longest standing first."""
        return self.filter(role=SpaceRole.OWNER).order_by("role_since", "pk")

    def acting_owners(self) -> "SpaceMemberQuerySet":
        """The owners in good standing: of whom one at least is to be left."""
        return self.filter(in_good_standing("person__"), role=SpaceRole.OWNER)

    def heirs(self) -> "SpaceMemberQuerySet":
        """Who would own the space next: of the highest role, then of the longest standing; who can act goes first."""
        acts = Case(When(in_good_standing("person__"), then=Value(0)), default=Value(1))
        return self.alias(acts=acts, rank=RANK).order_by("acts", "-rank", "role_since", "pk")


class SpaceInvitationQuerySet(QuerySet["SpaceInvitation"]):
    def good(self, *, at: datetime) -> "SpaceInvitationQuerySet":
        """Invitations that can still be accepted."""
        return self.filter(expires_at__gt=at)

    def over(self, *, at: datetime) -> "SpaceInvitationQuerySet":
        """Invitations that nobody answered in time."""
        return self.filter(expires_at__lte=at)

    def visible_to(self, viewer: Viewer) -> "SpaceInvitationQuerySet":
        """Those of the spaces that the viewer manages, and those addressed to the viewer. Each row says what the viewer
        is in its space (`viewer_role`), if anything."""
        mine = FilteredRelation("space__members", condition=Q(space__members__person_id=viewer.user_id))
        rows = self.alias(mine=mine).annotate(viewer_role=F("mine__role"))
        return rows.filter(Q(mine__role__in=ADMINS) | Q(pk__in=self.addressed_to(viewer).values("pk")))

    def addressed_to(self, viewer: Viewer) -> "SpaceInvitationQuerySet":
        """Those to the viewer, by name or to the address that they have confirmed, from people whom they see."""
        if viewer.user_id is None:
            return self.none()
        return self.filter(to_person(viewer.user), seen_by(viewer, "made_by__"))


def to_person(user: Any) -> Q:
    """The condition that an invitation names this person, or the address that they have confirmed."""
    named = Q(invitee_id=user.pk)
    return named | Q(email=user.email.lower()) if user.email and user.verified_at else named


NO_ROLE = Value(None, output_field=CharField(null=True))
