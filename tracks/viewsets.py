from typing import Any, ClassVar

from django.http import Http404, HttpResponse, QueryDict
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.viewsets.lookup import USER, person_named
from billing.services import OverQuota
from config.lib.caching import cached_answer
from config.lib.filters import FilterBackend, narrows
from config.lib.kept import KeptList
from config.lib.limits.budgets import UPLOADS
from config.lib.pagination import LatestPublished, NewestFirst
from config.lib.parsers import OrjsonParser
from config.lib.permissions import any_person
from config.lib.pictures.images import PictureRefused
from config.lib.pictures.taking import PictureBusy
from config.lib.renderers import dumps
from config.lib.scopes import Scope
from config.lib.viewsets import OPENING, OPENING_WORDS, VisibleViewSet
from social.models import Space
from social.services import RoleTooLow, SpaceOverQuota
from tracks import queries, services
from tracks.audio.waveform import Waveform
from tracks.cards import track_card, track_detail, track_manage
from tracks.choices import Visibility
from tracks.filters import TrackFilter
from tracks.models import Sound, Track, Upload
from tracks.policies import can_edit_track, may_edit
from tracks.querysets import DETAIL_COLUMNS
from tracks.serializers import (
    SecretToken,
    Streams,
    Timeline,
    TrackCard,
    TrackDetail,
    TrackUpload,
    TrackWrite,
    WaveformJson,
    WaveformQuery,
)
from tracks.uploads import services as upload_services
from tracks.uploads.part import UploadLocked
from tracks.uploads.serializers import TrackFromUpload
from tracks.waveforms import draw

ORDERING = OpenApiParameter("ordering", str, enum=list(LatestPublished.orderings))
ABSENT = (Track.DoesNotExist, Space.DoesNotExist)


class TrackListViewSet(VisibleViewSet):
    """What all endpoints of tracks share."""

    queryset = Track.objects.all()
    serializer_class = TrackCard
    filter_backends: ClassVar[list[Any]] = [FilterBackend]
    filterset_class = TrackFilter

    def page(self, queryset: Any) -> Response:
        """One page of cards, narrowed by what the address says."""
        return self.cards(self.filter_queryset(queryset).for_card())

    def cards(self, rows: Any) -> Response:
        """One page of the cards of these rows."""
        return self.get_paginated_response([track_card(row) for row in self.paginate_queryset(rows) or []])

    def handle_exception(self, exc: Exception) -> Response:
        """A track that went to the trash between looking and locking is absent like any other, and so is a space that
        the caller is not in."""
        return super().handle_exception(Http404() if isinstance(exc, ABSENT) else exc)

    def representation(self, track_id: int) -> dict[str, Any]:
        """The track as the caller may read it; raises Http404."""
        row = self.get_queryset().filter(pk=track_id).values(*DETAIL_COLUMNS, "viewer_role").first()
        if row is None:
            raise Http404
        body = track_detail(row)
        said = {"owner_id": row["owner__id"], "space_id": row["space_id"], "role": row["viewer_role"]}
        if may_edit(self.request.user, **said):
            sound = Sound.objects.select_related("track__space").filter(track_id=track_id).order_by("-pk")[0]
            body["manage"] = track_manage(sound.track, sound)
        return body

    def own_upload(self, upload_id: int) -> Upload:
        """One of the caller's uploads; raises Http404."""
        upload = Upload.objects.visible_to(self.viewer).filter(pk=upload_id).first()
        if upload is None:
            raise Http404
        return upload


class TrackViewSet(TrackListViewSet):
    """Tracks: the public list, one of them, and what its owner does with it."""

    pagination_class = LatestPublished
    lookup_url_kwarg = "track"
    open_actions = frozenset({"list", "retrieve", "streams", "waveform"})
    repeatable_actions = frozenset({"create"})
    scopes = {
        **dict.fromkeys(("list", "retrieve", "processing", "streams", "waveform"), Scope.READ),
        **dict.fromkeys(
            ("partial_update", "destroy", "restore", "make_secret_token", "drop_secret_token"), Scope.WRITE
        ),
        "create": Scope.UPLOADS,
    }
    policies = {
        "create": any_person,
        "partial_update": can_edit_track,
        "destroy": can_edit_track,
        "restore": can_edit_track,
        "processing": can_edit_track,
        "make_secret_token": can_edit_track,
        "drop_secret_token": can_edit_track,
    }
    finding_actions = frozenset({"create"})
    moving: ClassVar[Any] = (services.PermalinkTaken, services.PermalinkReserved, OverQuota, SpaceOverQuota, RoleTooLow)
    problems = {
        "create": (
            services.AudioEmpty,
            services.AudioTooLarge,
            PictureRefused,
            PictureBusy,
            *moving,
            upload_services.UploadIncomplete,
            upload_services.UploadOver,
            upload_services.UploadUsed,
            UploadLocked,
        ),
        "partial_update": (*moving, services.NotBroughtByYou, services.PublishedAlready),
        "restore": (RoleTooLow,),
    }
    budgets = {"create": UPLOADS}
    query_words = {
        "list": frozenset({"ordering"}),
        "retrieve": OPENING_WORDS,
        "streams": OPENING_WORDS,
        "waveform": OPENING_WORDS | {"form", "points", "v"},
    }

    def get_parsers(self) -> list[Any]:
        """A track may come as a multipart form with its file; everything else is JSON."""
        verb = str(self.request.method).lower() if getattr(self, "request", None) else ""
        form = [MultiPartParser()] if self.action_map.get(verb) == "create" else []
        return [*form, OrjsonParser()]

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:  # noqa: FBT001, FBT002 -- DRF's
        """An image element asks for images alone; what the waveform answers with is said by `form`."""
        return super().perform_content_negotiation(request, force or self.action == "waveform")

    @extend_schema(responses=TrackCard(many=True), parameters=[ORDERING])
    def list(self, request: Request) -> Response:
        """Public tracks, latest first."""
        if narrows(request, self):
            return self.page(self.get_queryset().listed())
        return self.cards(KeptList(queries.listed_cards, self.viewer))

    @extend_schema(
        request={"application/json": TrackFromUpload, "multipart/form-data": TrackUpload}, responses={201: TrackDetail}
    )
    def create(self, request: Request) -> Response:
        """Make a track of a complete upload, or of a file in the form. The file is stored untouched and queued; watch
        `processing/` until it is ready. Of one upload one track is made: `upload_used` names it."""
        in_form = isinstance(request.data, QueryDict)
        details = self.checked(TrackUpload if in_form else TrackFromUpload)
        if in_form:
            files = {name: details.pop(name, None) for name in ("audio", "artwork")}
            track = services.upload_covered_track(owner=request.user, **files, details=details, at=timezone.now())
        else:
            upload = self.own_upload(details.pop("upload_id"))
            track = upload_services.finish_upload(upload=upload, details=details, at=timezone.now())
        return Response(self.representation(track.pk), status=201, headers={"Location": f"/api/v1/tracks/{track.pk}/"})

    @extend_schema(responses=TrackDetail, parameters=[*OPENING])
    def retrieve(self, request: Request, track: str) -> HttpResponse:
        """One track."""
        body = self.representation(int(track))
        return cached_answer(
            request, content=dumps(body), content_type="application/json", shared=self.is_for_everybody(body)
        )

    @extend_schema(request=TrackWrite, responses=TrackDetail)
    def partial_update(self, request: Request, track: str) -> Response:
        """Change what is sent and nothing else. `space_id` puts the track into a space, or takes it out: the caller is
        an editor on both sides, and from then on it counts against the plan of the new side."""
        found = self.get_object()
        changes = self.checked(TrackWrite)
        services.move_and_update(track=found, changes=changes, by=request.user, at=timezone.now())
        return Response(self.representation(found.pk))

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, track: str) -> Response:
        """Move the track to the trash."""
        services.trash_track(track=self.get_object(), at=timezone.now())
        return Response(status=204)

    @extend_schema(request=None, responses=TrackDetail)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, track: str) -> Response:
        """Bring the track back from the trash, as it was; one that is back already stays as it is."""
        thrown = queries.thrown_away(self.viewer).filter(pk=track).first()
        found = services.restore_track(track=thrown or self.get_object(), by=request.user, at=timezone.now())
        return Response(self.representation(found.pk))

    @extend_schema(responses=Timeline)
    @action(detail=True)
    def processing(self, request: Request, track: str) -> Response:
        """How far the upload is; only those see this who may edit the track."""
        timeline = queries.timeline(track=self.get_object(), at=timezone.now())
        return Response(timeline, headers={"Cache-Control": "no-store"})

    @extend_schema(responses=Streams, parameters=[*OPENING])
    @action(detail=True)
    def streams(self, request: Request, track: str) -> Response:
        """Addresses that play in a bare audio element, for as long as the track lasts and the right to hear it."""
        answer = queries.streams(track=self.get_object(), viewer=self.viewer, at=timezone.now())
        return Response(answer, headers={"Cache-Control": "no-store"})

    @extend_schema(
        parameters=[WaveformQuery, *OPENING],
        responses={
            (200, "application/json"): WaveformJson,
            (200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY),
            (200, "image/png"): OpenApiResponse(OpenApiTypes.BINARY),
            (200, "image/svg+xml"): OpenApiResponse(OpenApiTypes.STR),
        },
    )
    @action(detail=True)
    def waveform(self, request: Request, track: str) -> HttpResponse:
        """The peaks: as JSON, as audiowaveform's binary, or drawn."""
        found = self.get_object()
        query = WaveformQuery(
            data={name: request.query_params[name] for name in request.query_params if name not in OPENING_WORDS}
        )
        query.is_valid(raise_exception=True)
        dat = queries.waveform_dat(track=found)
        if dat is None:
            raise Http404
        waveform = Waveform.from_dat(dat).resampled(points=query.validated_data["points"])
        content, content_type = draw(waveform, form=query.validated_data["form"])
        versioned = query.validated_data.get("v") == str(found.sound_id)
        return cached_answer(
            request,
            content=content,
            content_type=content_type,
            shared=found.visibility == Visibility.PUBLIC and not request.user.is_authenticated,
            immutable=versioned,
        )

    @extend_schema(request=None, responses={200: SecretToken})
    @action(detail=True, methods=["post"], url_path="secret-token", url_name="secret-token")
    def make_secret_token(self, request: Request, track: str) -> Response:
        """Make or rotate the link that opens a private track; an older one opens nothing any more."""
        found = services.make_secret_token(track=self.get_object(), at=timezone.now())
        return Response({"secret_token": found.secret_token}, headers={"Cache-Control": "no-store"})

    @extend_schema(responses={204: None})
    @make_secret_token.mapping.delete
    def drop_secret_token(self, request: Request, track: str) -> Response:
        """Let no link open the track any more."""
        services.drop_secret_token(track=self.get_object(), at=timezone.now())
        return Response(status=204)

    def is_for_everybody(self, body: dict[str, Any]) -> bool:
        """Whether this answer may be kept by caches between us and the caller."""
        return body["visibility"] == Visibility.PUBLIC and "manage" not in body


class OwnTrackViewSet(TrackListViewSet):
    """One's own tracks, in every state."""

    scopes = {"list": Scope.READ}
    pagination_class = NewestFirst

    @extend_schema(responses=TrackCard(many=True))
    def list(self, request: Request) -> Response:
        """Newest first, whatever their state."""
        return self.page(self.get_queryset().owned_by(request.user))


class UserTrackViewSet(TrackListViewSet):
    """What somebody has published."""

    scopes = {"list": Scope.READ}
    pagination_class = LatestPublished
    open_actions = frozenset({"list"})
    query_words = {"list": frozenset({"ordering"})}

    @extend_schema(
        responses=TrackCard(many=True),
        parameters=[USER, ORDERING],
    )
    def list(self, request: Request, user: str) -> Response:
        """Somebody's public tracks, latest first."""
        person = person_named(user, viewer=self.viewer)
        return self.page(self.get_queryset().listed().owned_by(person))
