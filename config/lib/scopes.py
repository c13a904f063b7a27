"""What a sign-in may do that was handed to a program: it carries `scopes`, and each operation is in one or in none.

A table of each viewset says in which (`scopes`: action -> scope). What is not in the table is for people alone.
"""

from typing import Any

from django.db.models import TextChoices

from config.lib.errors import DomainError


class Scope(TextChoices):
    """`read`: all that the person sees; `write`: change and remove; `uploads`: bring files."""

    READ = "read"
    WRITE = "write"
    UPLOADS = "uploads"


class ScopeMissing(DomainError):
    code = "scope_missing"
    status = 403
    title = "This token does not have the scope {needed}, which is needed here."


class PersonNeeded(DomainError):
    code = "person_needed"
    status = 403
    title = "No token of a program may do this; sign in yourself."


def check_scope(auth: Any, needed: Scope | None) -> None:
    """Raise unless this sign-in may do what is in the scope `needed` (None: in no scope).

    A sign-in without `scopes` is a person's own and may do everything. Raises ScopeMissing, PersonNeeded.
    """
    granted = getattr(auth, "scopes", None)
    if granted is None:
        return
    if needed is None:
        raise PersonNeeded
    if needed not in granted:
        raise ScopeMissing(needed=str(needed))
