import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from config.composed.doctor import CHECKS
from config.lib.doctor import Finding, examine


class Command(BaseCommand):
    help = "Say what is wrong with this installation, and what to type. Ends with 1 when something is."
    requires_system_checks = ()  # they are among what is looked at

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="a list of findings, for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        findings = []
        for name, finding in examine(CHECKS):
            findings.append((name, finding))
            if not options["json"]:
                self.tell(name, finding)
        if options["json"]:
            self.stdout.write(json.dumps([as_json(name, finding) for name, finding in findings], indent=2))
        if any(finding.is_wrong for _, finding in findings):
            sys.exit(1)

    def tell(self, name: str, finding: Finding) -> None:
        remedy = f" -> {finding.remedy}" if finding.is_wrong else ""
        self.stdout.write(f"{'WRONG' if finding.is_wrong else '':5} {name:10} {finding.sentence}{remedy}")


def as_json(name: str, finding: Finding) -> dict[str, Any]:
    """A finding for programs."""
    return {"check": name, "wrong": finding.is_wrong, "sentence": finding.sentence, "remedy": finding.remedy}
