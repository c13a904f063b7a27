from typing import Any

from rest_framework import serializers

from accounts.serializers.credentials import CaptchaTokenField
from accounts.serializers.people import OwnAccount


class LoginWrite(serializers.Serializer[Any]):
    login = serializers.CharField(max_length=254)
    password = serializers.CharField(max_length=256, trim_whitespace=False)
    otp = serializers.CharField(max_length=32, required=False)
    captcha_token = CaptchaTokenField()


class RefreshWrite(serializers.Serializer[Any]):
    refresh = serializers.CharField(max_length=2000, required=False)


class Tokens(serializers.Serializer[Any]):
    """`csrf_token` goes into X-CSRFToken when the cookies, and no bearer header, sign a request in."""

    access = serializers.CharField()
    refresh = serializers.CharField()
    csrf_token = serializers.CharField()


class SignedIn(Tokens):
    user = OwnAccount()
