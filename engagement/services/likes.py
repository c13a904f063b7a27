from datetime import datetime

from django.db import transaction

from config.lib.viewer import Viewer
from engagement.services.kinds import MarkKind
from engagement.services.marks import drop_mark, ensure_seen, hold_marks, set_mark


@transaction.atomic
def like(*, kind: MarkKind, viewer: Viewer, thing_id: int, at: datetime) -> None:
    """Let somebody like a thing, their own too. Twice is once. Raises its DoesNotExist for what they may not see."""
    user_id = viewer.user.pk
    hold_marks(user_id)
    set_mark(kind, user_id=user_id, thing=kind.things(viewer).get(pk=thing_id), at=at)


@transaction.atomic
def unlike(*, kind: MarkKind, viewer: Viewer, thing_id: int) -> None:
    """Undo it, whatever has become of the thing since. Twice is once.

    Raises its DoesNotExist for what the person neither likes nor may see.
    """
    user_id = viewer.user.pk
    hold_marks(user_id)
    if not drop_mark(kind, user_id=user_id, thing_id=thing_id):
        ensure_seen(kind, viewer=viewer, thing_id=thing_id)
