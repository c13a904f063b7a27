from typing import Any

from django.conf import settings
from django.http import HttpRequest

from config.lib.site import site_name


def site(request: HttpRequest) -> dict[str, Any]:
    """What every page knows about the instance."""
    return {
        "instance_name": site_name(),
        "site_url": settings.SITE_URL,
        "google_on": settings.GOOGLE is not None,
        "source_url": settings.SOURCE_URL,
    }
