"""What lists of tracks can be narrowed by. Values that say nothing are refused, never ignored."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.db.models import QuerySet
from django_filters import rest_framework as filters

from accounts.queries import named
from config.lib.filters import NothingBlank
from config.lib.texts import plain
from tracks.choices import License
from tracks.models import FASTEST_BPM, Track

MOST_IDS = 100
IDS = RegexValidator(
    rf"\A[0-9]{{1,18}}(,[0-9]{{1,18}}){{0,{MOST_IDS - 1}}}\Z", f"1 to {MOST_IDS} ids are needed.", "ids"
)
BPM = {"min_value": 0, "max_value": FASTEST_BPM, "max_digits": 5, "decimal_places": 2}
MILLISECONDS = {"min_value": 0, "max_value": 2**31 - 1}


class WholeNumber(filters.NumberFilter):
    """A number without decimals."""

    field_class = forms.IntegerField


class TrackFilter(filters.FilterSet):
    """The filters of every list of tracks."""

    user = filters.CharFilter(method="by_user", max_length=30, help_text="An id or a username.")
    genre = filters.CharFilter(method="by_genre", max_length=60)
    tag = filters.CharFilter(method="by_tag", max_length=40)
    bpm_min = filters.NumberFilter("bpm", lookup_expr="gte", **BPM)
    bpm_max = filters.NumberFilter("bpm", lookup_expr="lte", **BPM)
    duration_min_ms = WholeNumber("duration_ms", lookup_expr="gte", **MILLISECONDS)
    duration_max_ms = WholeNumber("duration_ms", lookup_expr="lte", **MILLISECONDS)
    license = filters.ChoiceFilter(choices=License.choices)
    created_after = filters.IsoDateTimeFilter("created_at", lookup_expr="gt")
    created_before = filters.IsoDateTimeFilter("created_at", lookup_expr="lt")
    ids = filters.CharFilter(method="by_ids", validators=[IDS], help_text=f"`1,2,3`, {MOST_IDS} at most.")

    class Meta:
        model = Track
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
