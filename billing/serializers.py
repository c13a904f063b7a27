"""What cards.py answers, declared for OpenAPI."""

from typing import Any

from rest_framework import serializers


class PlanLimits(serializers.Serializer[Any]):
    """Of one person; null is unlimited."""

    upload_ms = serializers.IntegerField(allow_null=True)
    storage_bytes = serializers.IntegerField(allow_null=True)
    per_upload_ms = serializers.IntegerField(allow_null=True)
    per_upload_bytes = serializers.IntegerField(allow_null=True)
    downloads_per_day = serializers.IntegerField(allow_null=True)


class PlanEntitlements(serializers.Serializer[Any]):
    ad_free = serializers.BooleanField()
    offline = serializers.BooleanField()
    full_length = serializers.BooleanField()
    high_quality = serializers.BooleanField()


class PlanPrice(serializers.Serializer[Any]):
    """`amount` in minor units of the currency."""

    interval = serializers.CharField()
    amount = serializers.IntegerField()
    currency = serializers.CharField()


class PlanCard(serializers.Serializer[Any]):
    code = serializers.CharField()
    kind = serializers.CharField()
    name = serializers.CharField()
    is_default = serializers.BooleanField()
    limits = PlanLimits()
    entitlements = PlanEntitlements()
    prices = PlanPrice(many=True)


class UploadUsage(serializers.Serializer[Any]):
    used_ms = serializers.IntegerField()
    reserved_ms = serializers.IntegerField()
    limit_ms = serializers.IntegerField(allow_null=True)


class StorageUsage(serializers.Serializer[Any]):
    used_bytes = serializers.IntegerField()
    reserved_bytes = serializers.IntegerField()
    limit_bytes = serializers.IntegerField(allow_null=True)


class PerUpload(serializers.Serializer[Any]):
    limit_ms = serializers.IntegerField(allow_null=True)
    limit_bytes = serializers.IntegerField(allow_null=True)


class DownloadUsage(serializers.Serializer[Any]):
    used = serializers.IntegerField()
    limit = serializers.IntegerField(allow_null=True)
    resets_at = serializers.DateTimeField()


class UsageDetail(serializers.Serializer[Any]):
    """`reserved` is set aside for uploads on their way and counts like `used`. A limit of null: there is none."""

    plan = serializers.CharField()
    upload = UploadUsage()
    storage = StorageUsage()
    per_upload = PerUpload()
    downloads = DownloadUsage()
