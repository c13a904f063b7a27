from allauth.account.models import EmailAddress
from django.contrib import admin

from accounts.models import Session, User, UserCounts, UsernameClaim
from config.lib.admin import ReadOnlyAdmin

# allauth's own page would confirm an address behind the services' back.
admin.site.unregister(EmailAddress)


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    list_display = (
        "username",
        "email",
        "display_name",
        "role",
        "is_active",
        "is_staff",
        "verified_at",
        "created_at",
    )
    list_filter = ("role", "is_active", "is_staff")
    search_fields = ("username__startswith", "email__startswith")
    ordering = ("-id",)
    exclude = ("password",)


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
    list_display = ("user", "user_agent", "address", "created_at", "used_at", "expires_at", "ended_at")
    list_select_related = ("user",)
    ordering = ("-used_at",)
    exclude = ("refresh_jti",)
