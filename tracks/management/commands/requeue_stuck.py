"""`manage.py requeue_stuck`: what beat does every 15 seconds, by hand and told."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from rich.progress import track

from tracks import queries, services


class Command(BaseCommand):
    help = "Hand back sounds whose worker is gone, and send the tasks of those that wait too long."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--older-than", type=int, default=120, metavar="SECONDS", help="since when (120)")
        parser.add_argument("--dry-run", action="store_true", help="name them, and change nothing")

    def handle(self, *, older_than: int, dry_run: bool, **_: Any) -> None:
        at = timezone.now()
        stuck = queries.stuck_sounds(since=at - timedelta(seconds=older_than))
        if dry_run:
            for sound in stuck:
                self.stdout.write(f"{sound}, attempt {sound.attempt}, lane {sound.lane}")
            self.stdout.write(f"Would requeue {len(stuck)} sounds.")
            return
        done = [services.requeue_sound(sound=sound, at=at) for sound in track(stuck, description="requeueing")]
        self.stdout.write(f"{sum(done)} sounds requeued; {done.count(False)} were taken meanwhile.")
