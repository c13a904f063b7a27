"""`nice -n 5 python -m bench.people`: load, measure, look at the plans, and write bench/results/people.md."""

import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import django

from config.embedded.throwaway import throwaway_services

BEFORE = Path(__file__).with_name("before.md")
RESULTS = Path(__file__).parents[1] / "results" / "people.md"


def report() -> Iterator[str]:
    """The whole document. Raises SystemExit at its end where a plan is not as it should be."""
    from django.core.management import call_command  # noqa: PLC0415 -- the services must be there first

    from bench.people import loading, measuring  # noqa: PLC0415 -- likewise

    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    yield from ("# People", "", f"{datetime.now(tz=UTC):%Y-%m-%d}, {os.cpu_count()} cores, load {load}.")
    yield "Made by `python -m bench.people`: PostgreSQL of its own, Django's test client in the same process."
    call_command("migrate", verbosity=0)
    yield from ("", "## Loading", "")
    steps: list[str] = []
    loading.load(steps.append)
    yield from (f"* {step}" for step in steps)
    yield from ("", "| Table | rows | MiB with indexes |", "|---|---|---|")
    sizes = loading.sizes()
    yield from (f"| {name} | {rows:,} | {mebibytes:,} |" for name, (rows, mebibytes) in sizes.items())
    yield from ("", "## What was found and mended", "", BEFORE.read_text(encoding="utf-8").strip())
    yield from measuring.document(big=set(sizes))


def main() -> int:
    """Measure and write; 1 where a plan is not as it should be."""
    with throwaway_services(os.environ) as exported:
        os.environ.update(exported, DJANGO_SETTINGS_MODULE="config.settings.test")
        django.setup()
        lines = []
        for line in report():
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
            lines.append(line)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return int(any("COMPLAINT" in line for line in lines))


if __name__ == "__main__":
    sys.exit(main())
