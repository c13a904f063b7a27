from typing import Any

from rest_framework import serializers

from accounts.usernames import GRAMMAR_SENTENCE, is_well_formed, normalized
from config.lib.fields import ClosedSerializer


def follow_grammar(name: str) -> None:
    """Raises ValidationError for what can be no username."""
    if not is_well_formed(name):
        raise serializers.ValidationError(GRAMMAR_SENTENCE, code="username_grammar")


class Username(serializers.CharField):
    """A username, in the one spelling under which names are kept."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.validators.append(follow_grammar)

    def to_internal_value(self, data: Any) -> str:
        return normalized(super().to_internal_value(data))


class UsernameWrite(ClosedSerializer):
    username = Username(max_length=30)
