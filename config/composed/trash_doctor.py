"""Looks at what should have gone from the trash by now."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from config.composed.trash import KEPT_FOR, KINDS
from config.lib.doctor import Finding

PATIENCE = timedelta(days=1)


def overdue() -> Iterator[Finding]:
    """Whatever is due goes within a day."""
    late = timezone.now() - KEPT_FOR - PATIENCE
    kept = [kind.word for kind in KINDS if kind.rows.to_purge(before=late).filter(deleted_at__lte=late).exists()]
    if kept:
        words = ", ".join(f"{word}s" for word in kept)
        yield Finding(f"{words} are in the trash that should have gone: is beat running?", "manage.py purge_trash")
    else:
        yield Finding("nothing is overdue in the trash")
