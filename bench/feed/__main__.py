"""`nice -n 5 python -m bench.feed [--scale 0.05]`: load, measure, and write bench/results/feed.md (at scale 1)."""

import argparse
import os
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django

from config.embedded.throwaway import throwaway_services

RESULTS = Path(__file__).parents[1] / "results" / "feed.md"


def report(scale: float) -> Iterator[str]:
    """The whole document."""
    from django.core.management import call_command  # noqa: PLC0415 -- the services must be there first

    from bench.feed import measuring, population  # noqa: PLC0415 -- likewise

    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    yield from ("# Feeds", "", f"{datetime.now(tz=UTC):%Y-%m-%d}, {os.cpu_count()} cores, load {load}, scale {scale}.")
    call_command("migrate", verbosity=0)
    steps: list[str] = []
    sizes = population.Sizes(scale)
    population.load(sizes, tell=steps.append)
    yield from ("", "Loading: " + "; ".join(steps) + ".", "")
    yield from measuring.pages(sizes)
    yield from measuring.requests(sizes)
    yield from measuring.publishing(sizes, at=datetime.now(tz=UTC) + timedelta(hours=1))


def main() -> int:
    """Measure and write; 1 where a page was not what the plain join says."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--scale", type=float, default=1.0)
    scale = parser.parse_args().scale
    begun, lines = time.monotonic(), []
    with throwaway_services(os.environ) as exported:
        os.environ.update(exported, DJANGO_SETTINGS_MODULE="config.settings.test")
        django.setup()
        for line in report(scale):
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
            lines.append(line)
    lines.append(f"\nAll of it took {time.monotonic() - begun:.0f} s.")
    sys.stdout.write(lines[-1] + "\n")
    if scale == 1.0:
        RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return int(any("COMPLAINT" in line for line in lines))


if __name__ == "__main__":
    sys.exit(main())
