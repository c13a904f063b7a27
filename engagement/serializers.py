"""`…Write` and `…Query` check the shape of what comes in; the others declare, for OpenAPI, what is answered."""

from typing import Any

from rest_framework import serializers

from config.lib.fields import ClosedSerializer, Line
from engagement.posts.serializers import PostCard
from playlists.serializers import PlaylistCard
from tracks.filters import IDS, MOST_IDS
from tracks.serializers import TrackCard


class LikedTrack(serializers.Serializer[Any]):
    kind = serializers.CharField()
    created_at = serializers.DateTimeField(help_text="When it was liked.")
    track = TrackCard()


class LikedPlaylist(serializers.Serializer[Any]):
    kind = serializers.CharField()
    created_at = serializers.DateTimeField(help_text="When it was liked.")
    playlist = PlaylistCard()


class LikedPost(serializers.Serializer[Any]):
    kind = serializers.CharField()
    created_at = serializers.DateTimeField(help_text="When it was liked.")
    post = PostCard()


class RepostedTrack(serializers.Serializer[Any]):
    kind = serializers.CharField()
    created_at = serializers.DateTimeField(help_text="When it was reposted.")
    track = TrackCard()
    caption = serializers.CharField()


class RepostedPlaylist(serializers.Serializer[Any]):
    kind = serializers.CharField()
    created_at = serializers.DateTimeField(help_text="When it was reposted.")
    playlist = PlaylistCard()
    caption = serializers.CharField()


class KindQuery(serializers.Serializer[Any]):
    """Things of which kind a list is to hold."""

    kind = serializers.ChoiceField(choices=["track", "playlist"], default="track")


class RepostWrite(ClosedSerializer):
    """A caption that is left out stays as it is."""

    caption = Line(max_length=200, required=False, allow_blank=True)


class Ids(serializers.CharField):
    """`1,2,3`, as a list of numbers, each once."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, validators=[IDS], help_text=f"`1,2,3`, {MOST_IDS} at most.", **options)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        return sorted({int(number) for number in super().run_validation(data).split(",")})


class RelationshipQuery(serializers.Serializer[Any]):
    """Each word names things of a kind."""

    tracks = Ids()
    users = Ids()
    playlists = Ids()
    comments = Ids()
    posts = Ids()


class TrackRelation(serializers.Serializer[Any]):
    liked = serializers.BooleanField()
    reposted = serializers.BooleanField()


class PlaylistRelation(TrackRelation):
    """As with a track."""


class UserRelation(serializers.Serializer[Any]):
    following = serializers.BooleanField()
    followed_by = serializers.BooleanField()
    blocking = serializers.BooleanField()
    muting = serializers.BooleanField()
    muting_reposts = serializers.BooleanField()


class CommentRelation(serializers.Serializer[Any]):
    liked = serializers.BooleanField()


class PostRelation(serializers.Serializer[Any]):
    liked = serializers.BooleanField()


class Relationships(serializers.Serializer[Any]):
    """Of each kind that was asked for: id -> what stands between the caller and it. What the caller may not see is left
    out like what does not exist."""

    tracks = serializers.DictField(child=TrackRelation(), required=False)
    users = serializers.DictField(child=UserRelation(), required=False)
    playlists = serializers.DictField(child=PlaylistRelation(), required=False)
    comments = serializers.DictField(child=CommentRelation(), required=False)
    posts = serializers.DictField(child=PostRelation(), required=False)
