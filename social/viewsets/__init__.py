from social.viewsets.lists import BlockViewSet, FollowerViewSet, FollowingViewSet, MuteViewSet
from social.viewsets.switches import BlockSwitch, FollowSwitch, MuteRepostsSwitch, MuteSwitch

__all__ = [
    "BlockSwitch",
    "BlockViewSet",
    "FollowSwitch",
    "FollowerViewSet",
    "FollowingViewSet",
    "MuteRepostsSwitch",
    "MuteSwitch",
    "MuteViewSet",
]
