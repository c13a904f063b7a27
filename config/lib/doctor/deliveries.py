"""Looks at what follows from events: the log's days, the relay, the workers behind it, what is parked."""

from collections.abc import Iterator
from datetime import UTC, timedelta

from django.db.models import Count, Min
from django.utils import timezone

from config.lib.doctor import Finding
from config.lib.events.partitions import TABLES, days
from config.lib.events.upkeep import OPEN, PARKED
from config.models import EventDelivery

# A relay that runs looks once a second.
RELAY_PATIENCE = timedelta(seconds=15)
# Longer than a delivery waits until it is sent once more.
WORKER_PATIENCE = timedelta(minutes=3)
MOST_IDS = 5


def partitions() -> Iterator[Finding]:
    """Today and tomorrow have their partitions."""
    today = timezone.now().astimezone(UTC).date()
    missing = [
        f"{table}_{day:%Y%m%d}"
        for table in TABLES
        for day in (today, today + timedelta(days=1))
        if day not in set(days(table))
    ]
    if missing:
        yield Finding(f"the log lacks {', '.join(missing)}: is beat running?", "manage.py events keep")
    else:
        yield Finding("the log has its days ahead")


def relay() -> Iterator[Finding]:
    """What is due is sent, and what was sent is begun."""
    at = timezone.now()
    late = EventDelivery.objects.filter(OPEN, due_at__lt=at - RELAY_PATIENCE)
    left = EventDelivery.objects.filter(OPEN, due_at__gte=at, attempts=0, created_at__lt=at - WORKER_PATIENCE)
    overdue, unbegun = (rows.aggregate(count=Count("pk"), since=Min("created_at")) for rows in (late, left))
    if overdue["count"]:
        sentence = f"{overdue['count']} deliveries are due and not sent, the oldest since {overdue['since']:%F %T} UTC"
        yield Finding(sentence, "manage.py relay (systemctl restart earshot-relay)")
    if unbegun["count"]:
        sentence = (
            f"{unbegun['count']} deliveries were sent and not begun, the oldest since {unbegun['since']:%F %T} UTC"
        )
        yield Finding(sentence, "systemctl restart earshot-worker, with every queue: audio,fanout,default,mail")
    if not overdue["count"] and not unbegun["count"]:
        yield Finding("the relay and the workers keep up")


def parked() -> Iterator[Finding]:
    """Nothing waits for a person."""
    routes = EventDelivery.objects.filter(PARKED).values("route").annotate(count=Count("pk")).order_by("route")
    for row in routes:
        rows = EventDelivery.objects.filter(PARKED, route=row["route"]).order_by("parked_at")
        ids, error = [delivery.pk for delivery in rows[:MOST_IDS]], rows[0].last_error
        some = " ".join(map(str, ids))
        sentence = f"{row['count']} deliveries of {row['route']} are parked, the first with {error or 'no word'}"
        yield Finding(sentence, f"manage.py events show, then manage.py events retry {some}")
    if not routes:
        yield Finding("no delivery is parked")
