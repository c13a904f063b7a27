from typing import Any

from django.http import QueryDict
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from billing.services import OverQuota
from config.lib.limits.budgets import UPLOADS
from config.lib.parsers import OrjsonParser
from tracks import services
from tracks.files.serializers import AudioForm, AudioFromUpload
from tracks.policies import can_edit_track
from tracks.serializers import TrackDetail
from tracks.uploads import services as upload_services
from tracks.uploads.part import UploadLocked
from tracks.viewsets import TrackListViewSet


class TrackAudioViewSet(TrackListViewSet):
    """The sound of a track."""

    lookup_url_kwarg = "track"
    parser_classes = (MultiPartParser, OrjsonParser)
    policies = {"update": can_edit_track}
    budgets = {"update": UPLOADS}
    problems = {
        "update": (
            services.AudioEmpty,
            services.AudioTooLarge,
            services.AudioHeld,
            OverQuota,
            upload_services.UploadIncomplete,
            upload_services.UploadOver,
            upload_services.UploadUsed,
            UploadLocked,
        )
    }

    @extend_schema(
        request={"application/json": AudioFromUpload, "multipart/form-data": AudioForm}, responses={202: TrackDetail}
    )
    def update(self, request: Request, track: str) -> Response:
        """Put another sound in the place of this one. Address, likes, comments and counts stay, and the old sound plays
        until the new one is ready (watch `processing/`). A file that fails leaves the old sound as it is, and
        `manage.failure` says why; a second replacement takes the place of one that still waits."""
        found = self.get_object()
        in_form = isinstance(request.data, QueryDict)
        serializer = (AudioForm if in_form else AudioFromUpload)(data=request.data)
        serializer.is_valid(raise_exception=True)
        self.replace(found, **serializer.validated_data)
        return Response(self.representation(found.pk), status=202)

    def replace(self, track: Any, *, audio: Any = None, upload_id: int = 0) -> None:
        """Queue the file of the form, or that of an upload."""
        at = timezone.now()
        if audio is not None:
            services.replace_audio(track=track, audio=audio, at=at)
        else:
            upload_services.replace_by_upload(track=track, upload=self.own_upload(upload_id), at=at)
