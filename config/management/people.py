"""Whom a command is about."""

from django.core.management.base import CommandError

from accounts.models import User


def person_called(name_or_id: str) -> User:
    """The account of that username or id, in whatever standing; raises CommandError."""
    column = {"pk": int(name_or_id)} if name_or_id.isdecimal() else {"username": name_or_id.lower()}
    user = User.objects.get_queryset().filter(**column).first()
    if user is None:
        raise CommandError(f"There is nobody called {name_or_id}.")
    return user
