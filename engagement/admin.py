from django.contrib import admin

import engagement.comments.admin
import engagement.plays.admin  # noqa: F401 -- likewise
from config.lib.admin import ReadOnlyAdmin
from engagement.models import (
    CommentLike,
    PlaylistLike,
    PlaylistRepost,
    Post,
    PostCounts,
    PostLike,
    PostMention,
    TrackLike,
    TrackRepost,
)


@admin.register(TrackLike)
class TrackLikeAdmin(ReadOnlyAdmin):
    list_display = ("person", "track", "created_at", "is_counted")
    list_select_related = ("person", "track")
    search_fields = ("person__username__exact",)
    ordering = ("-id",)


@admin.register(TrackRepost)
class TrackRepostAdmin(ReadOnlyAdmin):
    list_display = ("person", "track", "caption", "created_at", "is_counted")
    list_select_related = ("person", "track")
    search_fields = ("person__username__exact",)
    ordering = ("-id",)


@admin.register(PlaylistLike)
class PlaylistLikeAdmin(ReadOnlyAdmin):
    list_display = ("person", "playlist", "created_at", "is_counted")
    list_select_related = ("person", "playlist")
    search_fields = ("person__username__exact",)
    ordering = ("-id",)


@admin.register(PlaylistRepost)
class PlaylistRepostAdmin(ReadOnlyAdmin):
    list_display = ("person", "playlist", "caption", "created_at", "is_counted")
    list_select_related = ("person", "playlist")
    search_fields = ("person__username__exact",)
    ordering = ("-id",)


@admin.register(CommentLike)
class CommentLikeAdmin(ReadOnlyAdmin):
    list_display = ("person", "comment", "created_at", "is_counted")
    list_select_related = ("person", "comment")
    search_fields = ("person__username__exact",)
    ordering = ("-id",)


@admin.register(PostLike)
class PostLikeAdmin(ReadOnlyAdmin):
    list_display = ("person", "post", "created_at", "is_counted")
    list_select_related = ("person", "post")
    search_fields = ("person__username__exact",)
    ordering = ("-id",)


@admin.register(Post)
class PostAdmin(ReadOnlyAdmin):
    list_display = ("id", "author", "body", "track", "playlist", "created_at", "edited_at", "deleted_at")
    list_select_related = ("author", "track", "playlist")
    search_fields = ("author__username__exact",)
    ordering = ("-id",)


@admin.register(PostCounts)
class PostCountsAdmin(ReadOnlyAdmin):
    list_display = ("post", "likes")
    list_select_related = ("post",)


@admin.register(PostMention)
class PostMentionAdmin(ReadOnlyAdmin):
    list_display = ("post", "person")
    list_select_related = ("post", "person")
    search_fields = ("person__username__exact",)
    ordering = ("-id",)
