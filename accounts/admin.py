from collections.abc import Callable
from typing import Any

# They register their models, whichever app is loaded first.
import allauth.account.admin
import allauth.mfa.admin
import allauth.socialaccount.admin  # noqa: F401 -- the name that all three bind
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin
from django.contrib.admin.forms import AdminPasswordChangeForm
from django.contrib.auth import authenticate
from django.contrib.auth.views import PasswordChangeView
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils import timezone

import accounts.instance_admin  # noqa: F401 -- registers the site and its invites
from accounts import services
from accounts.models import (
    AccountErasure,
    AccountExport,
    Block,
    FormerAddress,
    MailedKey,
    PersonalToken,
    Picture,
    RetiredName,
    SecondFactorDraft,
    Session,
    SocketTicket,
    User,
    UserCounts,
    UsernameChange,
    UsernameClaim,
)
from config.lib.admin import ReadOnlyAdmin

# allauth's own pages would confirm an address, or drop a second factor, behind the services' back. Its tables of apps
# and tokens stay empty: what an app may know of a service is in the settings, and no token of theirs is kept.
admin.site.unregister([EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken])


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
    actions = ("grant_badge", "withdraw_badge")

    def has_vouch_permission(self, request: HttpRequest) -> bool:
        """Who may put the tick beside a name: the page itself changes nothing."""
        return request.user.has_perm("accounts.change_user")

    @admin.action(description="Put the tick beside the name", permissions=["vouch"])
    def grant_badge(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self.carry_out(request, queryset, act=services.grant_badge)

    @admin.action(description="Take the tick away", permissions=["vouch"])
    def withdraw_badge(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self.carry_out(request, queryset, act=services.withdraw_badge)

    def carry_out(self, request: HttpRequest, people: QuerySet[User], *, act: Callable[..., None]) -> None:
        """One service call for each person; what was done is in their history."""
        for person in people:
            act(user=person)
            self.log_change(request, person, act.__name__)


@admin.register(UserCounts)
class UserCountsAdmin(ReadOnlyAdmin):
    list_display = ("user", "followers", "followings", "tracks", "playlists")
    list_select_related = ("user",)


@admin.register(UsernameClaim)
class UsernameClaimAdmin(ReadOnlyAdmin):
    list_display = ("name", "user", "expires_at")
    list_select_related = ("user",)
    search_fields = ("name__startswith",)


@admin.register(Block)
class BlockAdmin(ReadOnlyAdmin):
    list_display = ("blocker", "blocked", "created_at")
    list_select_related = ("blocker", "blocked")
    search_fields = ("blocker__username__exact", "blocked__username__exact")
    ordering = ("-id",)


@admin.register(UsernameChange)
class UsernameChangeAdmin(ReadOnlyAdmin):
    list_display = ("user", "before", "changed_at")
    list_select_related = ("user",)
    search_fields = ("before__startswith", "user__username__startswith")
    ordering = ("-changed_at",)


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


@admin.register(PersonalToken)
class PersonalTokenAdmin(ReadOnlyAdmin):
    list_display = ("user", "label", "scopes", "created_at", "expires_at", "last_used_at")
    list_select_related = ("user",)
    search_fields = ("user__username__startswith",)
    ordering = ("-created_at",)
    exclude = ("digest",)


@admin.register(SocketTicket)
class SocketTicketAdmin(ReadOnlyAdmin):
    list_display = ("session", "expires_at")
    list_select_related = ("session",)
    exclude = ("digest",)


@admin.register(AccountExport)
class AccountExportAdmin(ReadOnlyAdmin):
    list_display = ("user", "state", "progress", "attempt", "bytes", "requested_at", "expires_at")
    list_filter = ("state",)
    list_select_related = ("user",)
    search_fields = ("user__username__startswith",)
    ordering = ("-id",)
    exclude = ("key",)


@admin.register(AccountErasure)
class AccountErasureAdmin(ReadOnlyAdmin):
    list_display = ("user", "state", "progress", "attempt", "failure_code", "requested_at", "erase_at", "ended_at")
    list_filter = ("state",)
    list_select_related = ("user",)
    search_fields = ("user__username__startswith",)
    ordering = ("-id",)


@admin.register(RetiredName)
class RetiredNameAdmin(ReadOnlyAdmin):
    list_display = ("digest",)


@admin.register(Authenticator)
class AuthenticatorAdmin(ReadOnlyAdmin):
    list_display = ("user", "type", "created_at", "last_used_at")
    list_filter = ("type",)
    list_select_related = ("user",)
    search_fields = ("user__username__startswith",)
    exclude = ("data",)


@admin.register(SecondFactorDraft)
class SecondFactorDraftAdmin(ReadOnlyAdmin):
    list_display = ("user", "created_at")
    list_select_related = ("user",)
    exclude = ("secret",)


@admin.register(SocialAccount)
class ConnectionAdmin(ReadOnlyAdmin):
    list_display = ("user", "provider", "uid", "date_joined", "last_login")
    list_select_related = ("user",)
    search_fields = ("user__username__startswith",)


@admin.register(MailedKey)
class MailedKeyAdmin(ReadOnlyAdmin):
    list_display = ("purpose", "user", "expires_at")
    list_filter = ("purpose",)
    list_select_related = ("user",)


@admin.register(FormerAddress)
class FormerAddressAdmin(ReadOnlyAdmin):
    list_display = ("email", "user", "left_at")
    list_select_related = ("user",)
    search_fields = ("email__startswith",)


@admin.register(Picture)
class PictureAdmin(ReadOnlyAdmin):
    list_display = ("key", "color", "created_at")
    ordering = ("-id",)
