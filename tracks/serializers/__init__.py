"""`…Write` checks the shape of what comes in; `…Card` and `…Detail` declare, for OpenAPI, what cards.py answers."""

from typing import Any

import orjson
from django.http import QueryDict
from django.utils.text import slugify
from rest_framework import serializers

from accounts.serializers import UserCard
from config.lib.fields import Line, Lines, ShortList, WebAddress, refuse
from config.lib.pictures.serializers import PictureCard
from social.serializers import SpaceName
from tracks.choices import Audience, License, State, Visibility
from tracks.models import FASTEST_BPM, MOST_CREDITS, MOST_TAGS, SLOWEST_BPM
from tracks.serializers.sound import LoudnessCard, Streams, Timeline, WaveformJson, WaveformQuery
from tracks.texts import isrc

__all__ = [
    "SecretToken",
    "Streams",
    "Timeline",
    "TrackCard",
    "TrackDetail",
    "TrackUpload",
    "TrackWrite",
    "WaveformJson",
    "WaveformQuery",
]


class TrackCard(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    kind = serializers.CharField()
    title = serializers.CharField()
    permalink = serializers.CharField()
    permalink_url = serializers.URLField()
    user = UserCard()
    space = SpaceName(allow_null=True, help_text="Where the space lets everybody know its name; else see `manage`.")
    artist = serializers.CharField()
    description = serializers.CharField()
    genre = serializers.CharField()
    tags = serializers.ListField(child=serializers.CharField())
    license = serializers.ChoiceField(choices=License.choices)
    visibility = serializers.ChoiceField(choices=Visibility.choices)
    audience = serializers.ChoiceField(choices=Audience.choices)
    state = serializers.ChoiceField(choices=State.choices)
    duration_ms = serializers.IntegerField(allow_null=True)
    created_at = serializers.DateTimeField()
    published_at = serializers.DateTimeField(allow_null=True)
    release_date = serializers.DateField(allow_null=True)
    bpm = serializers.FloatField(allow_null=True)
    key = serializers.CharField()
    isrc = serializers.CharField()
    explicit = serializers.BooleanField()
    artwork = PictureCard(allow_null=True)
    waveform_url = serializers.URLField(allow_null=True)
    streams_url = serializers.URLField()
    loudness = LoudnessCard(allow_null=True)
    downloadable = serializers.BooleanField()
    comments_enabled = serializers.BooleanField()
    plays_count = serializers.IntegerField()
    likes_count = serializers.IntegerField()
    reposts_count = serializers.IntegerField()
    comments_count = serializers.IntegerField()
    downloads_count = serializers.IntegerField()


class Credit(serializers.Serializer[Any]):
    name = serializers.CharField()
    role = serializers.CharField()


class Original(serializers.Serializer[Any]):
    filename = serializers.CharField()
    bytes = serializers.IntegerField()
    sha256 = serializers.CharField(allow_null=True)
    codec = serializers.CharField(allow_null=True)
    sample_rate_hz = serializers.IntegerField(allow_null=True)
    channels = serializers.IntegerField(allow_null=True)
    bit_depth = serializers.IntegerField(allow_null=True)


class Failure(serializers.Serializer[Any]):
    code = serializers.CharField()
    reason = serializers.CharField()


class Manage(serializers.Serializer[Any]):
    space = SpaceName(allow_null=True)
    secret_token = serializers.CharField(allow_null=True)
    publish_at = serializers.DateTimeField(allow_null=True)
    failure = Failure(allow_null=True)
    original = Original()


class TrackDetail(TrackCard):
    credits = Credit(many=True)
    purchase_url = serializers.CharField()
    updated_at = serializers.DateTimeField()
    manage = Manage(required=False, help_text="Only in the answers of those who may edit it.")


class Tag(Line):
    """A tag, in lower case before its length is looked at: some letters grow."""

    def to_internal_value(self, data: Any) -> str:
        return super().to_internal_value(data).lower()


class TagList(ShortList):
    """Tags, each once. In a form, one empty field means none."""

    child = Tag(max_length=40)

    def get_value(self, dictionary: Any) -> Any:
        value = super().get_value(dictionary)
        return [] if value == [""] and isinstance(dictionary, QueryDict) else value

    def to_internal_value(self, data: Any) -> list[str]:
        return list(dict.fromkeys(super().to_internal_value(data)))


class CreditWrite(serializers.Serializer[Any]):
    name = Line(max_length=100)
    role = Line(max_length=60, required=False, default="", allow_blank=True)


class CreditList(ShortList):
    """Credits. A form brings them as JSON in one field."""

    child = CreditWrite()
    default_error_messages = {"not_json": "A JSON list is needed."}

    def get_value(self, dictionary: Any) -> Any:
        return dictionary.get(self.field_name, serializers.empty)

    def to_internal_value(self, data: Any) -> list[dict[str, str]]:
        if isinstance(data, str):
            try:
                data = orjson.loads(data or "[]")
            except orjson.JSONDecodeError:
                self.fail("not_json")
        return [dict(credit) for credit in super().to_internal_value(data)]


class Switch(serializers.BooleanField):
    """True or false. One that a form leaves out is left out, and not false as a page's tick box would be."""

    default_empty_html = serializers.empty


class TrackWrite(serializers.Serializer[Any]):
    """What an uploader may say of a track. Missing fields stay as they are; on upload the file's tags fill them."""

    title = Line(max_length=200, required=False)
    permalink = serializers.CharField(max_length=100, required=False)
    artist = Line(max_length=200, required=False, allow_blank=True)
    credits = CreditList(max_length=MOST_CREDITS, required=False)
    description = Lines(max_length=5000, required=False, allow_blank=True)
    genre = Line(max_length=60, required=False, allow_blank=True)
    tags = TagList(max_length=MOST_TAGS, required=False)
    license = serializers.ChoiceField(choices=License.choices, required=False)
    purchase_url = WebAddress(max_length=500, required=False, allow_blank=True)
    audience = serializers.ChoiceField(choices=Audience.choices, required=False)
    visibility = serializers.ChoiceField(choices=Visibility.choices, required=False)
    downloadable = Switch(required=False)
    comments_enabled = Switch(required=False)
    explicit = Switch(required=False)
    release_date = serializers.DateField(required=False, allow_null=True)
    publish_at = serializers.DateTimeField(
        required=False,
        allow_null=True,
        help_text="When the track becomes public by itself; until then it is private, or unlisted if that is said.",
    )
    isrc = serializers.CharField(max_length=15, required=False, allow_blank=True)
    bpm = serializers.DecimalField(
        max_digits=5,
        decimal_places=2,
        min_value=SLOWEST_BPM,
        max_value=FASTEST_BPM,
        required=False,
        allow_null=True,
    )
    key = Line(max_length=12, required=False, allow_blank=True)
    space_id = serializers.IntegerField(
        min_value=1,
        max_value=10**18 - 1,
        required=False,
        allow_null=True,
        help_text="The space that it is in: one in which the caller is an editor or more. `null`: none.",
    )

    def validate_permalink(self, permalink: str) -> str:
        if permalink != slugify(permalink):
            raise serializers.ValidationError("Lower-case letters, digits and hyphens.", code="permalink_grammar")
        return permalink

    def validate_isrc(self, text: str) -> str:
        if text and not isrc(text):
            raise serializers.ValidationError("An ISRC looks like QZ-ES1-26-00001.", code="isrc_grammar")
        return isrc(text)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        refuse(set(self.initial_data) - set(self.fields), "This field is not known here.", code="unknown")
        if isinstance(self.initial_data, QueryDict):
            repeated = {name for name, values in self.initial_data.lists() if len(values) > 1} - {"tags"}
            refuse(repeated, "This field may be given once.", code="repeated")
        return attrs


class TrackUpload(TrackWrite):
    """The multipart form: the file and what is said of it."""

    audio = serializers.FileField(allow_empty_file=True, max_length=255)
    artwork = serializers.FileField(required=False, help_text="The cover: JPEG, PNG or WebP, 10 MB and 25 Mpx at most.")


class SecretToken(serializers.Serializer[Any]):
    secret_token = serializers.CharField()
