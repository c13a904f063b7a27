from django.contrib import admin

from config.lib.admin import ReadOnlyAdmin
from tracks.models import (
    Artwork,
    BlockedSound,
    DownloadDay,
    Fingerprint,
    ProcessingStage,
    Rendition,
    Sound,
    Track,
    TrackCounts,
    TrackShareLink,
    Upload,
    Waveform,
)


@admin.register(Track)
class TrackAdmin(ReadOnlyAdmin):
    list_display = (
        "title",
        "owner",
        "state",
        "visibility",
        "duration_ms",
        "created_at",
        "published_at",
        "deleted_at",
    )
    list_filter = ("state", "visibility")
    list_select_related = ("owner",)
    search_fields = ("title__icontains", "permalink__startswith", "owner__username__startswith")
    ordering = ("-id",)
    exclude = ("secret_token", "secret_digest")


@admin.register(TrackCounts)
class TrackCountsAdmin(ReadOnlyAdmin):
    list_display = ("track", "plays", "likes", "reposts", "comments", "downloads")
    list_select_related = ("track",)


@admin.register(TrackShareLink)
class TrackShareLinkAdmin(ReadOnlyAdmin):
    list_display = ("id", "track", "permission", "uses", "max_uses", "expires_at", "created_at", "last_opened_at")
    list_filter = ("permission",)
    list_select_related = ("track",)
    search_fields = ("track__title__icontains", "track__owner__username__startswith")
    ordering = ("-id",)
    exclude = ("password", "sealed_token", "token_digest")


class StageInline(admin.TabularInline):  # type: ignore[type-arg]  # a class that is not generic at run time
    model = ProcessingStage
    ordering = ("position",)
    can_delete = False
    extra = 0


@admin.register(Sound)
class SoundAdmin(ReadOnlyAdmin):
    list_display = (
        "id",
        "track",
        "state",
        "todo",
        "lane",
        "attempt",
        "codec",
        "original_bytes",
        "failure_code",
        "heartbeat_at",
    )
    list_filter = ("state", "todo", "lane", "failure_code")
    list_select_related = ("track",)
    ordering = ("-id",)
    inlines = (StageInline,)


@admin.register(ProcessingStage)
class ProcessingStageAdmin(ReadOnlyAdmin):
    list_display = ("sound", "name", "state", "progress", "started_at", "finished_at", "error_code")
    list_select_related = ("sound",)
    ordering = ("-id",)


@admin.register(Rendition)
class RenditionAdmin(ReadOnlyAdmin):
    list_display = ("sound", "kind", "codec", "bitrate_bps", "duration_ms", "bytes", "is_copy")
    list_select_related = ("sound",)
    ordering = ("-id",)


@admin.register(Artwork)
class ArtworkAdmin(ReadOnlyAdmin):
    list_display = ("key", "color", "created_at")
    ordering = ("-id",)


@admin.register(Waveform)
class WaveformAdmin(ReadOnlyAdmin):
    list_display = ("sound",)
    list_select_related = ("sound",)


@admin.register(Upload)
class UploadAdmin(ReadOnlyAdmin):
    list_display = ("id", "owner", "filename", "size", "protocol", "state", "created_at", "expires_at")
    list_filter = ("state", "protocol")
    list_select_related = ("owner",)
    search_fields = ("owner__username__startswith",)
    ordering = ("-id",)
    exclude = ("multipart_id",)


@admin.register(Fingerprint)
class FingerprintAdmin(ReadOnlyAdmin):
    list_display = ("sound",)
    list_select_related = ("sound",)
    exclude = ("raw",)


@admin.register(BlockedSound)
class BlockedSoundAdmin(ReadOnlyAdmin):
    list_display = ("id", "reason", "source", "created_at")
    list_select_related = ("source",)
    exclude = ("items",)
    ordering = ("-id",)


@admin.register(DownloadDay)
class DownloadDayAdmin(ReadOnlyAdmin):
    list_display = ("track", "day", "downloads")
    list_select_related = ("track",)
    search_fields = ("track_id__exact",)
    ordering = ("-day", "-id")
