from django.contrib import admin

from config.lib.admin import ReadOnlyAdmin
from social.models import Activity, ActorLast, Follow, Mute, Space, SpaceInvitation, SpaceMember


@admin.register(Follow)
class FollowAdmin(ReadOnlyAdmin):
    list_display = ("follower", "followed", "created_at", "is_counted")
    list_select_related = ("follower", "followed")
    search_fields = ("follower__username__exact", "followed__username__exact")
    ordering = ("-id",)


@admin.register(Mute)
class MuteAdmin(ReadOnlyAdmin):
    list_display = ("muter", "muted", "scope", "created_at")
    list_select_related = ("muter", "muted")
    search_fields = ("muter__username__exact", "muted__username__exact")
    ordering = ("-id",)


@admin.register(Activity)
class ActivityAdmin(ReadOnlyAdmin):
    list_display = ("actor", "verb", "kind", "object_id", "created_at")
    list_select_related = ("actor",)
    list_filter = ("verb", "kind")
    search_fields = ("actor__username__exact",)
    ordering = ("-id",)


@admin.register(ActorLast)
class ActorLastAdmin(ReadOnlyAdmin):
    list_display = ("actor", "last_at")
    list_select_related = ("actor",)
    search_fields = ("actor__username__exact",)


@admin.register(Space)
class SpaceAdmin(ReadOnlyAdmin):
    list_display = ("name", "owner", "created_at")
    list_select_related = ("owner",)
    search_fields = ("name", "owner__username__exact")
    ordering = ("-id",)


@admin.register(SpaceMember)
class SpaceMemberAdmin(ReadOnlyAdmin):
    list_display = ("space", "person", "role", "role_since", "created_at")
    list_select_related = ("space", "person")
    list_filter = ("role",)
    search_fields = ("space__name", "person__username__exact")
    ordering = ("-id",)


@admin.register(SpaceInvitation)
class SpaceInvitationAdmin(ReadOnlyAdmin):
    exclude = ("nonce", "digest")
    list_display = ("space", "made_by", "invitee", "email", "role", "expires_at")
    list_select_related = ("space", "made_by", "invitee")
    search_fields = ("space__name", "made_by__username__exact", "invitee__username__exact", "email__exact")
    ordering = ("-id",)
