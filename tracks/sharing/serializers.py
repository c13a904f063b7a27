"""`…Write` checks the shape of what comes in; the others declare, for OpenAPI, what is answered."""

from typing import Any

from rest_framework import serializers

from config.lib.fields import ClosedSerializer, Line
from tracks.sharing.choices import Permission
from tracks.sharing.models import LABEL_MOST

USES_MOST = 1_000_000
PASSWORD_MOST = 128
# What the column holds; nobody guesses how long tokens are.
TOKEN_MOST = 200


class ShareLinkCard(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    kind = serializers.CharField()
    label = serializers.CharField()
    url = serializers.URLField(
        allow_null=True, help_text="null when the key of this site was replaced since; the link works on."
    )
    permission = serializers.ChoiceField(choices=Permission.choices)
    expires_at = serializers.DateTimeField(allow_null=True)
    max_uses = serializers.IntegerField(allow_null=True)
    uses = serializers.IntegerField(help_text="How often it was opened.")
    has_password = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    last_opened_at = serializers.DateTimeField(allow_null=True)


class ShareLinkWrite(ClosedSerializer):
    label = Line(max_length=LABEL_MOST, help_text="For yourself; visitors never see it.")
    permission = serializers.ChoiceField(
        choices=Permission.choices,
        default=Permission.LISTEN,
        help_text="Each includes those before it. Whoever says something or downloads is signed in.",
    )
    expires_at = serializers.DateTimeField(allow_null=True, default=None)
    max_uses = serializers.IntegerField(allow_null=True, default=None, min_value=1, max_value=USES_MOST)
    password = serializers.CharField(
        max_length=PASSWORD_MOST, allow_blank=True, default="", trim_whitespace=False, write_only=True
    )


class ShareLinkOpening(ClosedSerializer):
    token = serializers.CharField(max_length=TOKEN_MOST, help_text="The last part of the link's address.")
    password = serializers.CharField(
        max_length=PASSWORD_MOST, allow_blank=True, default="", trim_whitespace=False, write_only=True
    )


class ShareLinkOpened(serializers.Serializer[Any]):
    kind = serializers.CharField(help_text="What it leads to: `track` or `playlist`.")
    id = serializers.IntegerField()
    grant = serializers.CharField(help_text="Goes with every read as `?grant=`, until `expires_at`.")
    permission = serializers.ChoiceField(choices=Permission.choices)
    expires_at = serializers.DateTimeField()
