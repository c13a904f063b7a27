"""Setting a mark and taking it away: exactly once, counted in the same transaction.

Of one person's marks one is set, dropped or settled at a time, by a lock that stands for them; then come the rows of
the marks, then the counts of the things in the order of their ids. In that order too a thing goes that is purged.
"""

from datetime import datetime
from typing import Any

from accounts.models import User
from accounts.querysets import in_good_standing
from config.lib import advisory
from config.lib.events import emit
from engagement.services.kinds import MarkKind


def hold_marks(user_id: int) -> None:
    """Let nothing else be marked or settled for this person until the transaction ends; take it before all else.

    Not the row of their counts, which everybody who follows them moves too.
    """
    advisory.hold(f"engagement.marks:{user_id}")


def in_standing(user_id: int) -> bool:
    """Whether the person counts, as it is at this moment."""
    return User.objects.get_queryset().filter(in_good_standing(), pk=user_id).exists()


def set_mark(kind: MarkKind, *, user_id: int, thing: Any, at: datetime, **facts: Any) -> tuple[Any, bool]:
    """The person's mark on the thing, and whether it is new; then it is counted and told. The caller holds the marks.

    Whoever was suspended after this call was let in is not counted: the correction that follows may be over already.
    """
    found = kind.model.objects.by(user_id).on(thing.pk).first()
    if found is not None:
        return found, False
    mark = kind.model(person_id=user_id, created_at=at, is_counted=in_standing(user_id), **facts)
    setattr(mark, kind.model.noun, thing)
    mark.save(force_insert=True)
    if mark.is_counted:
        kind.add([thing.pk], 1)
    emit(kind.is_set(mark))
    return mark, True


def drop_mark(kind: MarkKind, *, user_id: int, thing_id: int) -> bool:
    """Take the person's mark off the thing; False where there is none. The caller holds the marks.

    It asks nobody who may see the thing: one's own may be taken off what went out of sight.
    """
    mark = kind.model.objects.select_related(kind.model.noun).by(user_id).on(thing_id).first()
    if mark is None:
        return False
    # The id is gone with the row, and the event needs none of it.
    kind.model.objects.filter(pk=mark.pk).delete()
    if mark.is_counted:
        kind.add([thing_id], -1)
    emit(kind.is_gone(mark))
    return True


def ensure_seen(kind: MarkKind, *, viewer: Any, thing_id: int) -> None:
    """Raise the noun's DoesNotExist for what the viewer may not see."""
    kind.things(viewer).get(pk=thing_id)
