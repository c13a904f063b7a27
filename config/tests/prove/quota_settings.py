"""The development settings with a storage that is full for as long as a file says so."""

import errno
from typing import Any

from django.core.files.storage import FileSystemStorage

from config.settings.dev import *  # noqa: F403 -- Django's way of layering settings
from config.settings.dev import PLACES


class QuotaStorage(FileSystemStorage):
    """Raises what a full disk raises."""

    def _save(self, name: str, content: Any) -> str:
        if (PLACES.home / "filler").exists():
            raise OSError(errno.EDQUOT, "Disk quota exceeded")
        return super()._save(name, content)


STORAGES = {**STORAGES, "default": {"BACKEND": "config.tests.prove.quota_settings.QuotaStorage"}}  # noqa: F405
