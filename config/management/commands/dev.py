"""`manage.py dev`: what `make run` runs."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from config.embedded.house import run
from config.embedded.refusals import Refusal


class Command(BaseCommand):
    help = "Run Earshot on this machine: PostgreSQL and Valkey where none is given, web, worker and beat."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Ends with 0 after a stop, 1 with one sentence where it cannot run."""
        try:
            code = run()
        except Refusal as refusal:
            self.stderr.write(str(refusal))
            code = 1
        sys.exit(code)
