from django.db import transaction

from billing.models import Usage
from billing.queries import Drift, drifts_of
from billing.querysets import SUMS
from billing.services.quota import lock_usage


def recount_usage() -> list[Drift]:
    """Let every usage row say the sum of its reservations again; what was wrong."""
    people = list(Usage.objects.drifted().values_list("pk", flat=True))
    return [drift for user_id in people for drift in correct_usage(user_id=user_id)]


@transaction.atomic
def correct_usage(*, user_id: int) -> list[Drift]:
    """Correct one row while nobody else can write in that person's ledger; what was wrong."""
    lock_usage(user_id=user_id)
    usage = Usage.objects.drifted().filter(pk=user_id).first()
    if usage is None:
        return []
    Usage.objects.filter(pk=user_id).update(**{column: getattr(usage, f"true_{column}") for column in SUMS})
    return drifts_of(usage)
