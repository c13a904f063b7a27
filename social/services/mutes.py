from datetime import datetime

from django.db import transaction

from accounts.models import User
from config.lib.events import emit
from social.choices import MuteScope
from social.events import RelationshipChanged
from social.models import Mute
from social.services.follows import check_two


@transaction.atomic
def mute_user(*, muter: User, muted: User, scope: MuteScope, at: datetime) -> None:
    """Show somebody no longer what another does, or reposts; the other does not learn of it. Twice is once.

    Raises SelfReference.
    """
    check_two(muter, muted)
    _, is_new = Mute.objects.get_or_create(muter=muter, muted=muted, scope=scope, defaults={"created_at": at})
    if is_new:
        emit(RelationshipChanged(user_id=muter.pk, other_id=muted.pk))


@transaction.atomic
def unmute_user(*, muter: User, muted: User, scope: MuteScope) -> None:
    """Undo it; the other scope, if it is muted too, stays. Twice is once. Raises SelfReference."""
    check_two(muter, muted)
    gone, _ = Mute.objects.filter(muter=muter, muted=muted, scope=scope).delete()
    if gone:
        emit(RelationshipChanged(user_id=muter.pk, other_id=muted.pk))
