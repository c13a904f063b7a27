"""Sockets that join several apps."""

import time
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import uuid4

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404
from django.utils import timezone

from config.composed.rooms import TrackRooms
from config.composed.topics import topics_named, unheard_by
from config.lib.errors import DomainError
from config.lib.realtime.attendance import Attendance
from config.lib.realtime.closing import Close, Refused
from config.lib.realtime.consumers import SocketConsumer
from config.lib.scopes import Scope, check_scope
from config.lib.viewer import Viewer
from engagement.comments import frames, services
from engagement.comments.serializers import CommentWrite, Playing

# Somebody who says that they play is believed for so long.
PLAYING_S = 30


class SignInNeeded(DomainError):
    code = "sign_in_needed"
    status = 401
    title = "Only people who are signed in say something here."


class MeConsumer(SocketConsumer):
    """What concerns the person alone. It only listens."""

    pattern = "/ws/v1/me/"

    async def topics(self) -> frozenset[str]:
        topics = topics_named("me", viewer=self.viewer)
        if topics is None or self.session is None:
            raise Refused(Close.NOT_SIGNED_IN)
        # Before the seat is taken: what is told to those who are here reaches it, live or from the log.
        await self.realtime.companions[Attendance].note([self.session.user.pk])
        return topics


class TrackConsumer(SocketConsumer):
    """The room of a track: what is said there, how its numbers move, how many are here. Whoever may open the track
    comes in; whoever is signed in speaks."""

    pattern = "/ws/v1/tracks/{track}/"
    handlers = {"comment": "comment", "playing": "playing"}

    @cached_property
    def rooms(self) -> TrackRooms:
        """What the rooms of this process have in common."""
        rooms: TrackRooms = self.realtime.companions[TrackRooms]
        return rooms

    @cached_property
    def track_id(self) -> int:
        return int(self.named["track"])

    @cached_property
    def who(self) -> str:
        """A person is here once, however many windows they have open; somebody unknown once for each."""
        return f"user-{self.session.user.pk}" if self.session else f"socket-{uuid4().hex}"

    async def topics(self) -> frozenset[str]:
        topics: frozenset[str] | None = await self.call(topics_named, f"track:{self.track_id}", viewer=self.viewer)
        if topics is None:
            raise Refused(Close.NOT_FOUND)
        return topics

    async def unheard(self) -> frozenset[int]:
        found: frozenset[int] = await self.call(unheard_by, self.viewer)
        return found

    async def connect(self) -> None:
        self.playing_until = 0.0
        await super().connect()
        self.rooms.enter(self)

    def leave(self) -> None:
        self.rooms.leave(self)
        super().leave()

    async def comment(self, frame: dict[str, Any]) -> None:
        """Say something. Everybody here hears of it from the log, the author too; a repetition they alone are told."""
        self.check_may_speak()
        content = {name: value for name, value in frame.items() if name != "type"}
        known = await self.call(say, self.track_id, content, viewer=self.viewer, at=timezone.now())
        if known is not None:
            self.tell(known)

    async def playing(self, frame: dict[str, Any]) -> None:
        """This person hears the track at this moment; said again every few seconds while it plays."""
        self.check_may_speak()
        Playing(data={name: value for name, value in frame.items() if name != "type"}).is_valid(raise_exception=True)
        self.playing_until = time.monotonic() + PLAYING_S

    def check_may_speak(self) -> None:
        """Raise SignInNeeded, and ScopeMissing for the token of a program that may only read."""
        if self.session is None:
            raise SignInNeeded
        check_scope(self.session, Scope.WRITE)


def say(track_id: int, content: dict[str, Any], *, viewer: Viewer, at: datetime) -> dict[str, Any] | None:
    """Add a comment; what was said under the same `client_id` before is answered. Raises what the service raises,
    Http404 for what is absent, and ValidationError."""
    checked = CommentWrite(data=content)
    checked.is_valid(raise_exception=True)
    words = services.Words(**checked.validated_data)
    try:
        added = services.add_comment(track_id=track_id, viewer=viewer, words=words, at=at)
    except ObjectDoesNotExist as error:
        raise Http404 from error
    return None if added.is_new else frames.repeated(added.comment)
