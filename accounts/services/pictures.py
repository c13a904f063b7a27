"""Avatars and headers, as their owners choose them."""

from datetime import datetime

from django.core.files import File
from django.db import transaction
from django.db.models import Q

from accounts.choices import Slot
from accounts.events import ProfileUpdated
from accounts.models import Picture, User
from accounts.querysets import in_good_standing
from config.lib.custody.removing import remove_now
from config.lib.events import emit
from config.lib.pictures.storing import drop_picture, stored_picture
from config.lib.pictures.taking import take_picture


def set_picture(*, user: User, slot: Slot, image: File, at: datetime) -> User:  # type: ignore[type-arg]  # bytes
    """Let a picture be somebody's avatar or header. Raises PictureRefused, PictureBusy, User.DoesNotExist."""
    with stored_picture(Picture, picture=take_picture(image), at=at) as picture:
        return put_picture(user=user, slot=slot, picture=picture)


def remove_picture(*, user: User, slot: Slot) -> User:
    """Let the place be empty. Twice is once. Raises User.DoesNotExist."""
    return put_picture(user=user, slot=slot, picture=None)


@transaction.atomic
def put_picture(*, user: User, slot: Slot, picture: Picture | None) -> User:
    """Put a picture, stored and not saved yet, or none, in the place of the one that is there.

    Decoding takes a while: whoever was suspended or has left meanwhile gets none. Raises User.DoesNotExist.
    """
    user = User.objects.select_for_update(no_key=True).filter(in_good_standing()).get(pk=user.pk)
    old: Picture | None = getattr(user, slot)
    if old is None and picture is None:
        return user
    if picture is not None:
        picture.save(force_insert=True)
    setattr(user, slot, picture)
    user.save(update_fields=[slot])
    if old is not None:
        drop_picture(old, reason="removed" if picture is None else "replaced", by=f"user:{user.pk}")
    emit(ProfileUpdated(user_id=user.pk, fields=[slot.value]))
    return user


def erase_pictures(*, user_id: int) -> None:
    """Remove the pictures of somebody who is erased. Twice is once.

    What is stored goes first: nobody sees this person, and as long as a row is there the next attempt knows that
    something is left to do.
    """
    theirs = Picture.objects.filter(Q(avatar_of=user_id) | Q(header_of=user_id))
    for picture in theirs.order_by("pk"):
        remove_now(prefix=picture.folder, reason="erased", by="accounts.erase_person")
        picture.delete()
