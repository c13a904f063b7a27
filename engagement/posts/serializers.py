"""`…Write` checks the shape of what comes in; `…Card` declares, for OpenAPI, what cards.py answers."""

from typing import Any

from rest_framework import serializers

from accounts.serializers import UserCard
from config.lib.fields import ClosedSerializer, Lines
from engagement.posts.models import LONGEST
from tracks.serializers import TrackCard

MOST_ID = 10**18 - 1


class PostCard(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    kind = serializers.CharField()
    permalink_url = serializers.URLField()
    user = UserCard()
    body = serializers.CharField()
    track = TrackCard(allow_null=True, help_text="Null too where the reader may not see it, or it left the lists.")
    created_at = serializers.DateTimeField()
    edited_at = serializers.DateTimeField(allow_null=True)
    likes_count = serializers.IntegerField()


class PostWrite(ClosedSerializer):
    """A text of 1 to 500 characters; `track_id` brings a track that is in the lists."""

    body = Lines(max_length=LONGEST)
    track_id = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=MOST_ID)


class PostChange(PostWrite):
    """What is left out stays as it is; `track_id: null` takes the track away."""

    body = Lines(max_length=LONGEST, required=False)
