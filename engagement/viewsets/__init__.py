from engagement.viewsets.lists import (
    OwnLikedPostsViewSet,
    OwnLikedTracksViewSet,
    PostLikersViewSet,
    TrackLikersViewSet,
    TrackRepostersViewSet,
    UserLikesViewSet,
    UserRepostsViewSet,
)
from engagement.viewsets.relationships import RelationshipViewSet
from engagement.viewsets.switches import CommentLikeSwitch, PostLikeSwitch, TrackLikeSwitch, TrackRepostSwitch

__all__ = [
    "CommentLikeSwitch",
    "OwnLikedPostsViewSet",
    "OwnLikedTracksViewSet",
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
