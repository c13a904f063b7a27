from datetime import datetime

from django.db import transaction

from config.lib.errors import DomainError
from config.lib.events import emit
from config.lib.viewer import Viewer
from engagement.services.kinds import RepostKind
from engagement.services.marks import drop_mark, ensure_seen, hold_marks, set_mark
from social.choices import Verb
from social.services import record_activity, retract_activity


class NotListed(DomainError):
    code = "not_listed"
    title = "Only what everybody finds in lists can be shown to others; this is private or unlisted."


@transaction.atomic
def repost(*, kind: RepostKind, viewer: Viewer, thing_id: int, caption: str | None, at: datetime) -> None:
    """Show a thing to those who follow the person. Again, it changes the caption, if one is given, and nothing else.

    Raises its DoesNotExist for what the person may not see, and NotListed.
    """
    user_id = viewer.user.pk
    hold_marks(user_id)
    thing = kind.things(viewer).get(pk=thing_id)
    if not thing.is_listed:
        raise NotListed
    mark, is_new = set_mark(kind, user_id=user_id, thing=thing, at=at, caption=caption or "")
    if is_new:
        record_activity(actor_id=user_id, verb=Verb.REPOST, kind=kind.activity, object_id=thing_id, at=at)
    elif caption is not None and caption != mark.caption:
        mark.caption = caption
        mark.save(update_fields=["caption"])
        emit(kind.is_edited(mark))


@transaction.atomic
def unrepost(*, kind: RepostKind, viewer: Viewer, thing_id: int) -> None:
    """Undo it, whatever has become of the thing since. Twice is once.

    Raises its DoesNotExist for what the person neither reposts nor may see.
    """
    user_id = viewer.user.pk
    hold_marks(user_id)
    if drop_mark(kind, user_id=user_id, thing_id=thing_id):
        retract_activity(actor_id=user_id, verb=Verb.REPOST, kind=kind.activity, object_id=thing_id)
    else:
        ensure_seen(kind, viewer=viewer, thing_id=thing_id)
