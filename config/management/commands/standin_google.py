"""`manage.py standin_google`: an issuer in Google's place on this machine, for development."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    help = "Run an issuer of OpenID Connect in Google's place, which believes everybody. Not in production."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=9400)

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEV_PAGES:
            raise CommandError("It vouches for anybody: not in production.")
        from config.standins.oidc import provider  # noqa: PLC0415 -- nothing of it is loaded in production

        person = {"email": "pia@example.org", "email_verified": True, "name": "Pia Example"}
        with provider(port=options["port"], people={"pia": person}) as running:
            self.stdout.write(
                f"Start Earshot with GOOGLE_CLIENT_ID=earshot GOOGLE_CLIENT_SECRET=any "
                f"GOOGLE_ISSUER={running.issuer}; there one signs in as `pia`. Ctrl-C ends it."
            )
            while True:
                time.sleep(60)
