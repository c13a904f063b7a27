from django.db.models import TextChoices


class ReservationState(TextChoices):
    """RESERVED and SETTLED count. LAPSED counts no longer, and may again; RELEASED never will."""

    RESERVED = "reserved"
    SETTLED = "settled"
    LAPSED = "lapsed"
    RELEASED = "released"
