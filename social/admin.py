from django.contrib import admin

from config.lib.admin import ReadOnlyAdmin
from social.models import Activity, ActorLast, Follow, Mute


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
