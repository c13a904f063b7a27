"""Frames that may get lost: how far something is, who is typing, how many are here. No id, no replay, at most once.

They travel through Redis' publish and subscribe: whoever is connected at that moment hears them.
"""

import asyncio
import logging
import time
from collections.abc import Mapping
from functools import cache, partial
from typing import Any

import redis
import redis.asyncio
from django.conf import settings
from django.db import transaction
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from config.lib.realtime.hub import Hub
from config.lib.renderers import dumps

logger = logging.getLogger(__name__)

# The longest that a request waits for a Redis that does not answer; then none waits for a while.
PATIENCE_S = 0.25
REST_S = 5.0
AWAY_S = 1.0
SILENCE_S = 15


def push(group: str, frame: Mapping[str, Any]) -> None:
    """Tell those who follow `group` (a topic, `user:42`) at once, when and only when the caller's transaction commits.

    `frame` has a `type`. Never raises: what cannot be sent is lost, and nobody waits for it longer than a moment.
    """
    message = group.encode() + b"\n" + dumps(frame)
    transaction.on_commit(partial(publisher(settings.REALTIME_URL).publish, message), robust=True)


def channel_name(connection_options: Mapping[str, Any]) -> str:
    """The channel of a logical database: publish and subscribe know of none, so its number is in the name."""
    return f"earshot.frames.{connection_options.get('db', 0)}"


class Publisher:
    """Sends messages, and rests when nobody takes them."""

    def __init__(self, url: str) -> None:
        self.client = redis.Redis.from_url(url, socket_timeout=PATIENCE_S, socket_connect_timeout=PATIENCE_S)
        self.channel = channel_name(self.client.connection_pool.connection_kwargs)
        self.resting_until = 0.0

    def publish(self, message: bytes) -> None:
        """One message, or a line in the log."""
        if time.monotonic() < self.resting_until:
            return
        try:
            self.client.publish(self.channel, message)
        except (RedisError, OSError) as error:
            self.resting_until = time.monotonic() + REST_S
            logger.warning("transient_frames_are_lost", extra={"error": str(error)})


@cache
def publisher(url: str) -> Publisher:
    """The process' own; its connections are shared by its threads."""
    return Publisher(url)


class Receiver:
    """Hands what is published to the hub: one subscription for all sockets of a process."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub

    async def run(self) -> None:
        """Until cancelled. Redis being away is waited for; what was published meanwhile is gone."""
        # Without a timeout: a socket that hears nothing for long is no broken one. Health checks notice those.
        options: dict[str, Any] = {"socket_timeout": None, "health_check_interval": SILENCE_S}
        while True:
            try:
                client = redis.asyncio.Redis.from_url(settings.REALTIME_URL, **options)
                async with client, client.pubsub() as subscription:
                    await subscription.subscribe(channel_name(client.connection_pool.connection_kwargs))
                    await self.listen(subscription)
            except (RedisError, OSError) as error:
                logger.warning("receiver_waits_for_redis", extra={"error": str(error)})
                await asyncio.sleep(AWAY_S)

    async def listen(self, subscription: PubSub) -> None:
        """Message by message."""
        while True:
            message = await subscription.get_message(ignore_subscribe_messages=True, timeout=SILENCE_S)
            if message is not None:
                group, _, text = message["data"].partition(b"\n")
                self.hub.pass_on(group.decode(), text.decode())
