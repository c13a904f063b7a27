from engagement.viewsets.lists import (
    OwnLikedPlaylistsViewSet,
    OwnLikedPostsViewSet,
    OwnLikedTracksViewSet,
    PlaylistLikersViewSet,
    PlaylistRepostersViewSet,
    PostLikersViewSet,
    TrackLikersViewSet,
    TrackRepostersViewSet,
    UserLikesViewSet,
    UserRepostsViewSet,
)
from engagement.viewsets.relationships import RelationshipViewSet
from engagement.viewsets.switches import (
    CommentLikeSwitch,
    PlaylistLikeSwitch,
    PlaylistRepostSwitch,
    PostLikeSwitch,
    TrackLikeSwitch,
    TrackRepostSwitch,
)

__all__ = [
    "CommentLikeSwitch",
    "OwnLikedPlaylistsViewSet",
    "OwnLikedPostsViewSet",
    "OwnLikedTracksViewSet",
    "PlaylistLikeSwitch",
    "PlaylistLikersViewSet",
    "PlaylistRepostSwitch",
    "PlaylistRepostersViewSet",
    "PostLikeSwitch",
    "PostLikersViewSet",
    "RelationshipViewSet",
    "TrackLikeSwitch",
    "TrackLikersViewSet",
    "TrackRepostSwitch",
    "TrackRepostersViewSet",
    "UserLikesViewSet",
    "UserRepostsViewSet",
]
