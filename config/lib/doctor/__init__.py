"""What is wrong with an installation, and what to type: small checks, and what they find."""

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.db import connections

from config.lib.logs import hide_secrets

PATIENCE_S = 3.0


@dataclass(frozen=True)
class Finding:
    """One sentence. A finding with a remedy says that something is wrong, and the remedy what to do about it."""

    sentence: str
    remedy: str = ""

    @property
    def is_wrong(self) -> bool:
        return bool(self.remedy)


@dataclass(frozen=True)
class Check:
    """A look at one thing; `needs` names checks that must have found nothing wrong before it makes sense."""

    name: str
    look: Callable[[], Iterable[Finding]]
    needs: tuple[str, ...] = ()


def examine(checks: Iterable[Check]) -> Iterator[tuple[str, Finding]]:
    """Go through the checks in order: (name of the check, finding), at least one for each.

    None takes longer than PATIENCE_S, whatever does not answer.
    """
    ailing: set[str] = set()
    for check in checks:
        missing = [name for name in check.needs if name in ailing]
        findings = [Finding(f"not looked at without {' and '.join(missing)}")] if missing else within_patience(check)
        for finding in findings:
            yield check.name, finding
        if missing or any(finding.is_wrong for finding in findings):
            ailing.add(check.name)


def within_patience(check: Check) -> list[Finding]:
    """What the check finds, from a thread of its own, so that whatever hangs does not hold the others."""
    found: list[list[Finding]] = []
    thread = threading.Thread(target=lambda: found.append(looked(check)), daemon=True)
    thread.start()
    thread.join(PATIENCE_S)
    return (
        found[0] if found else [Finding(f"no answer within {PATIENCE_S:g} s", "see whether it hangs, and restart it")]
    )


def looked(check: Check) -> list[Finding]:
    """What the check finds, without secrets; an exception is a finding too."""
    try:
        return [Finding(hide_secrets(finding.sentence), hide_secrets(finding.remedy)) for finding in check.look()]
    except Exception as error:
        return [Finding(hide_secrets(f"could not be looked at: {first_line(error)}"), "read what the error says")]
    finally:
        connections.close_all()


def first_line(error: BaseException) -> str:
    """An exception in one line."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__
