from typing import Any

from rest_framework import serializers

from accounts.choices import MessagesFrom, Role
from config.lib.pictures.serializers import PictureCard


class UserCard(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    kind = serializers.CharField()
    username = serializers.CharField()
    display_name = serializers.CharField()
    role = serializers.ChoiceField(choices=Role.choices)
    avatar = PictureCard(allow_null=True)
    permalink_url = serializers.URLField()


class LinkCard(serializers.Serializer[Any]):
    title = serializers.CharField()
    url = serializers.URLField()


class UserDetail(UserCard):
    """`verified`: staff knows who this is. `plan_badge`: the code of a plan that is not the default one."""

    bio = serializers.CharField()
    city = serializers.CharField()
    country = serializers.CharField(help_text="ISO 3166-1 alpha-2, or empty.")
    links = LinkCard(many=True)
    genres = serializers.ListField(child=serializers.CharField())
    header = PictureCard(allow_null=True)
    verified = serializers.BooleanField()
    plan_badge = serializers.CharField(allow_null=True)
    followers_count = serializers.IntegerField()
    followings_count = serializers.IntegerField()
    tracks_count = serializers.IntegerField()
    playlists_count = serializers.IntegerField()
    created_at = serializers.DateTimeField()


class OwnAccount(UserCard):
    header = PictureCard(allow_null=True)
    email = serializers.EmailField()
    bio = serializers.CharField()
    city = serializers.CharField()
    country = serializers.CharField(help_text="ISO 3166-1 alpha-2, or empty.")
    links = LinkCard(many=True)
    genres = serializers.ListField(child=serializers.CharField())
    likes_public = serializers.BooleanField()
    followings_public = serializers.BooleanField()
    messages_from = serializers.ChoiceField(choices=MessagesFrom.choices)
    discoverable = serializers.BooleanField()
    timezone = serializers.CharField(help_text="A name of the IANA time zone database.")
    locale = serializers.CharField(help_text="BCP 47: `en`, `pt-BR`, `zh-Hant-TW`.")
    terms_version = serializers.CharField()
    plan = serializers.CharField(help_text="Code of a plan; empty: the default one.")
    created_at = serializers.DateTimeField()
