"""Who is asked into a space, and what they answer."""

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.queries import find_user, named
from config.lib.limits.budgets import INVITATIONS
from config.lib.pagination import NewestFirst
from config.lib.permissions import any_person
from config.lib.scopes import Scope
from config.lib.viewsets import VisibleViewSet
from social import services
from social.cards import INVITATION_CARD_COLUMNS, SPACE_CARD_COLUMNS, invitation_card, space_card
from social.choices import SpaceRole
from social.models import Space, SpaceInvitation, SpaceMember
from social.policies import can_edit_space
from social.serializers import InvitationCard, InvitationWrite, SpaceCard
from social.viewsets.spaces import InSpaceViewSet

TOKEN = OpenApiParameter(
    "token", str, "path", description="What stands in the mailed link; or the id of an invitation to oneself."
)


class SpaceInvitationViewSet(InSpaceViewSet):
    """The invitations to a space that wait for an answer, for whoever manages it: programs let nobody in."""

    queryset = SpaceInvitation.objects.all()
    serializer_class = InvitationCard
    scopes = {"list": Scope.READ}
    repeatable_actions = frozenset({"create"})
    finding_actions = frozenset({"create"})
    budgets = {"create": INVITATIONS}
    policies = {"list": can_edit_space, "create": can_edit_space, "destroy": can_edit_space}
    problems = {
        "create": (services.RoleTooLow, services.AlreadyMember, services.TooManyInvitations),
        "destroy": (services.RoleTooLow,),
    }

    @extend_schema(responses=InvitationCard(many=True))
    def list(self, request: Request, space: str) -> Response:
        """The newest first; for admins and owners."""
        rows = self.get_queryset().filter(space=self.space()).good(at=timezone.now())
        page = self.paginate_queryset(rows.values(*INVITATION_CARD_COLUMNS))
        return self.get_paginated_response([invitation_card(row) for row in page or []])

    @extend_schema(request=InvitationWrite, responses={201: InvitationCard})
    def create(self, request: Request, space: str) -> Response:
        """Ask a person into the space, or whoever reads the mails to an address: a link is mailed, good once, for two
        weeks. Asking again replaces it. Admins ask for roles below theirs, owners for all but their own, which they
        hand over to members."""
        found, wish = self.space(), self.checked(InvitationWrite)
        role, at = SpaceRole(wish["role"]), timezone.now()
        if "email" in wish:
            made = services.invite_address(space=found, by=request.user, email=wish["email"], role=role, at=at)
        else:
            person = self.person(wish["username"], space=found)
            made = services.invite_person(space=found, by=request.user, person=person, role=role, at=at)
        row = self.get_queryset().filter(pk=made.pk).values(*INVITATION_CARD_COLUMNS).first()
        if row is None:
            raise Http404
        return Response(invitation_card(row), status=201)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, invitation: str) -> Response:
        """Take an invitation back: its link opens nothing any more."""
        found = self.get_queryset().filter(pk=invitation).first()
        if found is None:
            raise Http404
        self.check_object_permissions(request, found)
        services.revoke_invitation(invitation=found, by=request.user)
        return Response(status=204)

    def person(self, name_or_id: str, *, space: Space) -> User:
        """Whom the caller wants to ask. Members see each other whatever stands between them, and nobody else sees whom
        a block parts from them; raises Http404."""
        members = SpaceMember.objects.visible_to(self.viewer).filter(named(name_or_id, prefix="person__"), space=space)
        member = members.select_related("person").first()
        person = member.person if member else find_user(name_or_id, viewer=self.viewer)
        if person is None:
            raise Http404
        return person


class OwnInvitationViewSet(VisibleViewSet):
    """The invitations that one has got."""

    queryset = SpaceInvitation.objects.all()
    serializer_class = InvitationCard
    pagination_class = NewestFirst
    scopes = {"list": Scope.READ}
    policies = {"accept": any_person, "decline": any_person}
    problems = {
        "accept": (services.InvitationInvalid, services.AlreadyMember, services.TooManySpaces),
        "decline": (services.InvitationInvalid,),
    }

    @extend_schema(responses=InvitationCard(many=True))
    def list(self, request: Request) -> Response:
        """Those to the caller by name, and those to the address that they have confirmed; the newest first."""
        rows = self.get_queryset().addressed_to(self.viewer).good(at=timezone.now())
        page = self.paginate_queryset(rows.values(*INVITATION_CARD_COLUMNS))
        return self.get_paginated_response([invitation_card(row) for row in page or []])

    @extend_schema(request=None, responses={200: SpaceCard}, parameters=[TOKEN])
    def accept(self, request: Request, token: str) -> Response:
        """Come into the space. An invitation by name is for that person alone; one to an address is for whoever has its
        token, or has confirmed that address here. It is good once."""
        space = services.accept_invitation(word=token, user=request.user, at=timezone.now())
        row = Space.objects.visible_to(self.viewer).filter(pk=space.pk).values(*SPACE_CARD_COLUMNS).first()
        if row is None:
            raise Http404
        return Response(space_card(row))

    @extend_schema(request=None, responses={204: None}, parameters=[TOKEN])
    def decline(self, request: Request, token: str) -> Response:
        """Rather not; the invitation is over."""
        services.decline_invitation(word=token, user=request.user, at=timezone.now())
        return Response(status=204)
