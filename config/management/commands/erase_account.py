from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.leaving import services
from accounts.models import User
from config.composed import erasing, exporting
from config.lib.errors import DomainError
from config.lib.jobs import JobState
from config.management.people import person_called


class Command(BaseCommand):
    help = "Erase an account now, without days of grace. What was begun and stopped goes on, as often as it is called."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", help="username or id")
        parser.add_argument("--dry-run", action="store_true", help="say what would go, and change nothing")

    def handle(self, *, user: str, dry_run: bool, **_: Any) -> None:
        person = person_called(user)
        if dry_run:
            self.tell(person)
            return
        try:
            erasure = services.erase_at_once(user=person, at=timezone.now())
        except DomainError as error:
            raise CommandError(str(error)) from error
        erasing.erase_account(erasure_id=erasure.pk)
        erasure.refresh_from_db()
        if erasure.state != JobState.DONE:
            raise CommandError(f"Not done yet ({erasure.state} {erasure.failure_code}); the workers go on with it.")
        self.stdout.write(f"Account {person.pk} is erased.")

    def tell(self, person: User) -> None:
        for name, count in erasing.holdings(person.pk).items():
            self.stdout.write(f"{count:8}  {name}")
        files = list(exporting.files_of(person.pk))
        self.stdout.write(f"{len(files):8}  stored originals and pictures, {sum(file.size for file in files)} bytes")
        self.stdout.write(f"Would erase account {person.pk} ({person.username}).")
