from accounts.events import DeletionCancelled
from accounts.models import AccountErasure, User
from config.lib.events import emit
from config.lib.jobs import JobState


def stay(user: User) -> None:
    """Cancel what a person who was leaving had asked for: they have signed in again. The caller has locked their row.

    Everything is to be seen again as it was.
    """
    AccountErasure.objects.filter(user=user, state=JobState.QUEUED).delete()
    user.leaving_at = None
    user.save(update_fields=["leaving_at"])
    emit(DeletionCancelled(user_id=user.pk))
