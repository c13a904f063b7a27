import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from config.composed.postman import PATH, tidied


class Command(BaseCommand):
    help = "Write docs/postman.json from the export of openapi2postmanv2 (`make postman` makes it)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("export", type=Path, help="the converter's output")

    def handle(self, *, export: Path, **_: Any) -> None:
        collection = tidied(json.loads(export.read_text()))
        (settings.BASE_DIR / PATH).write_text(json.dumps(collection, indent=1, ensure_ascii=False) + "\n")
        self.stdout.write(f"{PATH} written")
