"""An event of the log becomes a frame. The table says which and for whom, its builders say what is in it."""

import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.utils.module_loading import import_string

from config.lib.events import Event, type_name
from config.lib.events.log import Cursor, Entry
from config.lib.realtime.places import Place
from config.lib.renderers import dumps

logger = logging.getLogger(__name__)

# The members of a frame that name people: who did it, and in whose thread.
ACTORS = ("actor_id", "thread_actor_id")

# An event -> the frame's own members, with its `type`; None: there is nothing to announce after all.
Builder = Callable[[Any], dict[str, Any] | None]


@dataclass(frozen=True)
class ForEach:
    """A builder that says who of many is told: for each of these topics, what is announced there, if anything."""

    build: Callable[[Any, Collection[str]], Mapping[str, dict[str, Any]]]


# Kind of topic (`user` of `user:42`) -> event -> what is announced there.
Table = Mapping[str, Mapping[type[Event], "Builder | ForEach"]]


@dataclass(frozen=True)
class Frame:
    """What announces an entry of the log; `request_id` is that of the request in which it happened."""

    place: Place
    members: dict[str, Any]
    request_id: str

    @cached_property
    def body(self) -> dict[str, Any]:
        """`type`, the event's `id`, the `cursor` to go on from, and what the builder says."""
        head: dict[str, Any] = {"type": self.members["type"], "id": self.place.cursor.id, "cursor": str(self.place)}
        return head | self.members

    @cached_property
    def people(self) -> frozenset[int]:
        """Whose it is, by the members that say so; who does not see one of them is not to hear it."""
        return frozenset(self.members[name] for name in ACTORS if self.members.get(name) is not None)

    @cached_property
    def text(self) -> str:
        """The body as JSON, written once however many hear it."""
        return dumps(self.body).decode()


def table() -> Table:
    """What is announced where."""
    found: Table = import_string(settings.FRAME_ROUTES)
    return found


def kind_of(topic: str) -> str:
    """`user` of `user:42`."""
    return topic.partition(":")[0]


def types_for(topics: Iterable[str]) -> set[str]:
    """The types of events that are announced on any of these topics, as they stand in the log."""
    return {type_name(event) for topic in topics for event in table().get(kind_of(topic), ())}


def is_announced(entry: Entry, topic: str) -> bool:
    """Whether the table has a frame for this entry on this topic."""
    return entry.type in types_for([topic])


def build(entry: Entry, topic: str) -> Frame | None:
    """The frame of an entry for those who follow the topic; None when there is none."""
    return build_for(entry, [topic])[topic]


def build_for(entry: Entry, topics: Collection[str]) -> dict[str, Frame | None]:
    """The same for each of these topics; what is the same for several is built, and written, once.

    A builder that breaks costs its frame, which is logged. Raises OperationalError and InterfaceError when the database
    is away: then the frame is not lost but late.
    """
    built: dict[str, Frame | None] = dict.fromkeys(topics)
    for kind in {kind_of(topic) for topic in topics}:
        of_kind = [topic for topic in topics if kind_of(topic) == kind]
        frames: dict[int, Frame] = {}
        for topic, members in members_for(entry, kind, of_kind).items():
            if members:
                frame = Frame(Place(entry.cursor, entry.created_at), members, entry.request_id)
                built[topic] = frames.setdefault(id(members), frame)
    return built


def members_for(entry: Entry, kind: str, topics: Collection[str]) -> Mapping[str, dict[str, Any] | None]:
    """What a builder says for topics of one kind."""
    builders = {type_name(event): (event, builder) for event, builder in table().get(kind, {}).items()}
    if entry.type not in builders:
        return {}
    event, builder = builders[entry.type]
    try:
        if isinstance(builder, ForEach):
            return builder.build(event(**entry.payload), topics)
        return dict.fromkeys(topics, builder(event(**entry.payload)))
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("frame_broke", extra={"event_type": entry.type, "event_id": entry.cursor.id})
        return {}


def build_all(wanted: Mapping[tuple[Cursor, str], Entry]) -> dict[tuple[Cursor, str], Frame | None]:
    """The frames of many entries, each for one topic."""
    topics: dict[Cursor, list[str]] = {}
    for cursor, topic in wanted:
        topics.setdefault(cursor, []).append(topic)
    entries = {cursor: entry for (cursor, _), entry in wanted.items()}
    return {
        (cursor, topic): frame
        for cursor, asked in topics.items()
        for topic, frame in build_for(entries[cursor], asked).items()
    }


def first_frame(entry: Entry, topics: Collection[str]) -> Frame | None:
    """What somebody who follows these topics hears of an entry: once, whatever the number of its topics."""
    frames = (build(entry, topic) for topic in entry.topics if topic in topics)
    return next((frame for frame in frames if frame), None)
