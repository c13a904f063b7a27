from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from billing.services import OverQuota
from config.lib import bucket
from config.lib.bucket import PartOfUpload
from config.lib.limits.budgets import UPLOADS
from config.lib.permissions import any_person
from config.lib.scopes import Scope
from config.lib.viewsets import VisibleViewSet
from tracks.models import Upload
from tracks.services import AudioEmpty, AudioTooLarge
from tracks.uploads import services
from tracks.uploads.cards import upload_card
from tracks.uploads.choices import Protocol
from tracks.uploads.part import UploadLocked
from tracks.uploads.serializers import PartNumbers, SentParts, SignedParts, UploadCard, UploadWrite

FRESH = {"Cache-Control": "no-store"}


class UploadViewSet(VisibleViewSet):
    """Files on their way in; everybody sees their own. Bytes and offsets of tus are config/server/tus.py's."""

    queryset = Upload.objects.all()
    serializer_class = UploadCard
    lookup_url_kwarg = "upload"
    repeatable_actions = frozenset({"create"})
    budgets = {"create": UPLOADS}
    scopes = dict.fromkeys(("create", "retrieve", "destroy", "parts", "complete"), Scope.UPLOADS)
    # Whoever sees an upload owns it.
    policies = {"create": any_person, "destroy": any_person, "parts": any_person, "complete": any_person}
    problems = {
        "create": (AudioEmpty, AudioTooLarge, OverQuota, services.TooManyUploads),
        "destroy": (services.UploadOver, services.UploadUsed, UploadLocked),
        "parts": (
            services.UploadWrongProtocol,
            services.UploadOver,
            services.UploadComplete,
            services.PartsWrong,
            OverQuota,
        ),
        "complete": (
            services.UploadWrongProtocol,
            services.UploadOver,
            services.PartsWrong,
            services.UploadSizeWrong,
        ),
    }

    @extend_schema(request=UploadWrite, responses={201: UploadCard})
    def create(self, request: Request) -> Response:
        """Announce a file. Send its bytes by tus 1.0 to `url`, or, where `protocol` is `s3`, into the bucket; then
        `POST tracks/` with `upload_id`. tus clients may create by this path too (`Tus-Resumable`, `Upload-Length`)."""
        protocol = Protocol.S3 if bucket.is_on() else Protocol.TUS
        offer = services.Offer(**self.checked(UploadWrite))
        upload = services.open_upload(owner=request.user, offer=offer, protocol=protocol, at=timezone.now())
        return Response(upload_card(upload), status=201, headers={"Location": upload.path})

    @extend_schema(responses=UploadCard)
    def retrieve(self, request: Request, upload: str) -> Response:
        """How far an upload is. How many bytes have come by tus says `HEAD`."""
        return Response(upload_card(self.get_object()), headers=FRESH)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, upload: str) -> Response:
        """Cancel an upload: its bytes go. One that a track was made of stays."""
        services.cancel_upload(upload=self.get_object(), at=timezone.now())
        return Response(status=204)

    @extend_schema(request=PartNumbers, responses=SignedParts)
    @action(detail=True, methods=["post"])
    def parts(self, request: Request, upload: str) -> Response:
        """Addresses in the bucket, valid for an hour, each for the bytes of one part. Ask again for what was cut."""
        found = self.get_object()
        numbers = dict.fromkeys(self.checked(PartNumbers)["numbers"])
        signed = services.sign_parts(upload=found, numbers=numbers, at=timezone.now())
        return Response({"parts": [vars(part) for part in signed]}, headers=FRESH)

    @extend_schema(request=SentParts, responses=UploadCard)
    @action(detail=True, methods=["post"])
    def complete(self, request: Request, upload: str) -> Response:
        """All parts are in the bucket. Twice is once."""
        found = self.get_object()
        parts = [PartOfUpload(**part) for part in self.checked(SentParts)["parts"]]
        done = services.complete_direct(upload=found, parts=parts, at=timezone.now())
        return Response(upload_card(done), headers=FRESH)

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("sound")
