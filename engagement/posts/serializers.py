"""`…Write` checks the shape of what comes in; `…Card` declares, for OpenAPI, what cards.py answers."""

from typing import Any

from rest_framework import serializers

from accounts.serializers import UserCard
from config.lib.fields import ClosedSerializer, Lines
from engagement.posts.models import LONGEST
from playlists.serializers import PlaylistCard
from tracks.serializers import TrackCard

MOST_ID = 10**18 - 1


class PostCard(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    kind = serializers.CharField()
    permalink_url = serializers.URLField()
    user = UserCard()
    body = serializers.CharField()
    track = TrackCard(allow_null=True, help_text="Null too where the reader may not see it, or it left the lists.")
    playlist = PlaylistCard(allow_null=True, help_text="The same of a playlist: a post brings one or the other.")
    created_at = serializers.DateTimeField()
    edited_at = serializers.DateTimeField(allow_null=True)
    likes_count = serializers.IntegerField()


class ThingId(serializers.IntegerField):
    """The id of something that a post brings; `null`: nothing of that kind."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, allow_null=True, min_value=1, max_value=MOST_ID, **options)


class PostWrite(ClosedSerializer):
    """A text of 1 to 500 characters; `track_id` brings a track that is in the lists, `playlist_id` a playlist
    instead."""

    body = Lines(max_length=LONGEST)
    track_id = ThingId()
    playlist_id = ThingId()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("track_id") and attrs.get("playlist_id"):
            raise serializers.ValidationError("A post brings a track or a playlist.", code="one_thing")
        return attrs


class PostChange(PostWrite):
    """What is left out stays as it is; `null` takes the track or the playlist away, and so does naming the other."""

    body = Lines(max_length=LONGEST, required=False)
