from typing import Any

from django.urls import path, re_path

from social import viewsets

SWITCH: dict[str, Any] = {"put": "switch_on", "delete": "switch_off"}

SPACE = rf"(?P<space>{viewsets.SpaceViewSet.lookup_value_regex})"
INVITATION = rf"(?P<invitation>{viewsets.SpaceViewSet.lookup_value_regex})"

urlpatterns = [
    path("users/<str:user>/follow/", viewsets.FollowSwitch.as_view(SWITCH), name="follow"),
    path("users/<str:user>/block/", viewsets.BlockSwitch.as_view(SWITCH), name="block"),
    path("users/<str:user>/mute/", viewsets.MuteSwitch.as_view(SWITCH), name="mute"),
    path("users/<str:user>/mute-reposts/", viewsets.MuteRepostsSwitch.as_view(SWITCH), name="mute-reposts"),
    path("users/<str:user>/followers/", viewsets.FollowerViewSet.as_view({"get": "list"}), name="followers"),
    path("users/<str:user>/followings/", viewsets.FollowingViewSet.as_view({"get": "list"}), name="followings"),
    path("me/blocks/", viewsets.BlockViewSet.as_view({"get": "list"}), name="blocks"),
    path("me/mutes/", viewsets.MuteViewSet.as_view({"get": "list"}), name="mutes"),
    path("spaces/", viewsets.SpaceViewSet.as_view({"get": "list", "post": "create"}), name="spaces"),
    re_path(
        rf"^spaces/{SPACE}/$",
        viewsets.SpaceViewSet.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
        name="space",
    ),
    re_path(rf"^spaces/{SPACE}/members/$", viewsets.SpaceMemberViewSet.as_view({"get": "list"}), name="space-members"),
    re_path(
        rf"^spaces/{SPACE}/members/(?P<user>[^/]+)/$",
        viewsets.SpaceMemberViewSet.as_view({"patch": "partial_update", "delete": "destroy"}),
        name="space-member",
    ),
    re_path(
        rf"^spaces/{SPACE}/invitations/$",
        viewsets.SpaceInvitationViewSet.as_view({"get": "list", "post": "create"}),
        name="space-invitations",
    ),
    re_path(
        rf"^invitations/{INVITATION}/$",
        viewsets.SpaceInvitationViewSet.as_view({"delete": "destroy"}),
        name="space-invitation",
    ),
    path("me/invitations/", viewsets.OwnInvitationViewSet.as_view({"get": "list"}), name="own-invitations"),
    path(
        "invitations/<str:token>/accept/",
        viewsets.OwnInvitationViewSet.as_view({"post": "accept"}),
        name="accept-invitation",
    ),
    path(
        "invitations/<str:token>/decline/",
        viewsets.OwnInvitationViewSet.as_view({"post": "decline"}),
        name="decline-invitation",
    ),
]
