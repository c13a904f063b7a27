"""A picture in a form, and a stored one as OpenAPI declares it."""

from typing import Any

from rest_framework import serializers

from config.lib.fields import ClosedForm


class ImageForm(ClosedForm):
    """The multipart form: the picture."""

    image = serializers.FileField(help_text="JPEG, PNG or WebP, 10 MB and 25 million pixels at most.")


class PictureCard(serializers.Serializer[Any]):
    """WebP under addresses that never change their picture: a crop of 150 by 150, 600 wide, 1200 wide at most.

    `placeholder`: a tiny one, inline. `color`: the mean, `#rrggbb`.
    """

    thumb = serializers.URLField()
    medium = serializers.URLField()
    large = serializers.URLField()
    placeholder = serializers.CharField()
    color = serializers.CharField()
