from typing import Any

from rest_framework import serializers


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
