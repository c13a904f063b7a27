from typing import Any

from rest_framework import serializers

from config.lib.fields import ClosedForm
from tracks.choices import Copy


class AudioForm(ClosedForm):
    """The multipart form: the file."""

    audio = serializers.FileField(allow_empty_file=True, max_length=255)


class AudioFromUpload(ClosedForm):
    """A complete upload."""

    upload_id = serializers.IntegerField(min_value=1, max_value=10**18 - 1)


class DownloadWrite(ClosedForm):
    """Which form of the track is wanted."""

    copy = serializers.ChoiceField(choices=Copy.choices, default=Copy.ORIGINAL)


class Download(serializers.Serializer[Any]):
    url = serializers.URLField()
    filename = serializers.CharField()
    bytes = serializers.IntegerField()
    expires_at = serializers.DateTimeField()
