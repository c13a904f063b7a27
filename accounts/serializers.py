"""`…Write` checks the shape of what comes in; `…Card` and `…Detail` declare, for OpenAPI, what cards.py answers."""

from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError as PasswordRejected
from rest_framework import serializers

from accounts.choices import Role
from accounts.models import User
from accounts.usernames import GRAMMAR_SENTENCE, is_well_formed, normalized


class UserCard(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    kind = serializers.CharField()
    username = serializers.CharField()
    display_name = serializers.CharField()
    role = serializers.ChoiceField(choices=Role.choices)
    permalink_url = serializers.URLField()


class OwnAccount(UserCard):
    email = serializers.EmailField()
    bio = serializers.CharField()
    city = serializers.CharField()
    country = serializers.CharField()
    timezone = serializers.CharField()
    locale = serializers.CharField()
    terms_version = serializers.CharField()
    plan = serializers.CharField(help_text="Code of a plan; empty: the default one.")
    created_at = serializers.DateTimeField()


class SessionCard(serializers.Serializer[Any]):
    """`used_at` is the last sign-in or refresh: ten minutes behind at most."""

    id = serializers.UUIDField()
    current = serializers.BooleanField()
    device = serializers.CharField()
    address = serializers.IPAddressField(allow_null=True)
    created_at = serializers.DateTimeField()
    used_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()


class Ticket(serializers.Serializer[Any]):
    """`ticket` opens one socket as `?ticket=` within `expires_in` seconds."""

    ticket = serializers.CharField()
    expires_in = serializers.IntegerField()


class RegistrationWrite(serializers.Serializer[Any]):
    email = serializers.EmailField(max_length=254)
    username = serializers.CharField(max_length=30)
    password = serializers.CharField(max_length=256, trim_whitespace=False)
    terms_version = serializers.CharField(max_length=20)

    def validate_email(self, email: str) -> str:
        return email.lower()

    def validate_username(self, username: str) -> str:
        name = normalized(username)
        if not is_well_formed(name):
            raise serializers.ValidationError(GRAMMAR_SENTENCE, code="username_grammar")
        return name

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        person = User(username=attrs["username"], email=attrs["email"])
        try:
            validate_password(attrs["password"], person)
        except PasswordRejected as error:
            raise serializers.ValidationError({"password": error.messages}, code="password_weak") from error
        return attrs


class EmailKeyWrite(serializers.Serializer[Any]):
    key = serializers.CharField(max_length=200)


class LoginWrite(serializers.Serializer[Any]):
    login = serializers.CharField(max_length=254)
    password = serializers.CharField(max_length=256, trim_whitespace=False)


class RefreshWrite(serializers.Serializer[Any]):
    refresh = serializers.CharField(max_length=2000, required=False)


class Tokens(serializers.Serializer[Any]):
    """`csrf_token` goes into X-CSRFToken when the cookies, and no bearer header, sign a request in."""

    access = serializers.CharField()
    refresh = serializers.CharField()
    csrf_token = serializers.CharField()


class SignedIn(Tokens):
    user = OwnAccount()
