"""What lists of playlists can be narrowed by. Values that say nothing are refused, never ignored."""

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters

from accounts.queries import named
from config.lib.filters import NothingBlank
from config.lib.texts import plain
from playlists.choices import PlaylistType
from playlists.models import Playlist
from tracks.filters import IDS, MOST_IDS


class PlaylistFilter(filters.FilterSet):
    """The filters of every list of playlists."""

    user = filters.CharFilter(method="by_user", max_length=30, help_text="An id or a username.")
    type = filters.ChoiceFilter(choices=PlaylistType.choices)
    genre = filters.CharFilter(method="by_genre", max_length=60)
    tag = filters.CharFilter(method="by_tag", max_length=40)
    ids = filters.CharFilter(method="by_ids", validators=[IDS], help_text=f"`1,2,3`, {MOST_IDS} at most.")

    class Meta:
        model = Playlist
        form = NothingBlank
        fields: tuple[str, ...] = ()

    def by_user(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(named(value, prefix="owner__"))

    def by_genre(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(genre__iexact=plain(value))

    def by_tag(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(tags__contains=[plain(value).lower()])

    def by_ids(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(pk__in=[int(number) for number in value.split(",")])
