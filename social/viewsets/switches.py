"""What stands between the caller and somebody else: `PUT` makes it so, `DELETE` undoes it, and either twice is once."""

from typing import ClassVar

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.queries import find_user
from accounts.viewsets.lookup import USER, Find, person_named
from config.lib.permissions import any_person
from config.lib.scopes import Scope
from config.lib.viewsets import ApiViewSet
from social import services
from social.choices import MuteScope
from social.queries import find_blockable

NOTHING = {204: None}


class Switch(ApiViewSet):
    """Something between the caller and the person whom the path names, who may be absent."""

    scopes = {"switch_on": Scope.WRITE, "switch_off": Scope.WRITE}
    policies = {"switch_on": any_person, "switch_off": any_person}
    problems = {"switch_on": (services.SelfReference,), "switch_off": (services.SelfReference,)}
    finding_actions = frozenset({"switch_on", "switch_off"})

    find: ClassVar[Find] = staticmethod(find_user)

    def person(self, name_or_id: str) -> User:
        """Whom the path names; raises Http404."""
        return person_named(name_or_id, viewer=self.viewer, find=self.find)

    def handle_exception(self, exc: Exception) -> Response:
        """Who went out of sight between looking and locking is absent like anybody else."""
        return super().handle_exception(Http404() if isinstance(exc, User.DoesNotExist) else exc)


class FollowSwitch(Switch):
    """Following."""

    @extend_schema(request=None, responses=NOTHING, parameters=[USER])
    def switch_on(self, request: Request, user: str) -> Response:
        """Be shown what somebody does."""
        services.follow_user(follower=request.user, followed=self.person(user), at=timezone.now())
        return Response(status=204)

    @extend_schema(responses=NOTHING, parameters=[USER])
    def switch_off(self, request: Request, user: str) -> Response:
        """Be shown it no longer."""
        services.unfollow_user(follower=request.user, followed=self.person(user))
        return Response(status=204)


class BlockSwitch(Switch):
    """Blocking."""

    find = staticmethod(find_blockable)

    @extend_schema(request=None, responses=NOTHING, parameters=[USER])
    def switch_on(self, request: Request, user: str) -> Response:
        """Have nothing to do with somebody: neither sees the other anywhere, and follows both ways end."""
        services.block_user(blocker=request.user, blocked=self.person(user), at=timezone.now())
        return Response(status=204)

    @extend_schema(responses=NOTHING, parameters=[USER])
    def switch_off(self, request: Request, user: str) -> Response:
        """Take one's block back; the follows that it ended stay ended."""
        services.unblock_user(blocker=request.user, blocked=self.person(user))
        return Response(status=204)


class MuteSwitch(Switch):
    """Muting somebody wholly."""

    scope: ClassVar[MuteScope] = MuteScope.EVERYTHING

    @extend_schema(request=None, responses=NOTHING, parameters=[USER])
    def switch_on(self, request: Request, user: str) -> Response:
        """Be shown no more of somebody (`mute-reposts`: of what they repost), who does not learn of it."""
        muted = self.person(user)
        services.mute_user(muter=request.user, muted=muted, scope=self.scope, at=timezone.now())
        return Response(status=204)

    @extend_schema(responses=NOTHING, parameters=[USER])
    def switch_off(self, request: Request, user: str) -> Response:
        """Be shown it again."""
        services.unmute_user(muter=request.user, muted=self.person(user), scope=self.scope)
        return Response(status=204)


class MuteRepostsSwitch(MuteSwitch):
    """Muting what somebody reposts."""

    scope = MuteScope.REPOSTS
