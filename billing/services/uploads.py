"""The ledger of uploads: reserve, settle, release. Each holds the person's usage row before it reads a reservation."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F

from accounts.models import User
from billing.amounts import NOTHING, Amount
from billing.choices import ReservationState
from billing.models import Reservation, Usage
from billing.queries import entitlements, entitlements_of
from billing.services.quota import check_room, lock_usage
from config.lib.advisory import advisory_lock
from config.lib.errors import DomainError
from config.lib.forgetting import forget

# With the minute between two sweeps: an abandoned upload gives its room back within the hour.
LIFETIME = timedelta(minutes=55)
# The most people whose uploads one sweep lets lapse.
SWEEP_MOST = 200
# How long the key of an upload that was given up is known.
REMEMBERED = timedelta(days=30)
# What an upload of unknown duration asks for: when no time is left, it is refused before it is sent.
LEAST_MS = 1


class UploadKeySpent(DomainError):
    code = "upload_key_spent"
    title = "This upload is over; begin a new one."


def reserve_upload(
    *, user: User, key: UUID, size_bytes: int, duration_ms: int | None = None, at: datetime
) -> Reservation:
    """Set room aside for an upload, before its bytes are taken, for LIFETIME; a repeated call only prolongs that.

    The amounts of the first call stay. Raises OverQuota, and UploadKeySpent for the key of an upload that was given
    up, or of somebody else's.
    """
    granted = entitlements(user)  # before the lock, which is held for as few statements as possible
    announced = Amount(size_bytes, duration_ms or LEAST_MS)
    try:
        with transaction.atomic():
            usage = lock_usage(user_id=user.pk)
            reservation = find_or_begin(usage=usage, key=key, announced=announced, at=at)
            if reservation.state == ReservationState.SETTLED:
                return reservation
            check_room(granted, usage=usage, holds=reservation.reserved, asks=reservation.announced)
            return write(reservation, state=ReservationState.RESERVED, updated_at=at, expires_at=at + LIFETIME)
    except IntegrityError as error:  # of two people with one key at once the unique column lets one have it
        raise UploadKeySpent from error


def find_or_begin(*, usage: Usage, key: UUID, announced: Amount, at: datetime) -> Reservation:
    """The reservation of that key, or a new one, not saved, that counts nothing yet; raises UploadKeySpent."""
    found = Reservation.objects.filter(key=key).first()
    if found is None:
        return Reservation(
            key=key,
            usage=usage,
            state=ReservationState.LAPSED,
            size_bytes=announced.bytes,
            duration_ms=announced.duration_ms,
            created_at=at,
        )
    if found.usage_id != usage.pk or found.state == ReservationState.RELEASED:
        raise UploadKeySpent
    return found


@transaction.atomic
def settle_upload(*, key: UUID, size_bytes: int, duration_ms: int, at: datetime) -> Reservation:
    """Charge an upload with what it turned out to be, in place of what was set aside. Once: the first amounts stay.

    A reservation that has lapsed is charged like any other, if there is room. Raises OverQuota, and then nothing has
    changed: the caller refuses the file and releases the upload. Raises UploadKeySpent after a release,
    Reservation.DoesNotExist for a key that was never reserved.
    """
    reservation = lock_reservation(key)
    if reservation.state == ReservationState.SETTLED:
        return reservation
    if reservation.state == ReservationState.RELEASED:
        raise UploadKeySpent
    check_room(
        entitlements_of(reservation.usage_id),
        usage=reservation.usage,
        holds=reservation.reserved,
        asks=Amount(size_bytes, duration_ms),
    )
    return write(
        reservation,
        state=ReservationState.SETTLED,
        settled_bytes=size_bytes,
        settled_ms=duration_ms,
        updated_at=at,
    )


@transaction.atomic
def release_upload(*, key: UUID, at: datetime) -> bool:
    """Give back whatever an upload has taken, reserved or settled, for good; False when there is nothing to release."""
    try:
        reservation = lock_reservation(key)
    except Reservation.DoesNotExist:
        return False
    if reservation.state == ReservationState.RELEASED:
        return False
    write(reservation, state=ReservationState.RELEASED, updated_at=at)
    return True


@transaction.atomic
def release_expired(*, at: datetime) -> int:
    """Let the room of abandoned uploads go; the number of them. Two sweeps at once are one.

    A person whose ledger is written at this moment is passed over until the next sweep.
    """
    with advisory_lock("billing.release_expired") as got:
        if not got:
            return 0
        overdue = Reservation.objects.overdue(at=at).order_by("expires_at").values_list("usage_id", flat=True)
        people = Usage.objects.filter(pk__in=set(overdue[:SWEEP_MOST]))
        locked = list(people.select_for_update(no_key=True, skip_locked=True))
        abandoned = [reservation for usage in locked for reservation in usage.reservations.overdue(at=at)]
        for reservation in abandoned:
            write(reservation, state=ReservationState.LAPSED, updated_at=at)
        return len(abandoned)


def forget_released(*, at: datetime) -> int:
    """Delete what was given back long ago; the number of rows.

    Until then the key of an upload that was given up is known as spent: no worker is so late.
    """
    return forget(Reservation.objects.released_before(at - REMEMBERED), job="billing.forget_released")


def lock_reservation(key: UUID) -> Reservation:
    """A reservation, read while the usage row that it counts in is held; raises Reservation.DoesNotExist."""
    while True:
        usage = Usage.objects.filter(reservations__key=key).select_for_update(no_key=True, of=("self",)).first()
        if usage is None:
            raise Reservation.DoesNotExist(str(key))
        found = usage.reservations.filter(key=key).first()
        if found is not None:
            return found
        # While we waited it was charged to somebody else: there it is to be held.


def write(reservation: Reservation, **changes: Any) -> Reservation:
    """Change a reservation, and move the usage row, which the caller holds, by the difference that this makes."""
    reserved, used = reservation.reserved, reservation.used
    for name, value in changes.items():
        setattr(reservation, name, value)
    reservation.save()
    move_usage(reservation.usage_id, reserved=reservation.reserved - reserved, used=reservation.used - used)
    return reservation


def move_usage(user_id: int, *, reserved: Amount, used: Amount) -> None:
    """Add to the numbers of a usage row; what is added may be negative."""
    if (reserved, used) == (NOTHING, NOTHING):
        return
    Usage.objects.filter(pk=user_id).update(
        reserved_bytes=F("reserved_bytes") + reserved.bytes,
        reserved_ms=F("reserved_ms") + reserved.duration_ms,
        used_bytes=F("used_bytes") + used.bytes,
        used_ms=F("used_ms") + used.duration_ms,
    )
