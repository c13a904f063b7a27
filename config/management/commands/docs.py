import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.composed.generated_docs import generated_docs


class Command(BaseCommand):
    help = "Write the documents that are made from the code: docs/openapi.yaml, errors.md, events.md, export.md."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail when a document is out of date")

    def handle(self, *args: Any, **options: Any) -> None:
        documents = generated_docs()
        if options["check"]:
            self.compare(documents)
            return
        for name, text in documents.items():
            Path(settings.BASE_DIR, name).write_text(text)
            self.stdout.write(f"{name} written")

    def compare(self, documents: Mapping[str, str]) -> None:
        for name, text in documents.items():
            path = Path(settings.BASE_DIR, name)
            there = path.read_text() if path.exists() else ""
            if there != text:
                changes = difflib.unified_diff(there.splitlines(), text.splitlines(), name, "the code", lineterm="")
                self.stderr.write("\n".join(list(changes)[:40]))
                raise CommandError(f"{name} is out of date: run `manage.py docs` and commit it")
        self.stdout.write(f"{len(documents)} documents are up to date")
