"""`manage.py plays recount [--dry-run]`: count all plays anew from the ledger, by the published rule."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from engagement.plays.services import RecountRunning, recount_plays


class Command(BaseCommand):
    help = "Count all plays anew from the ledger, and put right what differs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        words = parser.add_subparsers(dest="word", required=True)
        recount = words.add_parser("recount", help="counts and outcomes follow the rule in docs/plays.md")
        recount.add_argument("--dry-run", action="store_true", help="tell what differs, and change nothing")

    def handle(self, *, dry_run: bool, **_: Any) -> None:
        tracks = 0
        try:
            for found in recount_plays(dry_run=dry_run):
                tracks += 1
                self.stdout.write(
                    f"track {found.track_id}: counted {found.counted}, by the rule {found.due};"
                    f" plays of which something else was written: {found.rows}"
                )
        except RecountRunning as error:
            raise CommandError("Somebody else is recounting.") from error
        done = "differ; nothing was changed" if dry_run else "differed and were put right"
        self.stdout.write(f"{tracks} tracks {done}." if tracks else "All counts are what the rule says.")
