"""`…Write` checks the shape of what comes in; `…Card` and `…Detail` declare, for OpenAPI, what cards.py answers."""

import re
from typing import Any

from django.utils.text import slugify
from rest_framework import serializers

from accounts.serializers import UserCard
from tracks.choices import Audience, License, StageName, StageState, State, Visibility

ISRC = re.compile(r"[A-Z]{2}[A-Z0-9]{3}[0-9]{7}\Z")
# One decode, three answers: see `form` of the waveform.
WAVEFORM_FORMS = ("json", "dat", "png")


class ArtworkCard(serializers.Serializer[Any]):
    thumb = serializers.URLField()
    medium = serializers.URLField()
    large = serializers.URLField()
    placeholder = serializers.CharField()
    color = serializers.CharField()


class TrackCard(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    kind = serializers.CharField()
    title = serializers.CharField()
    permalink = serializers.CharField()
    permalink_url = serializers.URLField()
    user = UserCard()
    artist = serializers.CharField()
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
    explicit = serializers.BooleanField()
    artwork = ArtworkCard(allow_null=True)
    waveform_url = serializers.URLField(allow_null=True)
    streams_url = serializers.URLField()
    downloadable = serializers.BooleanField()
    comments_enabled = serializers.BooleanField()
    plays_count = serializers.IntegerField()
    likes_count = serializers.IntegerField()
    reposts_count = serializers.IntegerField()
    comments_count = serializers.IntegerField()
    downloads_count = serializers.IntegerField()


class CreditField(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=100)
    role = serializers.CharField(max_length=60, required=False, default="")


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
    secret_token = serializers.CharField(allow_null=True)
    failure = Failure(allow_null=True)
    original = Original()


class TrackDetail(TrackCard):
    description = serializers.CharField()
    credits = CreditField(many=True)
    purchase_url = serializers.CharField()
    isrc = serializers.CharField()
    updated_at = serializers.DateTimeField()
    manage = Manage(required=False, help_text="Only in the owner's answers.")


class TrackWrite(serializers.Serializer[Any]):
    """What an uploader may say of a track. Missing fields stay as they are; on upload the file's tags fill them."""

    title = serializers.CharField(max_length=200, required=False)
    permalink = serializers.CharField(max_length=100, required=False)
    artist = serializers.CharField(max_length=200, required=False, allow_blank=True)
    credits = CreditField(many=True, required=False)
    description = serializers.CharField(max_length=5000, required=False, allow_blank=True)
    genre = serializers.CharField(max_length=60, required=False, allow_blank=True)
    tags = serializers.ListField(child=serializers.CharField(max_length=40), max_length=30, required=False)
    license = serializers.ChoiceField(choices=License.choices, required=False)
    purchase_url = serializers.URLField(max_length=500, required=False, allow_blank=True)
    audience = serializers.ChoiceField(choices=Audience.choices, required=False)
    visibility = serializers.ChoiceField(choices=Visibility.choices, required=False)
    downloadable = serializers.BooleanField(required=False)
    comments_enabled = serializers.BooleanField(required=False)
    explicit = serializers.BooleanField(required=False)
    release_date = serializers.DateField(required=False, allow_null=True)
    isrc = serializers.CharField(max_length=15, required=False, allow_blank=True)
    bpm = serializers.DecimalField(
        max_digits=5, decimal_places=2, min_value=1, max_value=999, required=False, allow_null=True
    )
    key = serializers.CharField(max_length=12, required=False, allow_blank=True)

    def validate_permalink(self, permalink: str) -> str:
        if permalink != slugify(permalink) or not permalink.strip("-"):
            raise serializers.ValidationError("Lower-case letters, digits and hyphens.", code="permalink_grammar")
        return permalink

    def validate_isrc(self, isrc: str) -> str:
        plain = isrc.replace("-", "").upper()
        if plain and not ISRC.match(plain):
            raise serializers.ValidationError("An ISRC looks like QZ-ES1-26-00001.", code="isrc_grammar")
        return plain

    def validate_tags(self, tags: list[str]) -> list[str]:
        return list(dict.fromkeys(tag.strip().lower() for tag in tags))

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        unknown = set(self.initial_data) - set(self.fields)
        if unknown:
            raise serializers.ValidationError(
                {name: serializers.ErrorDetail("This field is not known here.", code="unknown") for name in unknown}
            )
        return attrs


class TrackUpload(TrackWrite):
    """The multipart form: the file and what is said of it."""

    audio = serializers.FileField(allow_empty_file=True, max_length=255)


class Streams(serializers.Serializer[Any]):
    access = serializers.ChoiceField(choices=["playable", "preview", "blocked"])
    hls_url = serializers.URLField(allow_null=True)
    aac_url = serializers.URLField(allow_null=True)
    opus_url = serializers.URLField(allow_null=True)
    mp3_url = serializers.URLField(allow_null=True)
    preview_url = serializers.URLField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True)


class Stage(serializers.Serializer[Any]):
    name = serializers.ChoiceField(choices=StageName.choices)
    state = serializers.ChoiceField(choices=StageState.choices)
    progress = serializers.FloatField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    error_code = serializers.CharField(allow_null=True)


class Timeline(serializers.Serializer[Any]):
    state = serializers.ChoiceField(choices=State.choices)
    stages = Stage(many=True)
    queue_position = serializers.IntegerField(allow_null=True)
    eta_ms = serializers.IntegerField(allow_null=True)
    error_code = serializers.CharField(allow_null=True)
    error_message = serializers.CharField(allow_null=True)


class WaveformJson(serializers.Serializer[Any]):
    """audiowaveform's JSON, version 2: `data` is minimum, maximum, minimum, maximum, …"""

    version = serializers.IntegerField()
    channels = serializers.IntegerField()
    sample_rate = serializers.IntegerField()
    samples_per_pixel = serializers.IntegerField()
    bits = serializers.IntegerField()
    length = serializers.IntegerField()
    data = serializers.ListField(child=serializers.IntegerField())


class WaveformQuery(serializers.Serializer[Any]):
    """How the peaks are wanted. `v` is the version that makes the address cacheable; it is not looked at."""

    form = serializers.ChoiceField(choices=WAVEFORM_FORMS, default="json")
    points = serializers.IntegerField(min_value=10, max_value=16_384, default=1800)
    v = serializers.CharField(max_length=20, required=False)


class SecretToken(serializers.Serializer[Any]):
    secret_token = serializers.CharField()
