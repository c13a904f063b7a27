from typing import Any

from django.urls import path

from social import viewsets

SWITCH: dict[str, Any] = {"put": "switch_on", "delete": "switch_off"}

urlpatterns = [
    path("users/<str:user>/follow/", viewsets.FollowSwitch.as_view(SWITCH), name="follow"),
    path("users/<str:user>/block/", viewsets.BlockSwitch.as_view(SWITCH), name="block"),
    path("users/<str:user>/mute/", viewsets.MuteSwitch.as_view(SWITCH), name="mute"),
    path("users/<str:user>/mute-reposts/", viewsets.MuteRepostsSwitch.as_view(SWITCH), name="mute-reposts"),
    path("users/<str:user>/followers/", viewsets.FollowerViewSet.as_view({"get": "list"}), name="followers"),
    path("users/<str:user>/followings/", viewsets.FollowingViewSet.as_view({"get": "list"}), name="followings"),
    path("me/blocks/", viewsets.BlockViewSet.as_view({"get": "list"}), name="blocks"),
    path("me/mutes/", viewsets.MuteViewSet.as_view({"get": "list"}), name="mutes"),
]
