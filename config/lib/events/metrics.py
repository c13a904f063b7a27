"""How far the consequences are behind the events."""

from collections.abc import Callable, Iterator

from django.db import connection
from django.utils import timezone
from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

from config.lib.events import routes
from config.lib.events.upkeep import RouteState, states

# What a sequence has given out: no scan of a log that may be long.
WRITTEN = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM config_domainevent_id_seq"
FIGURES: dict[str, tuple[str, Callable[[RouteState], float]]] = {
    "open": ("Deliveries that are not done.", lambda state: state.waiting),
    "due": ("Deliveries that the relay should send now.", lambda state: state.due),
    "parked": ("Deliveries that were tried enough and wait for a person.", lambda state: state.parked),
    "lag_seconds": ("Age of the oldest delivery that is not done.", lambda state: state.lag.total_seconds()),
}


def events() -> Iterator[Metric]:
    """Events written since the log was made; those of transactions that were rolled back are counted as well."""
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN)
        [written] = cursor.fetchone()
    yield CounterMetricFamily("earshot_events_written", "Events written into the log.", value=written)


def deliveries() -> Iterator[Metric]:
    """Every route, those with nothing to do at zero: an alert needs a figure to compare."""
    known = {task.name: RouteState(task.name) for tasks in routes().values() for task in tasks}
    known |= {state.route: state for state in states(at=timezone.now())}
    for name, (meaning, figure) in FIGURES.items():
        family = GaugeMetricFamily(f"earshot_deliveries_{name}", meaning, labels=["route"])
        for route, state in sorted(known.items()):
            family.add_metric([route], figure(state))
        yield family
