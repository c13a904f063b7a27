"""`python -m config.embedded.throwaway -- python -m bench.cards`: measure, and write bench/results/cards.md."""

import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import django
from django.conf import settings

if TYPE_CHECKING:
    from bench.cards.stack import Cost

RESULTS = Path(__file__).parents[1] / "results" / "cards.md"
ROUNDS, CALLS, WARM = 30, 20, 30
GOAL_MS = 1.0
BARE, TRACKS = "bare view, constant JSON", "`tracks/`, 20 cards"
COMMENTS = "`tracks/{track}/comments/`, 20 cards"


def measured() -> "dict[str, Cost]":
    """What each request has cost, the bare view's first."""
    from bench.cards.stack import Cost, Stack  # noqa: PLC0415 -- Django is set up by now
    from bench.cards.world import furnish, sign_in  # noqa: PLC0415 -- likewise

    person, track = furnish()
    stack = Stack(token=sign_in(person))
    costs = {
        BARE: Cost("/api/v1/bare/"),
        TRACKS: Cost("/api/v1/tracks/"),
        COMMENTS: Cost(f"/api/v1/tracks/{track.pk}/comments/"),
        "`tracks/{track}/likers/`, 20 cards": Cost(f"/api/v1/tracks/{track.pk}/likers/"),
        "`me/likes/tracks/`, 20 cards": Cost("/api/v1/me/likes/tracks/"),
        "`tracks/` by ModelSerializer over instances": Cost("/api/v1/by-model/"),
    }
    for cost in costs.values():
        for _ in range(WARM):
            stack.call(cost.path)
    for _ in range(ROUNDS):
        for cost in costs.values():
            stack.measure(cost, calls=CALLS)
    return costs


def report() -> Iterator[str]:
    """The whole document."""
    costs = measured()
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    yield from ("# Cards", "", f"{datetime.now(tz=UTC):%Y-%m-%d}, {os.cpu_count()} cores, load {load}.")
    yield "CPU of a request that is signed in, in ms, through middleware, sign-in and limits: of its process, and of"
    yield f"PostgreSQL's for it. Made by `python -m bench.cards`: in turn {ROUNDS} rounds of {CALLS} calls each, after"
    yield f"{WARM} that count for nothing."
    yield from ("", "| Request | bytes | server p50 | server p95 | PostgreSQL p50 | both | over the bare view |")
    yield "|---|---|---|---|---|---|---|"
    floor = costs[BARE].total
    for name, cost in costs.items():
        figures = (cost.server_p50, cost.server_p95, cost.database_p50, cost.total, cost.total - floor)
        yield f"| {name} | {cost.size} | " + " | ".join(f"{figure:.2f}" for figure in figures) + " |"
    told = "; ".join(f"{name} {verdict(costs[name].total - floor)} it" for name in (TRACKS, COMMENTS))
    yield from ("", f"The goal is {GOAL_MS} ms over the bare view. {told}.")


def verdict(over: float) -> str:
    """What so many ms over the bare view do with the goal."""
    return "holds" if over <= GOAL_MS else "misses"


def main() -> int:
    """Measure and write."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    settings.ROOT_URLCONF = "bench.cards.urls"
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 -- Django is set up by now

    call_command("migrate", verbosity=0)
    lines = []
    for line in report():
        sys.stdout.write(f"{line}\n")
        lines.append(line)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
