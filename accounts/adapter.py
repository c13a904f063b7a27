"""What allauth asks this project."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from accounts.links import verify_email_url


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """allauth keeps addresses and confirmations; its own pages and sign-up forms are not used."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False  # registration is accounts.services.register

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return verify_email_url(key=emailconfirmation.key)
