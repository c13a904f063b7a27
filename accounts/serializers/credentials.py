from typing import Any

from rest_framework import serializers


class AddressField(serializers.EmailField):
    """One e-mail address, as accounts keep it: in lower case. A list, or several in one text, is none."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=254, **options)

    def to_internal_value(self, data: Any) -> str:
        return str(super().to_internal_value(data)).lower()


class PasswordField(serializers.CharField):
    """A password: spaces around it belong to it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=256, trim_whitespace=False, **options)


class CaptchaTokenField(serializers.CharField):
    """What a solved captcha gives."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=4000, required=False, **options)


class AddressWrite(serializers.Serializer[Any]):
    email = AddressField()


class PasswordResetWrite(AddressWrite):
    captcha_token = CaptchaTokenField()


class NewPasswordWrite(serializers.Serializer[Any]):
    key = serializers.CharField(max_length=200)
    password = PasswordField()


class PasswordChangeWrite(serializers.Serializer[Any]):
    old_password = PasswordField()
    new_password = PasswordField()


class EmailChangeWrite(AddressWrite):
    password = PasswordField()
