from typing import Any

from rest_framework import serializers

from config.lib.fields import ClosedSerializer, Line


class InviteWrite(ClosedSerializer):
    label = Line(max_length=60, required=False, default="", allow_blank=True, help_text="Whom it is for.")


class InviteCard(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    label = serializers.CharField()
    uses = serializers.IntegerField()
    max_uses = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()


class IssuedInvite(InviteCard):
    code = serializers.CharField(help_text="Shown this once: `invite` of `POST auth/register/`.")
    url = serializers.URLField(help_text="The page that joins with it. The code stands behind the #: no log has it.")
