from typing import Any

from django.http import QueryDict
from rest_framework import serializers

from config.lib.fields import refuse
from tracks.choices import Copy


class Strict(serializers.Serializer[Any]):
    """Fields that are not known, or that a form brings twice, are refused."""

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        refuse(set(self.initial_data) - set(self.fields), "This field is not known here.", code="unknown")
        if isinstance(self.initial_data, QueryDict):
            repeated = {name for name, values in self.initial_data.lists() if len(values) > 1}
            refuse(repeated, "This field may be given once.", code="repeated")
        return attrs


class AudioForm(Strict):
    """The multipart form: the file."""

    audio = serializers.FileField(allow_empty_file=True, max_length=255)


class AudioFromUpload(Strict):
    """A complete upload."""

    upload_id = serializers.IntegerField(min_value=1, max_value=10**18 - 1)


class ArtworkForm(Strict):
    """The multipart form: the picture."""

    image = serializers.FileField(help_text="JPEG, PNG or WebP, 10 MB and 25 million pixels at most.")


class DownloadWrite(Strict):
    """Which form of the track is wanted."""

    copy = serializers.ChoiceField(choices=Copy.choices, default=Copy.ORIGINAL)


class Download(serializers.Serializer[Any]):
    url = serializers.URLField()
    filename = serializers.CharField()
    bytes = serializers.IntegerField()
    expires_at = serializers.DateTimeField()
