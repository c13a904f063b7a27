"""The addresses of the sockets."""

from channels.routing import URLRouter
from django.urls import path, re_path

from config.composed.consumers import MeConsumer, TrackConsumer
from config.lib.realtime.consumers import NotFoundConsumer

SOCKETS = URLRouter(
    [
        path("ws/v1/me/", MeConsumer.as_asgi()),
        re_path(r"^ws/v1/tracks/(?P<track>[0-9]{1,18})/$", TrackConsumer.as_asgi()),
        # Without this, an address where nothing is would be an error of the server's.
        re_path(r"", NotFoundConsumer.as_asgi()),
    ]
)
