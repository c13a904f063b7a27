"""`…Query` checks what the address asks for; the others declare, for OpenAPI, what is answered."""

from typing import Any

from rest_framework import serializers

from accounts.serializers import UserCard
from engagement.posts.serializers import PostCard
from playlists.serializers import PlaylistCard
from social.choices import Kind, Verb
from tracks.serializers import TrackCard


class FeedQuery(serializers.Serializer[Any]):
    """Things of which kind the feed is to hold; all without it."""

    kind = serializers.ChoiceField(choices=Kind.values, required=False)


class FeedActor(serializers.Serializer[Any]):
    verb = serializers.ChoiceField(choices=Verb.values)
    created_at = serializers.DateTimeField()
    user = UserCard()


class FeedItem(serializers.Serializer[Any]):
    """`kind` says which of the last three is there."""

    kind = serializers.ChoiceField(choices=Kind.values)
    created_at = serializers.DateTimeField(help_text="When the newest of them did it.")
    actors = FeedActor(many=True, help_text="The newest hundred of those who did something with it, newest first.")
    actors_count = serializers.IntegerField()
    track = TrackCard(required=False)
    playlist = PlaylistCard(required=False)
    post = PostCard(required=False)


class FeedPage(serializers.Serializer[Any]):
    """A page is full or the last. `future` leads to what has become newer than this page, oldest pages first."""

    results = FeedItem(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    future = serializers.URLField()


class Reason(serializers.Serializer[Any]):
    code = serializers.ChoiceField(choices=["newest"])


class Discovered(serializers.Serializer[Any]):
    kind = serializers.CharField()
    reason = Reason()
    track = TrackCard()


class HomeFeed(serializers.Serializer[Any]):
    following = FeedItem(many=True)
    discover = Discovered(many=True)
