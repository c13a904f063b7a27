"""`…Card` declares, for OpenAPI, what cards.py answers."""

from typing import Any

from rest_framework import serializers

from accounts.serializers import UserCard
from social.choices import MuteScope


class MuteCard(serializers.Serializer[Any]):
    user = UserCard()
    scope = serializers.ChoiceField(choices=MuteScope.choices, help_text="`reposts`: only what they repost.")
    created_at = serializers.DateTimeField()
