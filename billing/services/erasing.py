from billing.models import Usage


def erase_usage(*, user_id: int) -> None:
    """Forget what a person has taken of their plan, with the ledger behind it. Twice is once."""
    Usage.objects.filter(pk=user_id).delete()
