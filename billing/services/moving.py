"""What was charged to one person counts against another's plan from now on."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from billing.amounts import NOTHING, Amount
from billing.choices import ReservationState
from billing.entitlements import Entitlements
from billing.models import Reservation, Usage
from billing.queries import entitlements_of
from billing.services.quota import check_limit, lock_usage
from billing.services.uploads import move_usage


@transaction.atomic
def move_uploads(*, keys: Collection[UUID], user_id: int, at: datetime) -> int:
    """Charge these uploads to another person, all of them or none; how many were not theirs yet. Keys that were given
    back, or never reserved, are passed over. Raises OverQuota where the person's plan has no room for all of them."""
    granted = entitlements_of(user_id)
    found = held_of_others(keys, user_id=user_id)
    check_room_for(found, granted=granted, usage=lock_usage(user_id=user_id))
    return charge_to(user_id, found, at=at)


@transaction.atomic
def inherit_uploads(*, keys: Collection[UUID], user_id: int, at: datetime) -> int:
    """The same for somebody who is not asked: what is charged stays, and may be more than their plan has."""
    return charge_to(user_id, held_of_others(keys, user_id=user_id), at=at)


@transaction.atomic
def hold_ledgers(*, keys: Collection[UUID], user_id: int) -> None:
    """Hold the ledgers in which these uploads count, and that of the person, until the transaction ends. For whoever
    writes in more than one: all are taken at once, in the order of their people's ids."""
    held_of_others(keys, user_id=user_id)


def held_of_others(keys: Collection[UUID], *, user_id: int) -> list[Reservation]:
    """Those of the uploads that count against somebody else, with all the ledgers that this concerns held, in the order
    of their people's ids."""
    uploads = Reservation.objects.filter(key__in=keys).exclude(state=ReservationState.RELEASED)
    holders = {user_id, *uploads.values_list("usage_id", flat=True)}
    Usage.objects.bulk_create([Usage(pk=user_id)], ignore_conflicts=True)
    list(Usage.objects.filter(pk__in=holders).select_for_update(no_key=True).order_by("pk"))
    return list(uploads.filter(usage_id__in=holders).exclude(usage_id=user_id).order_by("pk"))


def check_room_for(found: Collection[Reservation], *, granted: Entitlements, usage: Usage) -> None:
    """Raise OverQuota unless a plan covers each of the uploads, and all of them on top of what is taken."""
    for taken in map(amount_of, found):
        check_limit(granted, limit="per_upload_bytes", used=0, requested=taken.bytes)
        check_limit(granted, limit="per_upload_ms", used=0, requested=taken.duration_ms)
    more = sum(map(amount_of, found), NOTHING)
    check_limit(granted, limit="storage_bytes", used=usage.taken.bytes, requested=more.bytes)
    check_limit(granted, limit="upload_ms", used=usage.taken.duration_ms, requested=more.duration_ms)


def amount_of(upload: Reservation) -> Amount:
    """What it counts, reserved or used."""
    return upload.reserved + upload.used


def charge_to(user_id: int, found: Collection[Reservation], *, at: datetime) -> int:
    """Write it down, with all the ledgers held."""
    for holder_id in sorted({upload.usage_id for upload in found}):
        theirs = [upload for upload in found if upload.usage_id == holder_id]
        reserved = sum((upload.reserved for upload in theirs), NOTHING)
        used = sum((upload.used for upload in theirs), NOTHING)
        move_usage(holder_id, reserved=NOTHING - reserved, used=NOTHING - used)
        move_usage(user_id, reserved=reserved, used=used)
        moved = Reservation.objects.filter(pk__in=[upload.pk for upload in theirs])
        moved.update(usage_id=user_id, updated_at=at)
    return len(found)
