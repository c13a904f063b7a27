from django.contrib import admin

from config.lib.admin import ReadOnlyAdmin
from engagement.plays.models import (
    ArtistDay,
    ForgottenMonth,
    HistoryClearing,
    Play,
    PlayClaim,
    PlaySalt,
    TrackDay,
    TrackDayHeat,
    TrackDayShare,
)


@admin.register(Play)
class PlayAdmin(ReadOnlyAdmin):
    list_display = (
        "id",
        "track",
        "person",
        "outcome",
        "heard_ms",
        "refused_ms",
        "duration_ms",
        "created_at",
        "country",
    )
    list_select_related = ("track", "person")
    list_filter = ("outcome",)
    search_fields = ("track_id__exact", "person__username__exact")
    ordering = ("-created_at",)
    show_full_result_count = False


@admin.register(PlayClaim)
class PlayClaimAdmin(ReadOnlyAdmin):
    list_display = ("track_id", "counted_at", "judged_at")
    fields = list_display
    ordering = ("-id",)


@admin.register(PlaySalt)
class PlaySaltAdmin(ReadOnlyAdmin):
    """That there is one; what it is nobody needs to see."""

    list_display = ("day",)
    fields = list_display


@admin.register(HistoryClearing)
class HistoryClearingAdmin(ReadOnlyAdmin):
    list_display = ("person", "cleared_at")
    list_select_related = ("person",)
    search_fields = ("person__username__exact",)


@admin.register(ForgottenMonth)
class ForgottenMonthAdmin(ReadOnlyAdmin):
    list_display = ("month", "forgotten_at")


@admin.register(TrackDay)
class TrackDayAdmin(ReadOnlyAdmin):
    list_display = ("track", "day", "plays", "listeners", "heard_ms")
    list_select_related = ("track",)
    search_fields = ("track_id__exact",)
    ordering = ("-day", "-id")


@admin.register(TrackDayHeat)
class TrackDayHeatAdmin(ReadOnlyAdmin):
    list_display = ("track", "day")
    list_select_related = ("track",)
    search_fields = ("track_id__exact",)
    ordering = ("-day", "-id")


@admin.register(TrackDayShare)
class TrackDayShareAdmin(ReadOnlyAdmin):
    list_display = ("track", "day", "kind", "value", "plays")
    list_select_related = ("track",)
    search_fields = ("track_id__exact",)
    ordering = ("-day", "-id")


@admin.register(ArtistDay)
class ArtistDayAdmin(ReadOnlyAdmin):
    list_display = ("artist", "day", "listeners")
    list_select_related = ("artist",)
    search_fields = ("artist__username__exact",)
    ordering = ("-day", "-id")
