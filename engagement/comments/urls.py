from django.urls import re_path
from rest_framework.routers import SimpleRouter

from engagement.comments.viewsets import CommentViewSet, TrackCommentViewSet

router = SimpleRouter()
router.register("comments", CommentViewSet, basename="comment")

COMMENTS = rf"^tracks/(?P<track>{TrackCommentViewSet.lookup_value_regex})/comments/"

urlpatterns = [
    *router.urls,
    re_path(rf"{COMMENTS}$", TrackCommentViewSet.as_view({"get": "list", "post": "create"}), name="track-comments"),
    re_path(rf"{COMMENTS}export/$", TrackCommentViewSet.as_view({"get": "export"}), name="track-comments-export"),
]
