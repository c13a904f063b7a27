from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """What every page knows about the instance."""
    return {"instance_name": settings.INSTANCE_NAME, "site_url": settings.SITE_URL}
