from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from accounts.queries import named
from config.lib.viewer import Viewer
from discovery.queries.plain import paged_feed, plain_feed


class Command(BaseCommand):
    help = "feeds check <name or id>: compares somebody's feed, page by page, with the plain query. Changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["check"])
        parser.add_argument("user", help="A username or an id.")

    def handle(self, *, user: str, **options: Any) -> None:
        person = User.objects.get_queryset().filter(named(user)).first()
        if person is None:
            raise CommandError(f"There is nobody called {user}.")
        viewer = Viewer(user=person)
        served, plain = paged_feed(viewer=viewer), plain_feed(viewer=viewer)
        if served != plain:
            here, there = set(served) - set(plain), set(plain) - set(served)
            first = next((n for n, (a, b) in enumerate(zip(served, plain, strict=False)) if a != b), len(here))
            raise CommandError(
                f"The feed of {person.username} differs from entry {first + 1} on:"
                f" {len(here)} too many ({sorted(here)[:5]}), {len(there)} missing ({sorted(there)[:5]})."
            )
        self.stdout.write(f"The feed of {person.username} is as it should be: {len(served)} entries.")
