from typing import Any

from rest_framework import serializers

OTP = {"max_length": 32, "help_text": "Six digits of the authenticator app, or a recovery code."}


class PresenceWrite(serializers.Serializer[Any]):
    """The password; within ten minutes of a sign-in it may be left out."""

    password = serializers.CharField(max_length=256, trim_whitespace=False, required=False)


class OtpWrite(serializers.Serializer[Any]):
    otp = serializers.CharField(**OTP)


class PasswordOrOtpWrite(serializers.Serializer[Any]):
    """One of them."""

    password = serializers.CharField(max_length=256, trim_whitespace=False, required=False)
    otp = serializers.CharField(**OTP, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs) != 1:
            raise serializers.ValidationError("Send the password or a code.", code="password_or_otp")
        return attrs


class TotpDraft(serializers.Serializer[Any]):
    """`secret` in base 32; `otpauth_url` says the same to an authenticator app, `qr_svg` is its picture."""

    secret = serializers.CharField()
    otpauth_url = serializers.CharField()
    qr_svg = serializers.CharField()


class RecoveryCodes(serializers.Serializer[Any]):
    """Shown this once; each is good once."""

    recovery_codes = serializers.ListField(child=serializers.CharField())
