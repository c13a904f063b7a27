"""`make check`: every gate under its heading, with its time; the first that is shut ends the run."""

import os
import secrets
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from config.embedded import processes
from config.embedded.places import PROJECT, Places

BIN = Path(sys.executable).parent
MANAGE = (sys.executable, "manage.py")
APPS = sorted(folder.parent.name for folder in PROJECT.glob("*/migrations"))
"""Ours: the migrations of packages are their authors' to judge."""

RULES = "*/services/*,*/services.py,*/policies.py,*/querysets.py,*/querysets/*,*/events.py"
"""Files in which every branch is tested: they decide who may do and see what."""

MADE_UP_PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SECRET_KEY": secrets.token_urlsafe(48),
    "JWT_SIGNING_KEY": secrets.token_urlsafe(48),
    "SITE_URL": "https://earshot.example",
    "DATABASE_URL": "postgresql://earshot:made-up@database.invalid/earshot",
    "REDIS_URL": "redis://:made-up@redis.invalid:6379/0",
    "MEDIA_ROOT": str(Places.from_environment().media),
    "WORK_ROOT": str(Places.from_environment().tmp),
    "EMAIL_URL": "smtp+tls://earshot:made-up@mail.invalid:587",
}
"""Enough for the deployment checks, which connect to nothing."""


@dataclass(frozen=True)
class Gate:
    """A command that must end with 0, in this environment and what is added to it."""

    heading: str
    command: Sequence[str | Path]
    added: Mapping[str, str] = field(default_factory=dict)


DEVELOPMENT = {"DJANGO_SETTINGS_MODULE": "config.settings.dev"}
LINTER = {"DJANGO_SETTINGS_MODULE": "config.embedded.gate_settings"}

GATES = (
    Gate("lint", (BIN / "ruff", "check", ".")),
    Gate("format", (BIN / "ruff", "format", "--check", ".")),
    Gate("types", (BIN / "mypy",)),
    Gate("imports", (BIN / "lint-imports",)),
    Gate("deployment", (*MANAGE, "check", "--deploy", "--fail-level", "WARNING"), MADE_UP_PRODUCTION),
    Gate("migrations are made", (*MANAGE, "makemigrations", "--check", "--dry-run"), DEVELOPMENT),
    Gate("migrations are safe", (*MANAGE, "lintmigrations", "--no-cache", "--include-apps", *APPS), LINTER),
    Gate("documents are current", (*MANAGE, "docs", "--check"), DEVELOPMENT),
    Gate("compose", (BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml")),
    Gate("image", (BIN / "hadolint", "Dockerfile")),
    Gate("tests", ("make", "--no-print-directory", "test", "MEASURE=-m coverage run")),
    Gate("measurements of all processes", (BIN / "coverage", "combine", "--quiet")),
    Gate("coverage", (BIN / "coverage", "report", "--skip-covered", "--skip-empty", "--fail-under=95")),
    Gate(
        "coverage of the rules",
        (BIN / "coverage", "report", "--skip-covered", f"--include={RULES}", "--omit=config/*", "--fail-under=100"),
    ),
)


def passes(gate: Gate) -> bool:
    """Run a gate; print its heading, what it has to say and its time in seconds."""
    say(f"\n── {gate.heading}")
    begun = time.monotonic()
    code = processes.run_in_front(gate.command, environment={**os.environ, **gate.added})
    verdict = "passed" if code == 0 else f"FAILED with code {code}"
    say(f"   {verdict} after {time.monotonic() - begun:.1f} s")
    return code == 0


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 -- a command speaks


def main() -> int:
    """Go through the gates; 0 when all are passed, 1 at the first that is not."""
    begun = time.monotonic()
    if not all(map(passes, GATES)):
        return 1
    say(f"\nall {len(GATES)} gates passed after {time.monotonic() - begun:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
