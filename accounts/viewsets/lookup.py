"""The person whom a path names, for the doors of every app."""

from typing import Protocol

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter

from accounts.models import User
from accounts.queries import find_user
from config.lib.viewer import Viewer

USER = OpenApiParameter("user", str, "path", description="An id or a username, an earlier one too.")


class Find(Protocol):
    """Looks for a person by id or name; None for whom the viewer is not to find."""

    def __call__(self, name_or_id: str, *, viewer: Viewer) -> User | None: ...


def person_named(name_or_id: str, *, viewer: Viewer, find: Find = find_user) -> User:
    """The person of that id or name; raises Http404."""
    found = find(name_or_id, viewer=viewer)
    if found is None:
        raise Http404
    return found
