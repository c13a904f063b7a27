"""What allauth asks this project."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest

from accounts.links import verify_email_url
from accounts.models import User
from config.lib.secrets import seal, unseal


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """allauth keeps addresses and confirmations; its own pages and sign-up forms are not used."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False  # registration is accounts.services.register

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return verify_email_url(key=emailconfirmation.key)


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # likewise
    """How a second factor is kept, and under which name an authenticator app lists it."""

    def get_totp_label(self, user: User) -> str:
        return user.username

    def get_totp_issuer(self) -> str:
        return settings.INSTANCE_NAME  # allauth would take the Host header, which the caller writes

    def encrypt(self, text: str) -> str:
        return seal(text, purpose="second factor")

    def decrypt(self, encrypted_text: str) -> str:
        """Raises Unreadable when the secret that sealed it is no longer listed."""
        return unseal(encrypted_text, purpose="second factor")
