"""Pages about one's own account: for the signed in, and kept by nobody on the way."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.authentication import session_from_cookie
from accounts.models import Session
from config.composed.pages import page
from config.lib.viewer import Viewer


def own_page(request: HttpRequest, template: str, context_of: Callable[[Session], dict[str, Any]]) -> HttpResponse:
    """The page with what `context_of` finds for the session; who is not signed in is led to the log-in and back."""
    session = session_from_cookie(request)
    if session is None:
        return redirect(f"{reverse('login-page')}?{urlencode({'next': request.path})}")
    response = page(request, template, context_of(session), viewer=Viewer(user=session.user))
    response["Cache-Control"] = "private, no-store"
    return response
