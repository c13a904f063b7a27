from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from config.composed.exporting import write_archive
from config.management.people import person_called


class Command(BaseCommand):
    help = "Write everything that a person has here into one archive, as POST /api/v1/me/export/ does."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", help="username or id")
        parser.add_argument("--to", type=Path, required=True, metavar="DIR", help="the folder it is written into")

    def handle(self, *, user: str, to: Path, **_: Any) -> None:
        person, at = person_called(user), timezone.now()
        path = to / f"earshot-{person.username}-{at:%Y%m%dT%H%M%SZ}.zip"
        try:
            write_archive(user_id=person.pk, path=path, at=at, on_progress=self.tell)
        except OSError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{path}: {path.stat().st_size} bytes. It holds personal data: keep it from others.")

    def tell(self, part: float) -> None:
        self.stderr.write(f"{part:.0%}")
