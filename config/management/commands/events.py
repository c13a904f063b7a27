from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from config.lib.events import upkeep
from config.lib.events.partitions import keep_partitions

MOST = 50


class Command(BaseCommand):
    help = (
        "What is still to follow from events: look at it (show), try what is parked anew (retry), keep the days (keep)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("show", help="what waits, what is parked and why")
        retry = verbs.add_parser("retry", help="try parked deliveries anew")
        retry.add_argument("ids", nargs="*", type=int, help="of these deliveries only")
        retry.add_argument("--dry-run", action="store_true", help="say which, and do nothing")
        verbs.add_parser("keep", help="make the days ahead and drop the old ones")

    def handle(self, *args: Any, **options: Any) -> None:
        getattr(self, options["verb"])(options)

    def show(self, options: dict[str, Any]) -> None:
        for state in upkeep.states(at=timezone.now()):
            lag = state.lag.total_seconds()
            self.stdout.write(f"{state.route:32} waiting {state.waiting:6}  parked {state.parked:4}  lag {lag:8.1f} s")
        for row in upkeep.parked(limit=MOST):
            self.stdout.write(f"parked {row.pk} {row.route} {row.payload} after {row.attempts}: {row.last_error}")

    def retry(self, options: dict[str, Any]) -> None:
        if options["dry_run"]:
            rows = [row for row in upkeep.parked(limit=MOST) if not options["ids"] or row.pk in options["ids"]]
            for row in rows:
                self.stdout.write(f"would retry {row.pk} {row.route} {row.payload}")
            return
        count = upkeep.retry(ids=options["ids"], at=timezone.now())
        self.stdout.write(f"{count} deliveries will be tried anew")

    def keep(self, options: dict[str, Any]) -> None:
        made, dropped = keep_partitions(at=timezone.now())
        self.stdout.write(f"{made} partitions made, {dropped} days dropped")
