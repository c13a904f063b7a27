from typing import Any

from rest_framework import serializers

from config.lib.fields import Line, refuse
from tracks.serializers import TrackWrite
from tracks.uploads.choices import Protocol, UploadState
from tracks.uploads.parts import PARTS_MOST

# So many parts are signed by one call.
SIGNED_MOST = 200


class Strict(serializers.Serializer[Any]):
    """Fields that are not known are refused."""

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        refuse(set(self.initial_data) - set(self.fields), "This field is not known here.", code="unknown")
        return attrs


class UploadWrite(Strict):
    """What somebody wants to send."""

    filename = Line(max_length=255)
    size = serializers.IntegerField(min_value=0, max_value=2**63 - 1, help_text="Bytes.")
    content_type = Line(max_length=100, required=False, default="", allow_blank=True)
    sha256 = serializers.RegexField(
        r"\A[0-9a-fA-F]{64}\Z", required=False, default="", help_text="Of the whole file, in hex; it is compared."
    )


class UploadCard(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    protocol = serializers.ChoiceField(choices=Protocol.choices)
    state = serializers.ChoiceField(choices=UploadState.choices)
    url = serializers.URLField(help_text="tus: where HEAD, PATCH and DELETE go. S3: `parts/` and `complete/` below it.")
    filename = serializers.CharField()
    size = serializers.IntegerField()
    content_type = serializers.CharField()
    sha256 = serializers.CharField(allow_null=True)
    part_size = serializers.IntegerField(
        allow_null=True, help_text="S3: bytes of every part but the last. tus takes pieces of any size."
    )
    parts_count = serializers.IntegerField(allow_null=True)
    track_id = serializers.IntegerField(allow_null=True)
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(help_text="24 hours after the last byte.")


class PartNumbers(Strict):
    """Which parts are to be sent."""

    numbers = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=PARTS_MOST),
        min_length=1,
        max_length=SIGNED_MOST,
        help_text="From 1 on.",
    )


class SignedPart(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    size = serializers.IntegerField(help_text="Exactly so many bytes are taken.")
    url = serializers.URLField(help_text="PUT the bytes here; keep the ETag of the answer.")
    expires_at = serializers.DateTimeField()


class SignedParts(serializers.Serializer[Any]):
    parts = SignedPart(many=True)


class SentPart(serializers.Serializer[Any]):
    number = serializers.IntegerField(min_value=1, max_value=PARTS_MOST)
    etag = Line(max_length=200)


class SentParts(Strict):
    """Every part and the ETag that the bucket answered with."""

    parts = serializers.ListField(child=SentPart(), min_length=1, max_length=PARTS_MOST)


class TrackFromUpload(TrackWrite):
    """A complete upload and what is said of it."""

    upload_id = serializers.IntegerField(min_value=1, max_value=10**18 - 1)
