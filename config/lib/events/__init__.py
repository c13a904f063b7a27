"""What happened, as a frozen dataclass; what then follows stands in `config/event_routes.py`.

An event is a row before it is a message: `emit` writes it, and one delivery for each of its routes, in the caller's
transaction. The relay sends what is due; a consequence stamps its delivery in its own transaction.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from celery import Task
from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string
from psycopg.types.json import Jsonb

from config.lib.requests import current_request_id

CHANNEL = "earshot_events"

# One round trip. `pg_notify` wakes the relay when, and only when, this transaction commits.
EMIT = f"""
WITH event AS (
    INSERT INTO config_domainevent (type, payload, topics, request_id)
    VALUES (%(type)s, %(payload)s, %(topics)s::varchar[], %(request_id)s)
    RETURNING id, created_at
), deliveries AS (
    INSERT INTO config_eventdelivery (created_at, event_id, route, payload, request_id, due_at)
    SELECT event.created_at, event.id, route, %(payload)s, %(request_id)s, clock_timestamp()
    FROM event, unnest(%(routes)s::varchar[]) AS route
)
SELECT id, pg_notify('{CHANNEL}', '') FROM event
"""  # noqa: S608 -- the channel's name is the constant above


class EventOutsideTransaction(RuntimeError):
    """An event was emitted where no transaction ties it to what it tells of."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """Ids and facts of something that has happened; the name is a past participle.

    `topics`: who may want to hear of it live, as templates over the facts: `track:{track_id}`.
    """

    topics: ClassVar[tuple[str, ...]] = ()


def type_name(event: type[Event]) -> str:
    """How an event's type stands in the log: `tracks.TrackReady`."""
    return f"{event.__module__.split('.')[0]}.{event.__name__}"


def routes() -> Mapping[type[Event], tuple["Task[..., Any]", ...]]:
    """The table of consequences."""
    table: Mapping[type[Event], tuple[Task[..., Any], ...]] = import_string(settings.EVENT_ROUTES)
    return table


def emit(event: Event, *, to: Collection[str] = ()) -> None:
    """Write down what the caller's transaction makes true, and what is to follow; raises EventOutsideTransaction.

    `to`: topics of those who are told beside those whom the event's own topics name.
    """
    if not connection.in_atomic_block:
        raise EventOutsideTransaction(type_name(type(event)))
    facts = asdict(event)
    values: dict[str, Any] = {
        "type": type_name(type(event)),
        "payload": Jsonb(facts),
        "topics": [*(topic.format(**facts) for topic in event.topics), *to],
        "request_id": current_request_id(),
        "routes": [task.name for task in routes()[type(event)]],
    }
    with connection.cursor() as cursor:
        cursor.execute(EMIT, values)
