"""Plans and usage as JSON."""

from dataclasses import asdict
from typing import Any

from billing.models import Plan
from billing.queries import Consumption


def plan_card(plan: Plan) -> dict[str, Any]:
    """What everybody sees of a plan."""
    return {
        "code": plan.code,
        "kind": "plan",
        "name": plan.name,
        "is_default": plan.is_default,
        "limits": asdict(plan.limits),
        "entitlements": asdict(plan.features),
        "prices": [
            {"interval": interval, "amount": amount, "currency": plan.currency}
            for interval, amount in (("month", plan.monthly_price), ("year", plan.yearly_price))
            if amount is not None
        ],
    }


def usage_card(consumption: Consumption) -> dict[str, Any]:
    """What a person reads about their own quota. `limit_…` is null where there is none."""
    limits, used, reserved = consumption.entitlements.limits, consumption.used, consumption.reserved
    return {
        "plan": consumption.entitlements.plan,
        "upload": {"used_ms": used.duration_ms, "reserved_ms": reserved.duration_ms, "limit_ms": limits.upload_ms},
        "storage": {"used_bytes": used.bytes, "reserved_bytes": reserved.bytes, "limit_bytes": limits.storage_bytes},
        "per_upload": {"limit_ms": limits.per_upload_ms, "limit_bytes": limits.per_upload_bytes},
        "downloads": {
            "used": consumption.downloads,
            "limit": limits.downloads_per_day,
            "resets_at": consumption.day_ends_at,
        },
    }
