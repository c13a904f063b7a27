from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from billing import queries, services


class Command(BaseCommand):
    help = "What people have taken of their plans: compare the numbers with the reservations they sum up (recount)."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        recount = verbs.add_parser("recount", help="correct the numbers that are wrong")
        recount.add_argument("--dry-run", action="store_true", help="say which, and do nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        dry = options["dry_run"]
        drifts = queries.drifts() if dry else services.recount_usage()
        for drift in drifts:
            word = "would be" if dry else "is now"
            self.stdout.write(f"user {drift.user_id}: {drift.column} was {drift.stored}, {word} {drift.true}")
        self.stdout.write(f"{len(drifts)} numbers {'are' if dry else 'were'} wrong")
