"""Endpoints that make a row and then answer, or fail, as they are told; for tests of what may be sent twice."""

import hashlib
import uuid
from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import Group
from django.db import connection
from django.http import HttpResponse
from django.urls import path
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from config.lib.permissions import any_person
from config.lib.viewsets import ApiViewSet
from config.tests.lib.probes import TeapotRefused
from config.urls import handler400, handler403, handler404, handler500
from config.urls import urlpatterns as real_patterns

__all__ = ["handler400", "handler403", "handler404", "handler500"]

GROUPS, OPEN, FORMS = "/api/probe/groups/", "/api/probe/open-groups/", "/api/probe/group-forms/"


def answer(group: Group) -> Response:
    return Response({"name": group.name}, status=201, headers={"Location": f"{GROUPS}{group.pk}/"})


def nothing(group: Group) -> Response:
    return Response(status=204)


def plain(group: Group) -> HttpResponse:
    return HttpResponse(group.name, status=202, content_type="text/plain", headers={"Cache-Control": "private"})


def refuse(group: Group) -> Response:
    raise TeapotRefused(vessel=group.name)


def problem(group: Group) -> Response:
    return Response({"code": "no"}, status=422)


def elsewhere(group: Group) -> Response:
    return Response(status=303, headers={"Location": GROUPS})


def crash(group: Group) -> Response:
    raise ZeroDivisionError


def unreadable(group: Group) -> Response:
    return Response({1: "JSON has no numbers for keys"}, status=201)


def secret(group: Group) -> Response:
    return Response({"token": group.name}, status=201, headers={"Cache-Control": "private, no-store"})


def cookie(group: Group) -> Response:
    response = Response(status=201)
    response.set_cookie("group", group.name)
    return response


def patience(group: Group) -> Response:
    """How long PostgreSQL lets this transaction be idle."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW idle_in_transaction_session_timeout")
        return Response(cursor.fetchone()[0], status=201)


MADE: tuple[Callable[[Group], HttpResponse], ...] = (answer, nothing, plain, patience)
REFUSED = (refuse, problem, elsewhere)
BROKEN = (crash, unreadable, secret, cookie)
WAYS = {way.__name__: way for way in (*MADE, *REFUSED, *BROKEN)}


class GroupViewSet(ApiViewSet):
    policies = {"create": any_person}
    problems = {"create": (TeapotRefused,)}
    repeatable_actions = frozenset({"create"})
    query_words = {"create": frozenset({"colour"})}

    def create(self, request: Request, **_: Any) -> HttpResponse:
        return WAYS[request.data.get("then", "refuse")](Group.objects.create(name=uuid.uuid4().hex))


class OpenGroupViewSet(GroupViewSet):
    policies = {}
    open_actions = frozenset({"create"})


class GroupFormViewSet(GroupViewSet):
    parser_classes = [MultiPartParser]

    def create(self, request: Request, **_: Any) -> HttpResponse:
        group = Group.objects.create(name=uuid.uuid4().hex)
        digest = hashlib.sha256(request.data["picture"].read()).hexdigest()
        return Response({"name": group.name, "sha256": digest}, status=201)


urlpatterns = [
    path("api/probe/groups/", GroupViewSet.as_view({"post": "create"})),
    path("api/probe/groups/<int:pk>/", GroupViewSet.as_view({"post": "create"})),
    path("api/probe/open-groups/", OpenGroupViewSet.as_view({"post": "create"})),
    path("api/probe/group-forms/", GroupFormViewSet.as_view({"post": "create"})),
    *real_patterns,
]
