"""`…Write` checks the shape of what comes in; `…Card` and `…Detail` declare, for OpenAPI, what cards.py answers."""

from typing import Any

from django.utils.text import slugify
from rest_framework import serializers

from accounts.serializers import UserCard
from config.lib.fields import ClosedSerializer, Line, Lines, ShortList
from config.lib.pictures.serializers import PictureCard
from playlists.choices import PlaylistType
from playlists.models import MOST_TAGS, MOST_TRACKS
from social.serializers import SpaceName
from tracks.choices import Visibility
from tracks.serializers import TagList

MOST_ID = 10**18 - 1


class PlaylistCard(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    kind = serializers.CharField()
    type = serializers.ChoiceField(choices=PlaylistType.choices)
    title = serializers.CharField()
    permalink = serializers.CharField()
    permalink_url = serializers.URLField()
    user = UserCard()
    space = SpaceName(allow_null=True, help_text="Where the space lets everybody know its name; else see `manage`.")
    description = serializers.CharField()
    genre = serializers.CharField()
    tags = serializers.ListField(child=serializers.CharField())
    visibility = serializers.ChoiceField(choices=Visibility.choices)
    release_date = serializers.DateField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    published_at = serializers.DateTimeField(allow_null=True)
    artwork = PictureCard(allow_null=True, help_text="The chosen one, else one composed of its first tracks' covers.")
    tracks_url = serializers.URLField()
    tracks_count = serializers.IntegerField(
        help_text="What lists show of it; in `GET playlists/{playlist}/` what the caller sees of it."
    )
    duration_ms = serializers.IntegerField(help_text="Of the tracks that `tracks_count` counts.")
    likes_count = serializers.IntegerField()
    reposts_count = serializers.IntegerField()


class PlaylistManage(serializers.Serializer[Any]):
    space = SpaceName(allow_null=True)
    secret_token = serializers.CharField(allow_null=True)
    artwork_chosen = serializers.BooleanField()


class PlaylistDetail(PlaylistCard):
    manage = PlaylistManage(required=False, help_text="Only in the answers of those who may edit it.")


class TrackId(serializers.IntegerField):
    """The id of a track."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=1, max_value=MOST_ID, **options)


class TrackIds(ShortList):
    """Ids of tracks, each once."""

    child = TrackId()
    default_error_messages = {"repeated": "Each track is named once."}

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=MOST_TRACKS, **options)

    def to_internal_value(self, data: Any) -> list[int]:
        ids = super().to_internal_value(data)
        if len(set(ids)) != len(ids):
            self.fail("repeated")
        return ids


class PlaylistChange(ClosedSerializer):
    """What an owner may say of a playlist. Missing fields stay as they are."""

    title = Line(max_length=200, required=False)
    permalink = serializers.CharField(max_length=100, required=False)
    type = serializers.ChoiceField(choices=PlaylistType.choices, required=False)
    description = Lines(max_length=5000, required=False, allow_blank=True)
    genre = Line(max_length=60, required=False, allow_blank=True)
    tags = TagList(max_length=MOST_TAGS, required=False)
    visibility = serializers.ChoiceField(choices=Visibility.choices, required=False)
    release_date = serializers.DateField(required=False, allow_null=True)
    space_id = serializers.IntegerField(
        min_value=1,
        max_value=MOST_ID,
        required=False,
        allow_null=True,
        help_text="The space that it is in: one in which the caller is an editor or more. `null`: none.",
    )

    def validate_permalink(self, permalink: str) -> str:
        if permalink != slugify(permalink):
            raise serializers.ValidationError("Lower-case letters, digits and hyphens.", code="permalink_grammar")
        return permalink


class PlaylistWrite(PlaylistChange):
    """A new one."""

    title = Line(max_length=200)
    track_ids = TrackIds(required=False, help_text="What is in it from the beginning, in this order.")


class ItemWrite(ClosedSerializer):
    """A track that comes into a playlist."""

    track_id = TrackId()
    position = serializers.IntegerField(
        min_value=0,
        max_value=MOST_TRACKS,
        required=False,
        allow_null=True,
        default=None,
        help_text="How many tracks of those that the caller sees come before it: `0` is the front. The end without it.",
    )


class OrderWrite(ClosedSerializer):
    """All that the caller sees of a playlist, in the order that is wished."""

    track_ids = TrackIds()


class MoveWrite(ClosedSerializer):
    """Where a track goes: right before another one, or right after it."""

    track_id = TrackId()
    before_id = TrackId(required=False)
    after_id = TrackId(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        anchors = [attrs[name] for name in ("before_id", "after_id") if name in attrs]
        if len(anchors) != 1:
            raise serializers.ValidationError("One of `before_id` and `after_id` is needed.", code="one_anchor")
        if anchors[0] == attrs["track_id"]:
            raise serializers.ValidationError("A track has no place beside itself.", code="own_anchor")
        return attrs
