"""How this site is called, for what knows no app."""

from collections.abc import Callable

from django.conf import settings
from django.utils.module_loading import import_string


def site_name() -> str:
    """What the function that SITE_NAME_SOURCE names says."""
    name: Callable[[], str] = import_string(settings.SITE_NAME_SOURCE)
    return name()
