"""Errors of the domain: a stable code, a status and a sentence. They know nothing of HTTP frameworks."""

from typing import Any, ClassVar


class DomainError(Exception):
    """A rule said no. Subclasses stand beside the service that raises them and state `code` and `title`.

    `title` may name facts in braces; what is passed to the constructor fills them and goes into the problem body.
    The fact `retry_after_s`, of a rule that says "not now", goes into the header Retry-After too.
    """

    code: ClassVar[str] = ""
    status: ClassVar[int] = 409
    title: ClassVar[str] = ""

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        super().__init__(self.title.format(**facts))


def all_errors() -> list[type[DomainError]]:
    """Every error that has been defined, sorted by code."""
    found: set[type[DomainError]] = set()
    waiting = [DomainError]
    while waiting:
        for error in waiting.pop().__subclasses__():
            found.add(error)
            waiting.append(error)
    return sorted((error for error in found if error.code), key=lambda error: error.code)
