"""The row that is locked, and the rule that is asked while it is."""

from billing.amounts import Amount
from billing.entitlements import Entitlements
from billing.models import Usage
from billing.queries import plan_that_lifts
from config.lib.errors import DomainError


class OverQuota(DomainError):
    """`limit`: which one, a field of Limits. `lifted_by`: the code of the smallest plan with room for it, or None."""

    code = "over_quota"
    status = 402
    title = "Your plan does not cover this: its {limit} is {allowed}, {used} is taken, {requested} more was asked for."


def lock_usage(*, user_id: int) -> Usage:
    """A person's usage row, held until the transaction ends; made when it is not there yet."""
    row = Usage.objects.filter(pk=user_id).select_for_update(no_key=True)
    usage = row.first()
    if usage is None:
        Usage.objects.bulk_create([Usage(pk=user_id)], ignore_conflicts=True)
        usage = row.get()
    return usage


def check_room(granted: Entitlements, *, usage: Usage, holds: Amount, asks: Amount) -> None:
    """Raise OverQuota unless an upload may take `asks` instead of what it `holds`. The caller holds the usage row.

    What it holds was promised: it stays good when the plan shrinks, and only what goes beyond it needs room.
    """
    more = asks - holds
    check_limit(granted, limit="per_upload_bytes", used=holds.bytes, requested=more.bytes)
    check_limit(granted, limit="per_upload_ms", used=holds.duration_ms, requested=more.duration_ms)
    check_limit(granted, limit="storage_bytes", used=usage.taken.bytes, requested=more.bytes)
    check_limit(granted, limit="upload_ms", used=usage.taken.duration_ms, requested=more.duration_ms)


def check_limit(granted: Entitlements, *, limit: str, used: int, requested: int) -> None:
    """Raise OverQuota if `requested` on top of `used` is more than the limit of that name."""
    allowed = getattr(granted.limits, limit)
    if requested <= 0 or allowed is None or used + requested <= allowed:
        return
    raise OverQuota(
        limit=limit,
        allowed=allowed,
        used=used,
        requested=requested,
        plan=granted.plan,
        lifted_by=plan_that_lifts(limit=limit, needed=used + requested),
    )
