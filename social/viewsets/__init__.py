from social.viewsets.invitations import OwnInvitationViewSet, SpaceInvitationViewSet
from social.viewsets.lists import BlockViewSet, FollowerViewSet, FollowingViewSet, MuteViewSet
from social.viewsets.spaces import SpaceMemberViewSet, SpaceViewSet
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
    "OwnInvitationViewSet",
    "SpaceInvitationViewSet",
    "SpaceMemberViewSet",
    "SpaceViewSet",
]
