"""Figures that the database knows: asked once at each scrape, so that they are right whichever process answers."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping

from django.db import DatabaseError, connection, transaction
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

logger = logging.getLogger(__name__)

Source = Callable[[], Iterable[Metric]]
# A scrape is to be answered in seconds, and is never a reason to keep the database busy.
LONGEST_QUERY_MS = 1000


class StateCollector(Collector):
    """Asks each source. One that gives no answer in time is missing from the scrape, which goes on and says so."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self.sources = sources

    def collect(self) -> Iterator[Metric]:
        known = GaugeMetricFamily("earshot_state_known", "1 where the database answered in time.", labels=["source"])
        reachable = database_is_there()
        for name, source in self.sources.items():
            families = asked(source) if reachable else []
            known.add_metric([name], 1 if families else 0)
            yield from families
        yield known


def database_is_there() -> bool:
    """Asked once a scrape: each look at a database that is away takes seconds."""
    try:
        connection.ensure_connection()
    except DatabaseError:
        logger.warning("metrics_without_database", exc_info=True)
        return False
    return True


def asked(source: Source) -> list[Metric]:
    """What the source says; nothing when the database fails it or takes too long."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL statement_timeout = {LONGEST_QUERY_MS}")
            return list(source())
    except DatabaseError:
        logger.warning("metrics_source_failed", exc_info=True)
        return []
