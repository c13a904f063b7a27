"""`manage.py reset_second_factor USER`: for who has lost the telephone and the recovery codes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts import services
from accounts.models import User
from accounts.queries import has_second_factor


class Command(BaseCommand):
    help = "Remove a person's second factor and sign them out everywhere. Be sure who asks you to. Safe to run twice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            user = User.objects.get_by_natural_key(options["username"])
        except User.DoesNotExist as error:
            raise CommandError(f"There is nobody called {options['username']}.") from error
        if options["dry_run"]:
            does = "would be removed" if has_second_factor(user.pk) else "is not there"
            self.stdout.write(f"The second factor of {user} {does}.")
        elif services.remove_second_factor(user=user, at=timezone.now()):
            self.stdout.write(f"The second factor of {user} is removed, and nobody is signed in as them.")
        else:
            self.stdout.write(f"{user} has no second factor; nothing was changed.")
