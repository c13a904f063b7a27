"""Which stored objects the rows of this room own: archives of exports."""

from collections.abc import Collection, Mapping

from accounts.leaving.models import AccountExport
from config.lib.custody import Claim, Shelf, stored_shelf
from config.lib.jobs import JobState

LOST = "its owner asks for another one: POST /api/v1/me/export/"


def export_claims(names: Collection[str]) -> Mapping[str, Claim]:
    """The archive of an export that is ready; what an attempt stores while it is at work."""
    return {export.key: claim(export) for export in AccountExport.objects.filter(key__in=names)}


def claim(export: AccountExport) -> Claim:
    """What one export needs, or may have."""
    if export.state == JobState.DONE:
        return Claim(needed={export.archive_key: LOST})
    return Claim(kept=frozenset({f"{export.folder}/"}))


def export_names(last: str, most: int) -> list[str]:
    """The keys of exports in ascending order, so many after the last one."""
    return list(AccountExport.objects.filter(key__gt=last).order_by("key").values_list("key", flat=True)[:most])


SHELVES: tuple[Shelf, ...] = (stored_shelf(AccountExport.ROOT, claims=export_claims, names=export_names),)
