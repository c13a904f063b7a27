"""Shared workspaces and who is in them."""

import re
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.queries import find_user, named
from accounts.viewsets.lookup import USER
from config.lib.pagination import NewestFirst
from config.lib.permissions import any_person
from config.lib.scopes import Scope
from config.lib.viewsets import VisibleViewSet
from social import services
from social.cards import MEMBER_CARD_COLUMNS, SPACE_CARD_COLUMNS, member_card, space_card
from social.choices import SpaceRole
from social.models import Space, SpaceMember
from social.policies import can_delete_space, can_edit_space, is_member
from social.serializers import MemberCard, MemberWrite, SpaceCard, SpaceChange, SpaceWrite

ANOTHER_SPACE = re.compile(r"space:([0-9]{1,18})\Z")
TRANSFER_TO = OpenApiParameter(
    "transfer_to",
    str,
    description="Who gets what it holds: one of its owners by id or username, or `space:<id>`, a space in which the "
    "caller is an admin or an owner.",
)


class InSpaceViewSet(VisibleViewSet):
    """What happens in a space, which who is not in it cannot tell from one that never was."""

    lookup_url_kwarg = "space"
    pagination_class = NewestFirst

    def space(self) -> Space:
        """The space that the path names, if the caller may do this there; raises Http404, PermissionDenied."""
        found = Space.objects.visible_to(self.viewer).filter(pk=self.kwargs["space"]).first()
        if found is None:
            raise Http404
        self.check_object_permissions(self.request, found)
        return found

    def handle_exception(self, exc: Exception) -> Response:
        """What went, or who left, between looking and locking is absent like anything else."""
        return super().handle_exception(Http404() if isinstance(exc, ObjectDoesNotExist) else exc)


class SpaceViewSet(InSpaceViewSet):
    """The spaces that one is in."""

    queryset = Space.objects.all()
    serializer_class = SpaceCard
    repeatable_actions = frozenset({"create"})
    query_words = {"destroy": frozenset({"transfer_to"})}
    scopes = {
        **dict.fromkeys(("list", "retrieve"), Scope.READ),
        **dict.fromkeys(("create", "partial_update"), Scope.WRITE),
    }
    policies = {"create": any_person, "partial_update": can_edit_space, "destroy": can_delete_space}
    problems = {
        "create": (services.TooManySpaces,),
        "partial_update": (services.RoleTooLow,),
        "destroy": (
            services.RoleTooLow,
            services.SpaceHoldsThings,
            services.TransferRefused,
            services.SpaceOverQuota,
        ),
    }

    def representation(self, space_id: int) -> dict[str, Any]:
        """The space as the caller reads it; raises Http404."""
        row = self.get_queryset().filter(pk=space_id).values(*SPACE_CARD_COLUMNS).first()
        if row is None:
            raise Http404
        return space_card(row)

    @extend_schema(responses=SpaceCard(many=True))
    def list(self, request: Request) -> Response:
        """The spaces that the caller is in, the newest first."""
        rows = self.paginate_queryset(self.get_queryset().values(*SPACE_CARD_COLUMNS))
        return self.get_paginated_response([space_card(row) for row in rows or []])

    @extend_schema(request=SpaceWrite, responses={201: SpaceCard})
    def create(self, request: Request) -> Response:
        """Make a space, and own it."""
        space = services.create_space(owner=request.user, **self.checked(SpaceWrite), at=timezone.now())
        body = self.representation(space.pk)
        return Response(body, status=201, headers={"Location": f"/api/v1/spaces/{space.pk}/"})

    @extend_schema(responses=SpaceCard)
    def retrieve(self, request: Request, space: str) -> Response:
        """A space, for its members."""
        return Response(self.representation(int(space)))

    @extend_schema(request=SpaceChange, responses=SpaceCard)
    def partial_update(self, request: Request, space: str) -> Response:
        """Change what is sent and nothing else; for admins and owners."""
        found = self.space()
        services.update_space(space=found, by=request.user, changes=self.checked(SpaceChange), at=timezone.now())
        return Response(self.representation(found.pk))

    @extend_schema(responses={204: None}, parameters=[TRANSFER_TO])
    def destroy(self, request: Request, space: str) -> Response:
        """Delete a space; for its owners. What it holds, in the trash too, goes where `transfer_to` says, all of it or
        nothing, and counts against that plan; without `transfer_to` only an empty space goes."""
        found = self.space()
        services.delete_space(space=found, by=request.user, to=self.destination(), at=timezone.now())
        return Response(status=204)

    def destination(self) -> services.Destination | None:
        """Where the query wants the things of the space to go; raises TransferRefused."""
        word = self.request.query_params.get("transfer_to")
        if word is None:
            return None
        other = ANOTHER_SPACE.match(word)
        if other:
            return services.Destination(space_id=int(other[1]))
        person = find_user(word, viewer=self.viewer)
        if person is None:
            raise services.TransferRefused
        return services.Destination(person_id=person.pk)


class SpaceMemberViewSet(InSpaceViewSet):
    """Who is in a space. Who lets others in, or shows them out, does it in person: no token of a program may."""

    queryset = SpaceMember.objects.all()
    serializer_class = MemberCard
    scopes = {"list": Scope.READ}
    policies = {"partial_update": is_member, "destroy": is_member}
    problems = dict.fromkeys(
        ("partial_update", "destroy"), (services.RoleTooLow, services.LastOwner, services.SpaceOverQuota)
    )

    @extend_schema(responses=MemberCard(many=True))
    def list(self, request: Request, space: str) -> Response:
        """Who is in the space, and as what; whoever came last first."""
        rows = self.get_queryset().filter(space=self.space()).values(*MEMBER_CARD_COLUMNS)
        return self.get_paginated_response([member_card(row) for row in self.paginate_queryset(rows) or []])

    @extend_schema(request=MemberWrite, responses=MemberCard, parameters=[USER])
    def partial_update(self, request: Request, space: str, user: str) -> Response:
        """Let a member be something else: owners say it of everybody, admins of those below them, and nobody raises
        themselves. A space is handed over by making somebody an owner, and being less oneself."""
        found, person = self.space(), self.person(user)
        role = SpaceRole(self.checked(MemberWrite)["role"])
        services.change_role(space=found, by=request.user, person=person, role=role, at=timezone.now())
        row = self.get_queryset().filter(space=found, person=person).values(*MEMBER_CARD_COLUMNS).first()
        if row is None:
            raise Http404
        return Response(member_card(row))

    @extend_schema(responses={204: None}, parameters=[USER])
    def destroy(self, request: Request, space: str, user: str) -> Response:
        """Leave the space, or show somebody out. What they brought stays, and is its owner's."""
        found, person = self.space(), self.person(user)
        services.remove_member(space=found, by=request.user, person=person, at=timezone.now())
        return Response(status=204)

    def person(self, name_or_id: str) -> User:
        """A member by id or name; raises Http404."""
        members = self.get_queryset().filter(named(name_or_id, prefix="person__"), space=self.kwargs["space"])
        member = members.select_related("person").first()
        if member is None:
            raise Http404
        person: User = member.person
        return person
