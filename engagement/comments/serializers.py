"""`…Write` checks the shape of what comes in; `…Card` declares, for OpenAPI, what cards.py answers."""

from typing import Any

from rest_framework import serializers

from accounts.serializers import UserCard
from config.lib.fields import ClosedSerializer, Lines
from engagement.comments.models import BODY_MOST, NOWHERE_MS

LAST_MS = NOWHERE_MS - 1


class CommentCard(serializers.Serializer[Any]):
    """With `deleted` it only keeps the place of a thread that goes on: no words, nobody's name."""

    id = serializers.IntegerField()
    kind = serializers.CharField()
    track_id = serializers.IntegerField()
    parent_id = serializers.IntegerField(allow_null=True)
    user = UserCard(allow_null=True)
    body = serializers.CharField(allow_null=True)
    timestamp_ms = serializers.IntegerField(allow_null=True)
    beyond_end = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    edited_at = serializers.DateTimeField(allow_null=True)
    deleted = serializers.BooleanField()
    pinned = serializers.BooleanField()
    likes_count = serializers.IntegerField()
    replies_count = serializers.IntegerField()


class CommentEdit(ClosedSerializer):
    body = Lines(max_length=BODY_MOST)


class CommentWrite(CommentEdit):
    """`timestamp_ms` lies within the track. A reply to a reply hangs on the comment that begins the thread.

    With `client_id`, sending the same again makes nothing new.
    """

    timestamp_ms = serializers.IntegerField(min_value=0, max_value=LAST_MS, required=False, allow_null=True)
    parent_id = serializers.IntegerField(min_value=1, max_value=2**63 - 1, required=False, allow_null=True)
    client_id = serializers.UUIDField(required=False, allow_null=True)


class ThreadQuery(serializers.Serializer[Any]):
    """What a list of comments can be narrowed by."""

    from_ms = serializers.IntegerField(min_value=0, max_value=LAST_MS, default=None, help_text="From this moment on.")
    to_ms = serializers.IntegerField(min_value=0, max_value=LAST_MS, default=None, help_text="Up to this moment.")
    pinned = serializers.BooleanField(default=False, help_text="Only the one that is to be seen first.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if None not in (attrs["from_ms"], attrs["to_ms"]) and attrs["from_ms"] > attrs["to_ms"]:
            raise serializers.ValidationError({"to_ms": "It lies before from_ms."})
        return attrs


class ExportQuery(serializers.Serializer[Any]):
    form = serializers.ChoiceField(choices=["vtt", "json", "csv"], default="vtt")


class Playing(ClosedSerializer):
    """Where somebody is who hears the track."""

    position_ms = serializers.IntegerField(min_value=0, max_value=LAST_MS)
