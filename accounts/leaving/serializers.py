from typing import Any

from rest_framework import serializers


class Confirmation(serializers.Serializer[Any]):
    """The password; for an account that has none, the code of `POST me/deletion-code/`."""

    password = serializers.CharField(max_length=256, trim_whitespace=False, required=False, default="")
    code = serializers.CharField(max_length=20, required=False, default="")


class Erasure(serializers.Serializer[Any]):
    """Until `erase_at` a sign-in cancels everything."""

    requested_at = serializers.DateTimeField()
    erase_at = serializers.DateTimeField()


class Export(serializers.Serializer[Any]):
    """`progress` runs from 0 to 1. The archive is removed at `expires_at`; its address is good until
    `download_expires_at`, and each `GET` gives a fresh one."""

    id = serializers.IntegerField()
    state = serializers.ChoiceField(choices=["queued", "running", "ready", "failed"])
    progress = serializers.FloatField(min_value=0, max_value=1)
    requested_at = serializers.DateTimeField()
    ready_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True)
    bytes = serializers.IntegerField(allow_null=True)
    sha256 = serializers.CharField(allow_null=True)
    error_code = serializers.CharField(allow_null=True)
    download_url = serializers.URLField(allow_null=True)
    download_expires_at = serializers.DateTimeField(allow_null=True)
