"""`manage.py reprocess_tracks --where missing=opus`: make sounds anew, for instance after a change of encoders."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.progress import track

from tracks import queries, services


class Command(BaseCommand):
    help = "Make the sounds of tracks anew; what plays goes on playing until then."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--where",
            action="append",
            default=[],
            metavar="NAME=VALUE",
            help="which: " + ", ".join(f"{name}=…" for name in queries.SOUND_WORDS) + "; several must all hold",
        )
        parser.add_argument("--dry-run", action="store_true", help="say how many, and change nothing")

    def handle(self, *, where: list[str], dry_run: bool, **_: Any) -> None:
        try:
            sounds = queries.sounds_where(where)
        except ValueError as error:
            raise CommandError(str(error)) from error
        if dry_run:
            self.stdout.write(f"Would make {sounds.count()} sounds anew.")
            return
        done = [
            services.reprocess_sound(sound=sound, at=timezone.now())
            for sound in track(sounds.iterator(), total=sounds.count(), description="queueing")
        ]
        self.stdout.write(f"{sum(done)} sounds wait to be made anew; {done.count(False)} are busy or held already.")
