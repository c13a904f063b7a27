"""`manage.py changepassword`, through the service: Django's own writes the whole row back as it was when it asked."""

from getpass import getpass, getuser
from typing import Any

from django.contrib.auth.management.commands import changepassword
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import CommandError
from django.utils import timezone

from accounts import services
from accounts.models import User


class Command(changepassword.Command):
    help = "Change a person's password and sign them out everywhere."

    def handle(self, *args: Any, **options: Any) -> str:
        username = options["username"] or getuser()
        try:
            user = User.objects.get_by_natural_key(username)
        except User.DoesNotExist as error:
            raise CommandError(f"There is nobody called {username}.") from error
        services.change_password(user=user, password=self.ask_password(user), at=timezone.now())
        return f"The password of {user} is changed, and nobody is signed in with the old one."

    def ask_password(self, user: User) -> str:
        """What is typed twice; raises CommandError when it differs or is too weak."""
        password = getpass("Password: ")
        if password != getpass("Password (again): "):
            raise CommandError("That was not the same password twice.")
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        return password
