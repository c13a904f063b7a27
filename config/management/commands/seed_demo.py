import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.demo import seeding
from tracks.choices import State
from tracks.models import Track

PATIENCE_S = 900
LOOK_EVERY_S = 1.0


class Command(BaseCommand):
    help = "Fill this installation with invented people and music of our own. Safe to run twice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="folder", type=Path, help="upload the audio files of this folder instead")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEV_PAGES:
            raise CommandError("The password of the demo's people, staff among them, is public: not in production.")
        folder: Path | None = options["folder"]
        if folder is not None and not folder.is_dir():
            raise CommandError(f"{folder} is not a folder")
        if options["dry_run"]:
            self.announce(folder)
            return
        for person in seeding.missing_people():
            seeding.add_person(person)
            self.stdout.write(f"person  {person.username}")
        self.wait_for(self.upload_folder(folder) if folder else self.upload_pieces())

    def announce(self, folder: Path | None) -> None:
        for person in seeding.missing_people():
            self.stdout.write(f"would add person  {person.username}")
        names = [p.name for p in seeding.audio_files(folder)] if folder else [p.title for p in seeding.missing_pieces()]
        for name in names:
            self.stdout.write(f"would upload      {name}")

    def upload_pieces(self) -> list[Track]:
        tracks = []
        for piece in seeding.missing_pieces():
            tracks.append(seeding.add_piece(piece))
            self.stdout.write(f"upload  {piece.username}: {piece.title}")
        return tracks

    def upload_folder(self, folder: Path) -> list[Track]:
        tracks = []
        for path, owner in seeding.pair_with_artists(seeding.audio_files(folder)):
            tracks.append(seeding.upload_file(path, owner=owner, details={}))
            self.stdout.write(f"upload  {owner.username}: {path.name}")
        return tracks

    def wait_for(self, tracks: list[Track]) -> None:
        """Until the workers have finished, with a word for each track."""
        waiting, deadline = list(tracks), time.monotonic() + PATIENCE_S
        while waiting:
            left = {track.pk for track in seeding.still_working(waiting)}
            for track in Track.objects.filter(pk__in=[track.pk for track in waiting if track.pk not in left]):
                self.stdout.write(f"{track.state:7} {track.title}")
            waiting = [track for track in waiting if track.pk in left]
            if waiting and time.monotonic() > deadline:
                raise CommandError(f"{len(waiting)} tracks are not ready after {PATIENCE_S} s: is a worker running?")
            if waiting:
                time.sleep(LOOK_EVERY_S)
        failed = Track.objects.filter(pk__in=[track.pk for track in tracks], state=State.FAILED).count()
        if failed:
            raise CommandError(f"{failed} of {len(tracks)} tracks failed; the admin says why (Sounds).")
        self.stdout.write(f"done    {len(tracks)} tracks added")
