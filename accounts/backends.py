"""Who is behind this name and password."""

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import User


class LoginBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth ships no types
    """By e-mail or username, in the same time whether or not the account exists (allauth's part).

    A suspended person with the right password is found here, so that the sign-in can say why it is refused; a
    session of the admin is not (`get_user`).
    """

    def user_can_authenticate(self, user: User) -> bool:
        return True

    def get_user(self, user_id: int) -> User | None:
        return User.objects.filter(pk=user_id, is_active=True).first()
