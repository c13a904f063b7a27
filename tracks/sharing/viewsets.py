from typing import Any, ClassVar

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from config.lib.pagination import NewestFirst
from config.lib.permissions import any_person
from config.lib.scopes import Scope
from config.lib.viewer import Viewer
from config.lib.viewsets import ApiViewSet, VisibleViewSet
from social.services import RoleTooLow
from tracks.models import Track
from tracks.policies import can_edit_track
from tracks.sharing import services
from tracks.sharing.cards import share_link_card
from tracks.sharing.kinds import Kind
from tracks.sharing.of_tracks import TRACK
from tracks.sharing.queries import ShareLinkAbsent, ShareLinkExpired, ShareLinkUsedUp, find_own
from tracks.sharing.serializers import ShareLinkCard, ShareLinkOpened, ShareLinkOpening, ShareLinkWrite

SECRETS = {"Cache-Control": "no-store"}


def absent(exc: Exception) -> Exception:
    """What the caller may not know of is a 404, and so is what went between looking and locking."""
    return Http404() if isinstance(exc, ShareLinkAbsent | ObjectDoesNotExist) else exc


class ShareLinksViewSet(VisibleViewSet):
    """The links to one thing. A noun that can be shared is a subclass with its `queryset`, `kind` and `policies`."""

    kind: ClassVar[Kind]
    serializer_class = ShareLinkCard
    pagination_class = NewestFirst
    scopes = {"list": Scope.READ, "create": Scope.WRITE}
    problems = {"create": (services.ExpiryNotAhead, services.TooManyShareLinks, RoleTooLow)}

    def handle_exception(self, exc: Exception) -> Response:
        return super().handle_exception(absent(exc))

    def page(self) -> Response:
        """One page of the thing's links, for whoever may edit it."""
        links = self.kind.links.objects.filter(**{self.kind.thing: self.get_object()})
        rows = self.paginate_queryset(links.for_card())
        answer = self.get_paginated_response([share_link_card(row) for row in rows or []])
        answer["Cache-Control"] = SECRETS["Cache-Control"]
        return answer

    def make(self, request: Request) -> Response:
        """A link to the thing, as the body wishes it."""
        thing, wish = self.get_object(), services.Wish(**self.checked(ShareLinkWrite))
        link = services.make_share_link(kind=self.kind, thing=thing, by=request.user, wish=wish, at=timezone.now())
        return Response(share_link_card(vars(link)), status=201, headers=SECRETS)


class TrackShareLinksViewSet(ShareLinksViewSet):
    """The links to a track."""

    kind = TRACK
    queryset = Track.objects.all()
    lookup_url_kwarg = "track"
    policies: ClassVar[Any] = {"list": can_edit_track, "create": can_edit_track}

    @extend_schema(responses=ShareLinkCard(many=True))
    def list(self, request: Request, track: str) -> Response:
        """The links to a track, the newest first; only those see them who may edit it."""
        return self.page()

    @extend_schema(request=ShareLinkWrite, responses={201: ShareLinkCard})
    def create(self, request: Request, track: str) -> Response:
        """Make a link that opens the track, whatever its visibility, until it ends, was opened `max_uses` times, or is
        deleted. A hundred to a track at most."""
        return self.make(request)


class ShareLinkViewSet(ApiViewSet):
    """Links of every kind: to open one, and to take one back."""

    open_actions = frozenset({"open"})
    finding_actions = frozenset({"open"})
    scopes = {"open": Scope.WRITE, "destroy": Scope.WRITE}
    policies = {"destroy": any_person}
    problems = {
        "open": (ShareLinkExpired, ShareLinkUsedUp, services.PasswordRequired, services.LinkPasswordWrong),
        "destroy": (RoleTooLow,),
    }

    def handle_exception(self, exc: Exception) -> Response:
        return super().handle_exception(absent(exc))

    @extend_schema(request=ShareLinkOpening, responses=ShareLinkOpened)
    def open(self, request: Request) -> Response:
        """Open a link: one of its uses is spent, and the answer holds what opens the thing for a day at most. A link
        that was deleted, or never was, is 404; one that is over or used up is 410."""
        opened = services.open_share_link(
            request._request,  # noqa: SLF001 -- DRF's own way to the Django request
            **self.checked(ShareLinkOpening),
            viewer=Viewer(user=request.user),
            at=timezone.now(),
        )
        return Response(vars(opened), headers=SECRETS)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, id: str) -> Response:  # noqa: A002 -- the contract's word
        """Delete a link. It, and whatever was opened by it, is over at once, streams in progress within seconds."""
        found, thing = find_own(int(id), viewer=Viewer(user=request.user))
        services.delete_share_link(found=found, thing=thing, by=request.user)
        return Response(status=204)
