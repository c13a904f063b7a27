from typing import ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import services
from accounts.cards import own_account
from accounts.choices import Slot
from accounts.models import User
from accounts.serializers import OwnAccount
from config.lib.limits.budgets import UPLOADS
from config.lib.permissions import any_person
from config.lib.pictures.images import PictureRefused
from config.lib.pictures.serializers import ImageForm
from config.lib.pictures.taking import PictureBusy
from config.lib.scopes import Scope
from config.lib.viewsets import ApiViewSet


class OwnPictureViewSet(ApiViewSet):
    """A picture of oneself."""

    slot: ClassVar[Slot]
    parser_classes = (MultiPartParser,)
    scopes = {"update": Scope.WRITE, "destroy": Scope.WRITE}
    policies = {"update": any_person, "destroy": any_person}
    budgets = {"update": UPLOADS}
    problems = {"update": (PictureRefused, PictureBusy)}

    @extend_schema(request={"multipart/form-data": ImageForm}, responses=OwnAccount)
    def update(self, request: Request) -> Response:
        """Let a picture be it. It is turned upright, stripped of what it tells of place and camera, brought to sRGB and
        stored in three sizes; the addresses of an older one open nothing any more."""
        account = services.set_picture(user=request.user, slot=self.slot, **self.checked(ImageForm), at=timezone.now())
        return Response(own_account(account), headers={"Cache-Control": "no-store"})

    @extend_schema(responses={204: None})
    def destroy(self, request: Request) -> Response:
        """Have none. Twice is once."""
        services.remove_picture(user=request.user, slot=self.slot)
        return Response(status=204)

    def handle_exception(self, exc: Exception) -> Response:
        """Whoever was suspended, or left, while the picture was decoded is not signed in any more."""
        return super().handle_exception(AuthenticationFailed() if isinstance(exc, User.DoesNotExist) else exc)


class AvatarViewSet(OwnPictureViewSet):
    """The picture beside one's name."""

    slot = Slot.AVATAR


class HeaderViewSet(OwnPictureViewSet):
    """The picture above one's profile."""

    slot = Slot.HEADER
