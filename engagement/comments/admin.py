from django.contrib import admin

from config.lib.admin import ReadOnlyAdmin
from engagement.comments.models import Comment, CommentCounts, CommentMention, CommentVersion


class VersionInline(admin.TabularInline):  # type: ignore[type-arg]  # a class that is not generic at run time
    """What it said before."""

    model = CommentVersion
    ordering = ("replaced_at",)
    can_delete = False
    extra = 0


@admin.register(Comment)
class CommentAdmin(ReadOnlyAdmin):
    list_display = ("id", "author", "track", "body", "timestamp_ms", "created_at", "deleted_at", "is_counted")
    list_select_related = ("author", "track")
    search_fields = ("author__username__exact",)
    ordering = ("-id",)
    inlines = (VersionInline,)


@admin.register(CommentCounts)
class CommentCountsAdmin(ReadOnlyAdmin):
    list_display = ("comment", "likes", "replies")
    list_select_related = ("comment",)


@admin.register(CommentVersion)
class CommentVersionAdmin(ReadOnlyAdmin):
    list_display = ("comment", "body", "replaced_at")
    list_select_related = ("comment",)
    ordering = ("-id",)


@admin.register(CommentMention)
class MentionAdmin(ReadOnlyAdmin):
    list_display = ("comment", "person")
    list_select_related = ("comment", "person")
    ordering = ("-id",)
