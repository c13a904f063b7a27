from datetime import datetime
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from config.lib.fields import ClosedSerializer, Line, ShortList
from config.lib.scopes import Scope


class ScopeList(ShortList):
    """Scopes, each once, in the order in which they are listed."""

    child = serializers.ChoiceField(choices=Scope.choices)

    def to_internal_value(self, data: Any) -> list[str]:
        asked = super().to_internal_value(data)
        return [scope for scope in Scope.values if scope in asked]


class PersonalTokenWrite(ClosedSerializer):
    label = Line(max_length=60, help_text="What it is for, to tell it from others.")
    scopes = ScopeList(min_length=1, max_length=len(Scope))
    expires_at = serializers.DateTimeField(
        required=False, allow_null=True, default=None, help_text="Null, or left out: never."
    )

    def validate_expires_at(self, moment: datetime | None) -> datetime | None:
        if moment and moment <= timezone.now():
            raise serializers.ValidationError("This is over already.", code="past")
        return moment


class PersonalTokenCard(serializers.Serializer[Any]):
    """`last_used_at` is ten minutes behind at most; null: never used."""

    id = serializers.UUIDField()
    label = serializers.CharField()
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=Scope.choices))
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    last_used_at = serializers.DateTimeField(allow_null=True)


class IssuedPersonalToken(PersonalTokenCard):
    token = serializers.CharField(help_text="Shown this once: `earshot_pat_…`")
