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
from config.lib.permissions import any_person
from config.lib.pictures.images import PictureRefused
from config.lib.pictures.serializers import ImageForm
from config.lib.pictures.taking import PictureBusy
from config.lib.scopes import Scope
from config.lib.viewsets import OPENING, OPENING_WORDS
from social.services import SpaceOverQuota
from tracks import services
from tracks.choices import Copy
from tracks.files.serializers import AudioForm, AudioFromUpload, Download, DownloadWrite
from tracks.policies import can_edit_track
from tracks.serializers import TrackDetail
from tracks.uploads import services as upload_services
from tracks.uploads.part import UploadLocked
from tracks.viewsets import TrackListViewSet


class TrackArtworkViewSet(TrackListViewSet):
    """The cover of a track."""

    lookup_url_kwarg = "track"
    parser_classes = (MultiPartParser,)
    scopes = {"update": Scope.WRITE, "destroy": Scope.WRITE}
    policies = {"update": can_edit_track, "destroy": can_edit_track}
    budgets = {"update": UPLOADS}
    problems = {"update": (PictureRefused, PictureBusy)}

    @extend_schema(request={"multipart/form-data": ImageForm}, responses=TrackDetail)
    def update(self, request: Request, track: str) -> Response:
        """Let a picture be the cover. It is turned upright, stripped of what it tells of place and camera, and stored
        in three sizes; the addresses of an older cover open nothing any more."""
        found = self.get_object()
        services.set_artwork(track=found, **self.checked(ImageForm), at=timezone.now())
        return Response(self.representation(found.pk))

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, track: str) -> Response:
        """Let the track have no cover."""
        services.remove_artwork(track=self.get_object(), at=timezone.now())
        return Response(status=204)


class TrackAudioViewSet(TrackListViewSet):
    """The sound of a track."""

    lookup_url_kwarg = "track"
    parser_classes = (MultiPartParser, OrjsonParser)
    scopes = {"update": Scope.UPLOADS}
    policies = {"update": can_edit_track}
    budgets = {"update": UPLOADS}
    problems = {
        "update": (
            services.AudioEmpty,
            services.AudioTooLarge,
            services.AudioHeld,
            OverQuota,
            SpaceOverQuota,
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
        self.replace(found, **self.checked(AudioForm if in_form else AudioFromUpload))
        return Response(self.representation(found.pk), status=202)

    def replace(self, track: Any, *, audio: Any = None, upload_id: int = 0) -> None:
        """Queue the file of the form, or that of an upload."""
        at = timezone.now()
        if audio is not None:
            services.replace_audio(track=track, audio=audio, at=at)
        else:
            upload_services.replace_by_upload(track=track, upload=self.own_upload(upload_id), at=at)


class TrackDownloadViewSet(TrackListViewSet):
    """A track as a file to keep."""

    lookup_url_kwarg = "track"
    scopes = {"create": Scope.READ}
    policies = {"create": any_person}  # whoever may open the track asks; what they may have depends on the copy
    query_words = {"create": OPENING_WORDS}
    problems = {
        "create": (services.NotDownloadable, services.NothingToDownload, services.OfflineNotIncluded, OverQuota)
    }

    @extend_schema(request=DownloadWrite, responses={201: Download}, parameters=[*OPENING])
    def create(self, request: Request, track: str) -> Response:
        """An address that hands out the file for an hour, and asks at every request whether that is still right.

        `original` is what was uploaded: for whoever may edit the track and, where it is `downloadable`, for whoever is
        signed in. `offline` is a rendition, for those whose plan has it. Downloads by others than those who may edit it
        count on the card and in the day's amount of the plan."""
        found = self.get_object()
        copy = Copy(self.checked(DownloadWrite)["copy"])
        download = services.take_download(track=found, viewer=self.viewer, copy=copy, at=timezone.now())
        return Response(vars(download), status=201, headers={"Cache-Control": "no-store"})
