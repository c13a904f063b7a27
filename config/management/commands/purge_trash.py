"""`manage.py purge_trash`: what was thrown away thirty days ago goes for good, with all that is stored of it."""

from argparse import ArgumentTypeError
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from config.composed import trash


def moment(word: str) -> datetime:
    """A day, or a moment, of UTC unless it says otherwise."""
    try:
        found = parse_datetime(word) or datetime.fromisoformat(word)
    except ValueError as error:
        raise ArgumentTypeError(f"{word!r} is neither a day nor a moment, such as 2026-01-31") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


class Command(BaseCommand):
    help = "Remove what has been in the trash for thirty days, never earlier; what was begun and stopped goes on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say what would go, and change nothing")
        parser.add_argument(
            "--before", type=moment, metavar="MOMENT", help="only what was thrown away until then (thirty days ago)"
        )

    def handle(self, *, dry_run: bool, before: datetime | None, **_: Any) -> None:
        at = timezone.now()
        try:
            if dry_run:
                self.tell_all("Would remove", trash.count_due(before=before, at=at))
            else:
                self.tell_all("Removed", trash.purge_due(before=before, at=at, tell=self.tell))
        except trash.TooEarly as error:
            raise CommandError("That is less than thirty days ago: it may still be brought back.") from error
        except trash.PurgingAlready as error:
            raise CommandError("Another process purges the trash at this moment.") from error

    def tell(self, word: str, gone: int) -> None:
        """How far it is."""
        self.stdout.write(f"{gone:8}  {word}s so far")

    def tell_all(self, verb: str, counts: dict[str, int]) -> None:
        self.stdout.write(f"{verb} {', '.join(f'{count} {word}s' for word, count in counts.items())}.")
