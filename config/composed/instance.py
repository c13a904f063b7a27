"""What this site is: the operator's words, and what its settings make of it."""

from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from accounts.choices import Registration
from accounts.queries import instance
from billing.queries import entitlements_of
from billing.serializers import PlanLimits
from config.lib.caching import cached_answer
from config.lib.pictures.images import MAX_BYTES, MAX_PIXELS
from config.lib.renderers import dumps
from config.lib.scopes import Scope
from config.lib.viewsets import ApiViewSet
from tracks.audio.ffmpeg import FORMATS


class InstanceLimits(serializers.Serializer[Any]):
    upload_bytes = serializers.IntegerField()
    duration_ms = serializers.IntegerField()
    formats = serializers.ListField(child=serializers.CharField(), help_text="Containers, as ffmpeg calls them.")
    image_bytes = serializers.IntegerField()
    image_pixels = serializers.IntegerField()
    default_plan = PlanLimits(help_text="Of whoever has no other plan.")


class InstanceFeatures(serializers.Serializer[Any]):
    captcha = serializers.BooleanField(help_text="Joining takes a `captcha_token`.")
    google_sign_in = serializers.BooleanField()
    direct_uploads = serializers.BooleanField(help_text="Uploads go straight into a bucket.")
    invites = serializers.BooleanField(help_text="People may invite others.")


class ClientKeys(serializers.Serializer[Any]):
    captcha = serializers.CharField(allow_null=True)
    google = serializers.CharField(allow_null=True)


class InstanceDetail(serializers.Serializer[Any]):
    name = serializers.CharField()
    description = serializers.CharField()
    logo_url = serializers.URLField(allow_null=True)
    contact = serializers.CharField()
    source_url = serializers.URLField(
        allow_null=True, help_text="The source of what runs here, which its licence lets everybody have."
    )
    rules = serializers.ListField(child=serializers.CharField())
    terms_version = serializers.CharField()
    terms_text = serializers.CharField()
    registration = serializers.ChoiceField(choices=Registration.choices)
    limits = InstanceLimits()
    features = InstanceFeatures()
    client_keys = ClientKeys()


class InstanceViewSet(ApiViewSet):
    """The site itself."""

    open_actions = frozenset({"retrieve"})
    scopes = {"retrieve": Scope.READ}

    @extend_schema(responses=InstanceDetail)
    def retrieve(self, request: Request) -> HttpResponse:
        """What the site is called, who runs it and by which rules, who may join, and what can be done here."""
        return cached_answer(request, content=dumps(instance_card()), content_type="application/json", shared=True)


def instance_card() -> dict[str, Any]:
    """The site as JSON; two queries."""
    site, keys = instance(), client_keys()
    invites = site.registration == Registration.INVITE and site.invites_a_month > 0
    return {
        **{name: getattr(site, name) for name in ("name", "description")},
        "logo_url": site.logo_url or None,
        "contact": site.contact,
        "source_url": settings.SOURCE_URL or None,
        "rules": site.rule_list,
        **{name: getattr(site, name) for name in ("terms_version", "terms_text", "registration")},
        "limits": limits(),
        "features": {
            "captcha": keys["captcha"] is not None,
            "google_sign_in": keys["google"] is not None,
            "direct_uploads": settings.BUCKET is not None,
            "invites": invites,
        },
        "client_keys": keys,
    }


def limits() -> dict[str, Any]:
    """What a file may be, and how much of them somebody may have who has no plan of their own."""
    return {
        "upload_bytes": settings.UPLOAD_MAX_BYTES,
        "duration_ms": settings.TRACK_MAX_DURATION_MS,
        "formats": FORMATS.split(","),
        "image_bytes": MAX_BYTES,
        "image_pixels": MAX_PIXELS,
        "default_plan": asdict(entitlements_of(None).limits),
    }


def client_keys() -> dict[str, str | None]:
    """The public halves of the keys that browsers and apps need; None for what is off."""
    google = getattr(settings, "GOOGLE", None)
    return {
        "captcha": getattr(settings, "RECAPTCHA_SITE_KEY", "") or None,
        "google": google.client_id if google else None,
    }
