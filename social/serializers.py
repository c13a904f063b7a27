"""`…Card` declares, for OpenAPI, what cards.py answers."""

from typing import Any

from rest_framework import serializers

from accounts.serializers import UserCard
from config.lib.fields import ClosedSerializer, Line, Lines
from social.choices import BELOW_OWNER, MuteScope, SpaceRole


class MuteCard(serializers.Serializer[Any]):
    user = UserCard()
    scope = serializers.ChoiceField(choices=MuteScope.choices, help_text="`reposts`: only what they repost.")
    created_at = serializers.DateTimeField()


class SpaceCard(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    kind = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    name_public = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    role = serializers.ChoiceField(choices=SpaceRole.choices, help_text="What the caller is in it.")
    owner = UserCard(help_text="Of its owners the one of the longest standing, whose plan it counts against.")


class SpaceWrite(ClosedSerializer):
    name = Line(max_length=60)
    description = Lines(max_length=2000, required=False, allow_blank=True)
    name_public = serializers.BooleanField(
        required=False, help_text="Whether the cards of its public tracks say its name to everybody."
    )


class SpaceChange(SpaceWrite):
    name = Line(max_length=60, required=False)


class MemberCard(serializers.Serializer[Any]):
    user = UserCard()
    role = serializers.ChoiceField(choices=SpaceRole.choices)
    created_at = serializers.DateTimeField(help_text="In the space since.")


class MemberWrite(ClosedSerializer):
    role = serializers.ChoiceField(choices=SpaceRole.choices)


class SpaceName(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    kind = serializers.CharField()
    name = serializers.CharField()


class InvitationCard(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    space = SpaceName()
    role = serializers.ChoiceField(choices=BELOW_OWNER)
    invited_by = UserCard()
    user = UserCard(allow_null=True)
    email = serializers.EmailField(allow_null=True)
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()


class InvitationWrite(ClosedSerializer):
    """Whom to ask: one of the two."""

    username = serializers.CharField(max_length=30, required=False, help_text="Or an id.")
    email = serializers.EmailField(max_length=254, required=False)
    role = serializers.ChoiceField(choices=BELOW_OWNER, default=SpaceRole.VIEWER.value)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("username" in attrs) == ("email" in attrs):
            raise serializers.ValidationError("Name either `username` or `email`.", code="one_of_two")
        return attrs
