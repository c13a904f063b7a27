"""How sound stands in JSON: streams, timeline, peaks, loudness."""

from typing import Any

from rest_framework import serializers

from tracks.choices import RenditionKind, StageName, StageState, State

# The peaks as numbers in two forms, and as a picture in two.
WAVEFORM_FORMS = ("json", "dat", "png", "svg")


class LoudnessCard(serializers.Serializer[Any]):
    integrated_lufs = serializers.FloatField(help_text="EBU R128; -70 for silence.")
    true_peak_dbtp = serializers.FloatField()
    range_lu = serializers.FloatField()
    replay_gain_db = serializers.FloatField(help_text="What a player adds to play at -14 LUFS, never above -1 dBTP.")


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
    renditions = serializers.ListField(
        child=serializers.ChoiceField(choices=RenditionKind.choices), help_text="What can be played so far."
    )
    complete = serializers.BooleanField(help_text="Whether no more renditions will follow.")


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
