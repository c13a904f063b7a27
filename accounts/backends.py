"""Who is behind this name and password."""

from collections.abc import Iterator
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from accounts.models import User
from config.lib.limits import draw_credentials, forget_credentials, note_failure


class LoginBackend(ModelBackend):
    """By e-mail or username. How long it takes tells nobody whether an account exists.

    A suspended person with the right password is found here, so that the sign-in can say why it is refused; a
    session of the admin is not (`get_user`).
    """

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_: Any
    ) -> User | None:
        """The account of that name, or that address, and password. Every attempt counts; raises Throttled."""
        if not username or not password:
            return None
        name = username.strip().lower()
        draw_credentials(request, name=name)
        for place, user in enumerate(candidates(name)):
            if has_password(user, password):
                # Not for who has merely given an address: that would forget the guesses at its owner's password.
                if place == 0:
                    forget_credentials(name=name)
                return user
        note_failure(request, name=name)
        return None

    def get_user(self, user_id: int) -> User | None:
        return User.objects.filter(pk=user_id, is_active=True).first()


def candidates(name: str) -> Iterator[User | None]:
    """Whose password to try: one place for a username, two for an address, taken or not.

    Of an address: who has confirmed it, then who gave it last without confirming. Both are always tried, or else
    somebody who registers with a stranger's address could tell by the time whether it has an account.
    """
    if "@" not in name:
        yield User.objects.filter(username=name).first()
        return
    addresses = EmailAddress.objects.filter(email=name).select_related("user")
    for found in (addresses.filter(verified=True).first(), addresses.filter(verified=False).order_by("-pk").first()):
        yield found.user if found else None


def has_password(user: User | None, password: str) -> bool:
    """Whether it is the user's; for nobody the same work is done."""
    if user is None:
        make_password(password)
        return False
    return user.check_password(password)
