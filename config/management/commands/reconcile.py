"""`manage.py reconcile`: has every stored object a row, and every row its objects?"""

import getpass
import sys
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config.composed.custody import SHELVES
from config.lib.custody import Difference
from config.lib.custody.reconciling import ReconcilingAlready, keep_result, only_look, reconcile, removing


class Command(BaseCommand):
    help = "Compare what is stored with what rows say, and list what differs. Ends with 1 when something is left."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--remove", action="store_true", help="remove objects that no row owns")
        parser.add_argument("--dry-run", action="store_true", help="list, and write nothing at all")
        parser.add_argument(
            "--older-than", type=float, default=24, metavar="HOURS", help="leave younger objects alone (24)"
        )

    def handle(self, *, remove: bool, dry_run: bool, older_than: float, **_: Any) -> None:
        at, by = timezone.now(), f"reconcile by {getpass.getuser()}"[:60]
        act = removing(by=by, at=at) if remove and not dry_run else only_look
        age = timedelta(hours=older_than)
        try:
            result = reconcile(shelves=SHELVES, act=act, by=by, at=at, older_than=age, tell=self.tell)
        except ReconcilingAlready as error:
            raise CommandError("Another process compares them at this moment.") from error
        if not dry_run:
            keep_result(result)
        seen = f"{result.objects_seen} objects, {result.bytes_seen} bytes"
        found = f"{result.orphans} orphans, {result.missing} missing, {result.strangers} strangers"
        self.stdout.write(f"{seen}: {found}; {result.removed} removed, {result.left} differences left")
        if result.left:
            sys.exit(1)

    def tell(self, difference: Difference) -> None:
        self.stdout.write(str(difference))
