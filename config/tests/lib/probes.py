"""Endpoints that exist for these tests alone: each answers with one kind of trouble, or lists people."""

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404
from django.http.multipartparser import MultiPartParserError
from django.urls import path
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from config.lib.errors import DomainError
from config.lib.limits import Throttled
from config.lib.pagination import CursorPages
from config.lib.viewsets import ApiViewSet, VisibleViewSet
from config.urls import handler400, handler403, handler404, handler500
from config.urls import urlpatterns as real_patterns

__all__ = ["handler400", "handler403", "handler404", "handler500"]


class TeapotRefused(DomainError):
    code = "teapot_refused"
    status = 418
    title = "The {vessel} is no pot for coffee."


class Credit(serializers.Serializer[Any]):
    name = serializers.CharField()


class AlbumWrite(serializers.Serializer[Any]):
    credits = Credit(many=True)
    tags = serializers.ListField(child=serializers.CharField(max_length=3))

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        raise serializers.ValidationError("An album needs a sound.", code="no_sound")


TROUBLE: dict[str, Exception] = {
    "django-404": Http404("a hidden thing"),
    "django-403": PermissionDenied("a secret reason"),
    "too-big": RequestDataTooBig(),
    "suspicious": SuspiciousOperation("an inner detail"),
    "multipart": MultiPartParserError("an inner detail"),
    "domain": TeapotRefused(vessel="kettle"),
    "database-away": OperationalError("an inner detail"),
    "connection-closed": InterfaceError("an inner detail"),
    "throttled": Throttled(retry_after_s=3, budget="reads"),
    "unforeseen": ZeroDivisionError("an inner detail"),
}


class TroubleViewSet(ApiViewSet):
    open_actions = frozenset({"trouble", "album", "form"})
    problems = {"trouble": (TeapotRefused,)}

    def trouble(self, request: Request, kind: str) -> Response:
        raise TROUBLE[kind]

    def album(self, request: Request) -> Response:
        AlbumWrite(data=request.data).is_valid(raise_exception=True)
        return Response()

    def unruled(self, request: Request) -> Response:
        return Response()


class FormViewSet(ApiViewSet):
    """Reads a form, and only a person's."""

    parser_classes = [MultiPartParser]
    policies = {"form": lambda user, obj: True}

    def form(self, request: Request) -> Response:
        return Response(sorted(request.data))


class PeoplePages(CursorPages):
    ordering = ("-created_at", "-id")
    orderings: ClassVar = {"created_at": ("created_at", "id"), "-username": ("-username",)}


class PersonCard(serializers.Serializer[Any]):
    username = serializers.CharField()


class PeopleViewSet(VisibleViewSet):
    queryset = User.objects.get_queryset()
    pagination_class = PeoplePages
    open_actions = frozenset({"list", "rows", "retrieve"})
    list_actions = frozenset({"list", "rows"})
    query_words = {"list": frozenset({"ordering", "city"}), "rows": frozenset({"ordering"})}
    policies = {"update": lambda user, person: user == person}

    def page(self, people: Any) -> Response:
        found = self.paginate_queryset(people)
        names = [row["username"] if isinstance(row, dict) else row.username for row in found or []]
        return self.get_paginated_response([{"username": name} for name in names])

    def list(self, request: Request) -> Response:
        city = request.query_params.get("city")
        return self.page(self.get_queryset().filter(**({"city": city} if city else {})))

    def rows(self, request: Request) -> Response:
        return self.page(self.get_queryset().values("id", "username", "created_at"))

    def retrieve(self, request: Request, pk: str) -> Response:
        return Response({"username": self.get_object().username})

    def update(self, request: Request, pk: str) -> Response:
        return self.retrieve(request, pk)

    def destroy(self, request: Request, pk: str) -> Response:
        return self.retrieve(request, pk)


def broken_page(request: Any, kind: str) -> Any:
    raise TROUBLE[kind]


urlpatterns = [
    path("api/probe/trouble/<str:kind>/", TroubleViewSet.as_view({"get": "trouble"})),
    path("api/probe/album/", TroubleViewSet.as_view({"post": "album"})),
    path("api/probe/unruled/", TroubleViewSet.as_view({"post": "unruled", "get": "unruled"})),
    path("api/probe/form/", FormViewSet.as_view({"post": "form"})),
    path("api/probe/people/", PeopleViewSet.as_view({"get": "list"})),
    path("api/probe/rows/", PeopleViewSet.as_view({"get": "rows"})),
    path(
        "api/probe/people/<str:pk>/", PeopleViewSet.as_view({"get": "retrieve", "put": "update", "delete": "destroy"})
    ),
    path("broken/<str:kind>/", broken_page),
    *real_patterns,
]
