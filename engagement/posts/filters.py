"""What lists of posts can be narrowed by. Values that say nothing are refused, never ignored."""

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters

from accounts.queries import named
from config.lib.filters import NothingBlank
from engagement.posts.models import Post


class PostFilter(filters.FilterSet):
    user = filters.CharFilter(method="by_user", max_length=30, help_text="An id or a username.")

    class Meta:
        model = Post
        form = NothingBlank
        fields: tuple[str, ...] = ()

    def by_user(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(named(value, prefix="author__"))
