from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import services
from accounts.cards import own_account
from accounts.leaving import services as leaving_services
from accounts.leaving.cards import erasure_card
from accounts.leaving.serializers import Confirmation, Erasure
from accounts.models import User
from accounts.serializers import OwnAccount, ProfileWrite, UsernameWrite
from accounts.viewsets.answers import without_cookies
from config.lib.permissions import any_person
from config.lib.scopes import Scope
from config.lib.viewsets import ApiViewSet


class MeViewSet(ApiViewSet):
    """One's own account."""

    scopes = {"retrieve": Scope.READ, "partial_update": Scope.WRITE}
    policies = {"partial_update": any_person, "change_username": any_person, "destroy": any_person}
    problems = {
        "partial_update": (services.ArtistsStay,),
        "change_username": (services.UsernameUnavailable, services.UsernameChangedOften),
        "destroy": (
            leaving_services.ConfirmationFailed,
            leaving_services.LastSuperuser,
            leaving_services.StaffStays,
            leaving_services.StillOwner,
        ),
    }
    confirmed_actions = frozenset({"destroy"})

    @extend_schema(responses=OwnAccount)
    def retrieve(self, request: Request) -> Response:
        """The signed-in person's account."""
        return self.account(request.user)

    @extend_schema(request=ProfileWrite, responses=OwnAccount)
    def partial_update(self, request: Request) -> Response:
        """Change what is sent and nothing else. Listeners become artists at any time, and stay it."""
        return self.account(services.update_profile(user=request.user, changes=self.checked(ProfileWrite)))

    @extend_schema(request=UsernameWrite, responses=OwnAccount)
    def change_username(self, request: Request) -> Response:
        """Take another name, twice in thirty days at most. The one before stays reserved and goes on leading here."""
        body = self.checked(UsernameWrite)
        return self.account(services.change_username(user=request.user, **body, at=timezone.now()))

    @extend_schema(request=Confirmation, responses={202: Erasure})
    def destroy(self, request: Request) -> Response:
        """Leave: at once nobody sees what is yours, and every device is signed out; after thirty days all of it goes.

        To sign in until then cancels it. Confirm with the password or, without one, with a mailed code
        (`POST me/deletion-code/`).
        """
        erasure = leaving_services.leave(
            request=request._request,  # noqa: SLF001 -- DRF's own way to the Django request
            user=request.user,
            **self.checked(Confirmation),
            at=timezone.now(),
        )
        answer = Response(erasure_card(erasure), status=202, headers={"Cache-Control": "no-store"})
        return without_cookies(answer)

    def account(self, user: User) -> Response:
        """What the person reads of themselves."""
        return Response(own_account(user), headers={"Cache-Control": "no-store"})
