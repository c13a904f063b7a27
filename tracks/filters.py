from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters

from tracks.choices import License
from tracks.models import Track

MOST_IDS = 100


class IdsFilter(filters.BaseInFilter, filters.NumberFilter):
    """`?ids=1,2,3`"""


class TrackFilter(filters.FilterSet):
    """The filters of every list of tracks."""

    user = filters.CharFilter(method="by_user", max_length=30)
    genre = filters.CharFilter(lookup_expr="iexact", max_length=60)
    tag = filters.CharFilter(method="by_tag", max_length=40)
    bpm_min = filters.NumberFilter("bpm", lookup_expr="gte")
    bpm_max = filters.NumberFilter("bpm", lookup_expr="lte")
    duration_min_ms = filters.NumberFilter("duration_ms", lookup_expr="gte")
    duration_max_ms = filters.NumberFilter("duration_ms", lookup_expr="lte")
    license = filters.ChoiceFilter(choices=License.choices)
    created_after = filters.IsoDateTimeFilter("created_at", lookup_expr="gt")
    created_before = filters.IsoDateTimeFilter("created_at", lookup_expr="lt")
    ids = IdsFilter("id", lookup_expr="in", max_value=2**63 - 1, min_value=0)

    class Meta:
        model = Track
        fields: tuple[str, ...] = ()

    def by_user(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """A person by id or username."""
        if value.isascii() and value.isdigit():
            return queryset.filter(owner_id=int(value[:18]))
        return queryset.filter(owner__username=value.lower())

    def by_tag(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(tags__contains=[value.strip().lower()])
