"""The site of the admin: behind the password, a second factor.

Who has a factor is asked for a code after the password; this browser's session remembers which factor answered. Staff
without one are led to set one up and refused everything else, unless ADMIN_SECOND_FACTOR is `optional` (development).
"""

import time
from enum import Enum, auto
from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth import logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.cache import never_cache

from accounts import services
from accounts.models import User
from accounts.queries import second_factor_id
from accounts.services.presence import FRESH
from config.lib.limits.forms import limited_form

PASSED, SIGNED_IN_AT = "second_factor", "signed_in_at"


class Gate(Enum):
    """What stands between staff who have given their password and the admin."""

    OPEN = auto()
    ASKS = auto()
    WANTS_ONE = auto()


def gate_for(request: HttpRequest) -> Gate:
    """The gate as this browser finds it."""
    factor = second_factor_id(staff_of(request).pk)
    if factor is None:
        return Gate.WANTS_ONE if settings.ADMIN_SECOND_FACTOR == "required" else Gate.OPEN
    return Gate.OPEN if request.session.get(PASSED) == factor else Gate.ASKS


def staff_of(request: HttpRequest) -> User:
    """Who gave the password; for those whom AdminSite.has_permission lets pass."""
    if not isinstance(request.user, User):
        raise TypeError("nobody is signed in")
    return request.user


def wanted_path(request: HttpRequest) -> str:
    """Where to go afterwards: `next`, if it stays on this site."""
    place = request.GET.get("next", "")
    stays = place.startswith("/") and url_has_allowed_host_and_scheme(place, allowed_hosts=None)
    return place if stays else reverse("admin:index")


class StaffSite(AdminSite):
    """Django's admin, whose every page asks `has_permission`."""

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and gate_for(request) is Gate.OPEN

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Signing out stands before Django's own, which does nothing for those who have given the password alone."""
        return [
            path("logout/", never_cache(self.logout), name="logout"),
            path("second-factor/", never_cache(limited_form(self.second_factor)), name="second_factor"),
            *super().get_urls(),
        ]

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:  # type: ignore[override]  # the stub knows one kind of answer
        if request.method == "GET" and super().has_permission(request) and gate_for(request) is not Gate.OPEN:
            return redirect(f"{reverse('admin:second_factor')}?{urlencode({'next': wanted_path(request)})}")
        answer = super().login(request, extra_context)
        if request.method == "POST" and answer.status_code == 302:
            request.session[SIGNED_IN_AT] = time.time()
        return answer

    def second_factor(self, request: HttpRequest) -> HttpResponseBase:
        """The page that asks for a code, or sets a factor up."""
        if not super().has_permission(request):
            return redirect("admin:login")
        if gate_for(request) is Gate.ASKS:
            return self.ask(request)
        if second_factor_id(staff_of(request).pk):
            return self.page(request, state="on")
        return self.set_up(request)

    def ask(self, request: HttpRequest) -> HttpResponseBase:
        """After the password: a code. Attempts count as attempts at a password do; raises Throttled."""
        if request.method != "POST":
            return self.page(request, state="ask")
        user = staff_of(request)
        try:
            services.pass_second_factor(request=request, user=user, otp=request.POST.get("otp"), at=timezone.now())
        except (services.OtpRequired, services.OtpInvalid) as error:
            return self.page(request, state="ask", reason=str(error), status=403)
        request.session.cycle_key()
        request.session[PASSED] = second_factor_id(user.pk)
        return redirect(wanted_path(request))

    def set_up(self, request: HttpRequest) -> HttpResponseBase:
        """A secret, then a first code of it; only in the minutes after the password was given."""
        if time.time() - request.session.get(SIGNED_IN_AT, 0) > FRESH.total_seconds():
            logout(request)
            return redirect(f"{reverse('admin:login')}?{urlencode({'next': reverse('admin:second_factor')})}")
        if "otp" in request.POST:
            return self.confirm(request)
        if request.method == "POST":
            draft = services.draft_totp(user=staff_of(request), at=timezone.now())
            return self.page(request, state="draft", draft=draft)
        return self.page(request, state="begin")

    def confirm(self, request: HttpRequest) -> HttpResponseBase:
        """The first code. Other devices are signed out; this browser stays."""
        user, at = staff_of(request), timezone.now()
        try:
            codes = services.add_second_factor(user=user, otp=request.POST["otp"], at=at)
        except services.OtpInvalid as error:
            draft = services.draft_of(user=user, at=at)
            return self.page(request, state="draft", draft=draft, reason=str(error), status=403)
        except (services.SecondFactorNotBegun, services.SecondFactorOn) as error:
            return self.page(request, state="begin", reason=str(error), status=error.status)
        user.refresh_from_db()
        update_session_auth_hash(request, user)
        request.session[PASSED] = second_factor_id(user.pk)
        return self.page(request, state="done", codes=codes)

    def page(self, request: HttpRequest, *, state: str, status: int = 200, **context: Any) -> HttpResponse:
        """The page in one of its states, kept by nobody."""
        head = {**self.each_context(request), "title": "Second factor", "wanted": wanted_path(request)}
        return TemplateResponse(request, "admin/second_factor.html", {**head, "state": state, **context}, status=status)
