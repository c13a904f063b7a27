from typing import Any

from django.urls import path, re_path
from rest_framework.routers import SimpleRouter

from engagement import viewsets
from engagement.comments.urls import urlpatterns as comments
from engagement.plays.urls import urlpatterns as plays
from engagement.posts.viewsets import PostViewSet, UserPostViewSet

SWITCH: dict[str, Any] = {"put": "switch_on", "delete": "switch_off"}
LIST: dict[str, Any] = {"get": "list"}
TRACK = rf"(?P<track>{PostViewSet.lookup_value_regex})"
COMMENT = rf"(?P<id>{PostViewSet.lookup_value_regex})"
PLAYLIST = rf"(?P<playlist>{PostViewSet.lookup_value_regex})"
POST = rf"(?P<post>{PostViewSet.lookup_value_regex})"

router = SimpleRouter()
router.register("posts", PostViewSet, basename="post")

urlpatterns = [
    *router.urls,
    *comments,
    *plays,
    re_path(rf"^tracks/{TRACK}/like/$", viewsets.TrackLikeSwitch.as_view(SWITCH), name="track-like"),
    re_path(rf"^tracks/{TRACK}/likers/$", viewsets.TrackLikersViewSet.as_view(LIST), name="track-likers"),
    re_path(rf"^tracks/{TRACK}/repost/$", viewsets.TrackRepostSwitch.as_view(SWITCH), name="track-repost"),
    re_path(rf"^tracks/{TRACK}/reposters/$", viewsets.TrackRepostersViewSet.as_view(LIST), name="track-reposters"),
    re_path(rf"^playlists/{PLAYLIST}/like/$", viewsets.PlaylistLikeSwitch.as_view(SWITCH), name="playlist-like"),
    re_path(rf"^playlists/{PLAYLIST}/likers/$", viewsets.PlaylistLikersViewSet.as_view(LIST), name="playlist-likers"),
    re_path(rf"^playlists/{PLAYLIST}/repost/$", viewsets.PlaylistRepostSwitch.as_view(SWITCH), name="playlist-repost"),
    re_path(
        rf"^playlists/{PLAYLIST}/reposters/$",
        viewsets.PlaylistRepostersViewSet.as_view(LIST),
        name="playlist-reposters",
    ),
    re_path(rf"^comments/{COMMENT}/like/$", viewsets.CommentLikeSwitch.as_view(SWITCH), name="comment-like"),
    re_path(rf"^posts/{POST}/like/$", viewsets.PostLikeSwitch.as_view(SWITCH), name="post-like"),
    re_path(rf"^posts/{POST}/likers/$", viewsets.PostLikersViewSet.as_view(LIST), name="post-likers"),
    path("users/<str:user>/posts/", UserPostViewSet.as_view(LIST), name="user-posts"),
    path("users/<str:user>/likes/", viewsets.UserLikesViewSet.as_view(LIST), name="user-likes"),
    path("users/<str:user>/reposts/", viewsets.UserRepostsViewSet.as_view(LIST), name="user-reposts"),
    path("me/likes/tracks/", viewsets.OwnLikedTracksViewSet.as_view(LIST), name="own-liked-tracks"),
    path("me/likes/playlists/", viewsets.OwnLikedPlaylistsViewSet.as_view(LIST), name="own-liked-playlists"),
    path("me/likes/posts/", viewsets.OwnLikedPostsViewSet.as_view(LIST), name="own-liked-posts"),
    path("me/relationships/", viewsets.RelationshipViewSet.as_view({"get": "retrieve"}), name="relationships"),
]
