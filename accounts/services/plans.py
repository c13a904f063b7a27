from accounts.models import User


def set_plan(*, user_id: int, plan: str) -> bool:
    """Write which plan a person has: the code of one, or "" for the default one. False when nothing has changed."""
    return bool(User.objects.get_queryset().filter(pk=user_id).exclude(plan=plan).update(plan=plan))
