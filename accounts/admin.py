from typing import Any

import allauth.account.admin  # noqa: F401 -- registers EmailAddress, whichever app is loaded first
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.admin.forms import AdminPasswordChangeForm
from django.contrib.auth import authenticate
from django.contrib.auth.views import PasswordChangeView
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils import timezone

from accounts import services
from accounts.models import Session, SocketTicket, User, UserCounts, UsernameClaim
from config.lib.admin import ReadOnlyAdmin

# allauth's own page would confirm an address behind the services' back.
admin.site.unregister(EmailAddress)


class StaffPasswordForm(AdminPasswordChangeForm):
    """Django's form, which would save the row itself and leave other devices signed in."""

    def clean_old_password(self) -> str:
        """Asked of the door that counts attempts: who has found an open admin must not guess here without end."""
        password: str = self.cleaned_data["old_password"]
        if authenticate(None, username=self.user.get_username(), password=password) != self.user:
            raise ValidationError(self.error_messages["password_incorrect"], code="password_incorrect")
        return password

    def save(self, commit: bool = True) -> User:  # noqa: FBT001, FBT002 -- Django's signature
        self.user = services.change_password(
            user=self.user, password=self.cleaned_data["new_password1"], at=timezone.now()
        )
        return self.user


class StaffPasswordView(PasswordChangeView):
    """The admin's page for one's own password; the sign-in of this browser to the admin stays."""

    form_class = StaffPasswordForm
    success_url = reverse_lazy("admin:password_change_done")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**admin.site.each_context(self.request), **super().get_context_data(**kwargs)}


class LivingFilter(admin.SimpleListFilter):
    """Devices that are signed in, or no longer."""

    title = "alive"
    parameter_name = "alive"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Yes"), ("no", "No")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Session]) -> QuerySet[Session]:
        return queryset.filter(is_alive=self.value() == "yes") if self.value() else queryset


class SessionInline(admin.TabularInline):  # type: ignore[type-arg]  # a class that is not generic at run time
    """Where a person is signed in now."""

    model = Session
    verbose_name_plural = "signed in"
    fields = ("user_agent", "address", "created_at", "used_at", "expires_at")
    ordering = ("-used_at",)
    can_delete = False
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Session]:
        return Session.objects.alive(at=timezone.now()).order_by(*self.ordering)

    def has_add_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    list_display = (
        "username",
        "email",
        "display_name",
        "role",
        "is_active",
        "suspended_until",
        "is_staff",
        "verified_at",
        "created_at",
    )
    list_filter = ("role", "is_active", "is_staff")
    search_fields = ("username__startswith", "email__startswith")
    ordering = ("-id",)
    exclude = ("password",)
    inlines = (SessionInline,)


@admin.register(UserCounts)
class UserCountsAdmin(ReadOnlyAdmin):
    list_display = ("user", "followers", "followings", "tracks", "playlists")
    list_select_related = ("user",)


@admin.register(UsernameClaim)
class UsernameClaimAdmin(ReadOnlyAdmin):
    list_display = ("name", "user", "expires_at")
    list_select_related = ("user",)
    search_fields = ("name__startswith",)


@admin.register(EmailAddress)
class EmailAddressAdmin(ReadOnlyAdmin):
    list_display = ("email", "user", "primary", "verified")
    list_filter = ("verified",)
    list_select_related = ("user",)
    search_fields = ("email__startswith",)


@admin.register(Session)
class SessionAdmin(ReadOnlyAdmin):
    list_display = ("user", "alive", "user_agent", "address", "created_at", "used_at", "expires_at", "ended_at")
    list_filter = (LivingFilter,)
    list_select_related = ("user",)
    search_fields = ("user__username__startswith",)
    ordering = ("-used_at",)
    exclude = ("refresh_jti",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Session]:
        return Session.objects.with_liveness(at=timezone.now()).order_by(*self.ordering)

    @admin.display(boolean=True)
    def alive(self, session: Any) -> bool:
        return bool(session.is_alive)


@admin.register(SocketTicket)
class SocketTicketAdmin(ReadOnlyAdmin):
    list_display = ("session", "expires_at")
    list_select_related = ("session",)
    exclude = ("digest",)
