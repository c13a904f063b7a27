"""Sockets that join several apps."""

from config.composed.topics import topics_named
from config.lib.realtime.closing import Close, Refused
from config.lib.realtime.consumers import SocketConsumer


class MeConsumer(SocketConsumer):
    """What concerns the person alone. It only listens."""

    pattern = "/ws/v1/me/"

    async def topics(self) -> frozenset[str]:
        topics = topics_named("me", viewer=self.viewer)
        if topics is None:
            raise Refused(Close.NOT_SIGNED_IN)
        return topics
