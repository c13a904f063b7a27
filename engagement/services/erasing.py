from django.db import transaction

from engagement.services.kinds import KINDS, MarkKind
from engagement.services.marks import hold_marks

BATCH = 500


def erase_marks(*, user_id: int) -> None:
    """Forget everything that a person likes and reposts, in short transactions. Twice is once."""
    for kind in KINDS:
        while drop_some(kind, user_id=user_id):
            pass


@transaction.atomic
def drop_some(kind: MarkKind, *, user_id: int) -> int:
    """Drop some marks of the person, and count them no longer; how many were found."""
    hold_marks(user_id)
    marks = kind.model.objects.by(user_id).order_by("pk")
    found = list(marks.values_list("pk", f"{kind.model.noun}_id", "is_counted")[:BATCH])
    kind.model.objects.filter(pk__in=[pk for pk, *_ in found]).delete()
    kind.add([thing_id for _, thing_id, is_counted in found if is_counted], -1)
    return len(found)
