"""A list whose address says no word of its filters needs no form."""

import pytest
from django.test import RequestFactory
from rest_framework.request import Request

from config.lib.filters import FilterBackend
from tracks.filters import TrackFilter
from tracks.models import Track

pytestmark = pytest.mark.django_db


class View:
    filterset_class = TrackFilter


def test_rows_are_narrowed_by_what_the_address_says_and_else_left_alone():
    rows = Track.objects.all()

    def narrowed(query):
        return FilterBackend().filter_queryset(Request(RequestFactory().get("/", query)), rows, View())

    assert narrowed({"limit": "3"}) is rows
    assert "upper" in str(narrowed({"genre": "house"}).query).lower()
