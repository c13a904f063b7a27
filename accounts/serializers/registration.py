from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError as PasswordRejected
from rest_framework import serializers

from accounts.models import User
from accounts.serializers.credentials import CaptchaTokenField
from accounts.serializers.usernames import Username


class RegistrationWrite(serializers.Serializer[Any]):
    email = serializers.EmailField(max_length=254)
    username = Username(max_length=30)
    password = serializers.CharField(max_length=256, trim_whitespace=False)
    terms_version = serializers.CharField(max_length=20)
    captcha_token = CaptchaTokenField()
    invite = serializers.CharField(
        max_length=100, required=False, help_text="The code of an invitation, where one is needed."
    )

    def validate_email(self, email: str) -> str:
        return email.lower()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        person = User(username=attrs["username"], email=attrs["email"])
        try:
            validate_password(attrs["password"], person)
        except PasswordRejected as error:
            raise serializers.ValidationError({"password": error.messages}, code="password_weak") from error
        return attrs


class EmailKeyWrite(serializers.Serializer[Any]):
    key = serializers.CharField(max_length=200)
