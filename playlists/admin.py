from django.contrib import admin

from config.lib.admin import ReadOnlyAdmin
from playlists.models import Cover, Playlist, PlaylistCounts, PlaylistItem, PlaylistShareLink


@admin.register(Playlist)
class PlaylistAdmin(ReadOnlyAdmin):
    list_display = ("title", "owner", "type", "visibility", "created_at", "published_at", "deleted_at")
    list_filter = ("type", "visibility")
    list_select_related = ("owner",)
    search_fields = ("title__icontains", "permalink__startswith", "owner__username__startswith")
    ordering = ("-id",)
    exclude = ("secret_token", "secret_digest")


@admin.register(PlaylistItem)
class PlaylistItemAdmin(ReadOnlyAdmin):
    list_display = ("id", "playlist", "track", "rank", "counted_ms", "added_at")
    list_select_related = ("playlist", "track")
    search_fields = ("playlist__id__exact",)
    ordering = ("-id",)


@admin.register(PlaylistCounts)
class PlaylistCountsAdmin(ReadOnlyAdmin):
    list_display = ("playlist", "tracks", "duration_ms", "likes", "reposts")
    list_select_related = ("playlist",)


@admin.register(PlaylistShareLink)
class PlaylistShareLinkAdmin(ReadOnlyAdmin):
    list_display = ("id", "playlist", "permission", "uses", "max_uses", "expires_at", "created_at", "last_opened_at")
    list_filter = ("permission",)
    list_select_related = ("playlist",)
    search_fields = ("playlist__title__icontains", "playlist__owner__username__startswith")
    ordering = ("-id",)
    exclude = ("password", "sealed_token", "token_digest")


@admin.register(Cover)
class CoverAdmin(ReadOnlyAdmin):
    list_display = ("key", "color", "created_at")
    ordering = ("-id",)
