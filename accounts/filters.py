"""What lists of people can be narrowed by. Values that say nothing are refused, never ignored."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django_filters import rest_framework as filters

from accounts.choices import Role
from accounts.countries import CODES
from accounts.models import User
from config.lib.filters import NothingBlank
from config.lib.texts import plain


def known_country(text: str) -> None:
    """Raises ValidationError for what is no country."""
    if text.upper() not in CODES:
        raise ValidationError("A code of ISO 3166-1 is needed, such as PT.", "country_unknown")


class UserFilter(filters.FilterSet):
    role = filters.ChoiceFilter(choices=Role.choices)
    genre = filters.CharFilter(method="by_genre", max_length=40)
    city = filters.CharFilter(method="by_city", max_length=60)
    country = filters.CharFilter(method="by_country", validators=[known_country], help_text="ISO 3166-1 alpha-2")

    class Meta:
        model = User
        form = NothingBlank
        fields: tuple[str, ...] = ()

    def by_genre(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(genres__contains=[plain(value).lower()])

    def by_city(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(city__iexact=plain(value))

    def by_country(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(country=value.upper())
