"""What a person may write about themselves."""

import re
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from rest_framework import serializers

from accounts.choices import MessagesFrom, Role
from accounts.countries import CODES
from config.lib.fields import ClosedSerializer, Line, Lines, ShortList, WebAddress

MOST_LINKS = MOST_GENRES = 10
# Language, script, region: what of BCP 47 (RFC 5646, 2.1) names a locale.
LOCALE = re.compile(r"([a-z]{2,3})(?:-([a-z]{4}))?(?:-([a-z]{2}|[0-9]{3}))?\Z", re.IGNORECASE)
# Files beside the zones that name none.
NO_ZONES = {"Factory", "localtime"}


@cache
def time_zones() -> frozenset[str]:
    """The names of the IANA time zone database; reading them walks over some hundred files."""
    return frozenset(available_timezones() - NO_ZONES)


class LinkWrite(ClosedSerializer):
    title = Line(max_length=60, required=False, default="", allow_blank=True)
    url = WebAddress(max_length=500)


class LinkList(ShortList):
    child = LinkWrite()

    def to_internal_value(self, data: Any) -> list[dict[str, str]]:
        return [{"title": link["title"], "url": link["url"]} for link in super().to_internal_value(data)]


class Genre(Line):
    """A genre, in lower case before its length is looked at: some letters grow."""

    def to_internal_value(self, data: Any) -> str:
        return super().to_internal_value(data).lower()


class GenreList(ShortList):
    """Genres, each once."""

    child = Genre(max_length=40)

    def to_internal_value(self, data: Any) -> list[str]:
        return list(dict.fromkeys(super().to_internal_value(data)))


class ProfileWrite(ClosedSerializer):
    """What is left out stays as it is; null is never taken. An empty `display_name` shows the username."""

    display_name = Line(max_length=60, required=False, allow_blank=True)
    bio = Lines(max_length=2000, required=False, allow_blank=True)
    city = Line(max_length=60, required=False, allow_blank=True)
    country = serializers.CharField(
        max_length=2, required=False, allow_blank=True, help_text="ISO 3166-1 alpha-2, or empty."
    )
    links = LinkList(max_length=MOST_LINKS, required=False)
    genres = GenreList(max_length=MOST_GENRES, required=False)
    role = serializers.ChoiceField(choices=Role.choices, required=False)
    likes_public = serializers.BooleanField(required=False)
    followings_public = serializers.BooleanField(required=False)
    messages_from = serializers.ChoiceField(choices=MessagesFrom.choices, required=False)
    discoverable = serializers.BooleanField(required=False, help_text="False: in no list of people, in no search.")
    timezone = serializers.CharField(
        max_length=40, required=False, help_text="A name of the IANA time zone database: `Europe/Lisbon`."
    )
    locale = serializers.CharField(max_length=12, required=False, help_text="BCP 47: `en`, `pt-BR`, `zh-Hant-TW`.")

    def validate_country(self, text: str) -> str:
        if text and text.upper() not in CODES:
            raise serializers.ValidationError("A code of ISO 3166-1 is needed, such as PT.", code="country_unknown")
        return text.upper()

    def validate_timezone(self, text: str) -> str:
        if text not in time_zones():
            raise serializers.ValidationError("A zone such as Europe/Lisbon is needed.", code="timezone_unknown")
        return text

    def validate_locale(self, text: str) -> str:
        parts = LOCALE.match(text)
        if parts is None:
            raise serializers.ValidationError("A locale looks like en or pt-BR.", code="locale_grammar")
        language, script, region = (part or "" for part in parts.groups())
        return "-".join(filter(None, (language.lower(), script.title(), region.upper())))
