"""What the doctor itself stores for a moment, and what the last comparison of stored objects with rows found."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from config.lib.custody import stored_shelf
from config.lib.doctor import Finding
from config.models import Reconciliation

PROBE_ROOT = "doctor"
# No row owns them: what a killed doctor leaves goes with the next comparison.
PROBES = stored_shelf(PROBE_ROOT, claims=lambda names: {}, names=lambda last, most: [])
# It comes every day.
PATIENCE = timedelta(days=2)


def reconciled() -> Iterator[Finding]:
    """Every stored object has a row and every row its objects, as far as is known."""
    last = Reconciliation.objects.order_by("-started_at").first()
    if last is None:
        yield Finding("stored objects and rows were not compared yet; beat does it every day")
        return
    sentence = f"{last.left} differences between stored objects and rows at {last.started_at:%Y-%m-%d %H:%M}"
    if last.left:
        yield Finding(f"{sentence} ({last.missing} missing)", "manage.py reconcile --dry-run, and do what it says")
    elif last.started_at < timezone.now() - PATIENCE:
        yield Finding(f"{sentence}, and no comparison since", "manage.py reconcile --remove; is beat running?")
    else:
        yield Finding(sentence)
