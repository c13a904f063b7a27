from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from billing.amounts import NOTHING, Amount
from billing.choices import ReservationState
from billing.entitlements import Features, Limits
from billing.querysets import PlanQuerySet, ReservationQuerySet, UsageQuerySet

MINUTE_MS = 60_000
UNLIMITED = "Empty: unlimited."
PRICE = "In minor units of the currency (cents). Empty: not sold so."


class Plan(models.Model):
    """An offer of this site: what it grants, what it costs. The operator's own words and numbers.

    The plan that is the default belongs to everybody whose account names no other.
    """

    no_pii = "offers of the site"

    code = models.CharField(max_length=30, help_text="a-z, 0-9, - and _; accounts name it, so it stays.")
    name = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField(default=0, help_text="From the smallest plan to the largest.")

    upload_minutes = models.PositiveIntegerField(null=True, blank=True, help_text=f"In total. {UNLIMITED}")
    storage_bytes = models.PositiveBigIntegerField(null=True, blank=True, help_text=f"Of originals. {UNLIMITED}")
    minutes_per_upload = models.PositiveIntegerField(null=True, blank=True, help_text=UNLIMITED)
    bytes_per_upload = models.PositiveBigIntegerField(null=True, blank=True, help_text=UNLIMITED)
    downloads_per_day = models.PositiveIntegerField(null=True, blank=True, help_text=UNLIMITED)

    ad_free = models.BooleanField(default=True)
    offline = models.BooleanField(default=True, help_text="May keep sound on a device.")
    full_length = models.BooleanField(default=True, help_text="Hears whole tracks where others hear a preview.")
    high_quality = models.BooleanField(default=True)

    monthly_price = models.PositiveIntegerField(null=True, blank=True, help_text=PRICE)
    yearly_price = models.PositiveIntegerField(null=True, blank=True, help_text=PRICE)
    currency = models.CharField(max_length=3, default="EUR", help_text="ISO 4217")

    is_default = models.BooleanField(default=False)
    is_archived = models.BooleanField(default=False, help_text="Offered no longer; whoever has it keeps it.")

    objects = PlanQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["code"], name="plan_code_once", violation_error_message="Another plan has this code."
            ),
            UniqueConstraint(fields=["is_default"], condition=Q(is_default=True), name="one_default_plan"),
            CheckConstraint(condition=Q(is_default=False) | Q(is_archived=False), name="default_plan_is_offered"),
            CheckConstraint(
                condition=Q(code__regex=r"^[a-z][a-z0-9_-]*$"),
                name="plan_code_grammar",
                violation_error_message="A code has a-z, 0-9, - and _, and begins with a letter.",
            ),
            CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"),
                name="plan_currency_grammar",
                violation_error_message="A currency has three capital letters.",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def limits(self) -> Limits:
        """Its limits in the units of the ledger."""
        return Limits(
            upload_ms=None if self.upload_minutes is None else self.upload_minutes * MINUTE_MS,
            storage_bytes=self.storage_bytes,
            per_upload_ms=None if self.minutes_per_upload is None else self.minutes_per_upload * MINUTE_MS,
            per_upload_bytes=self.bytes_per_upload,
            downloads_per_day=self.downloads_per_day,
        )

    @property
    def features(self) -> Features:
        """What it lets people do."""
        return Features(
            ad_free=self.ad_free,
            offline=self.offline,
            full_length=self.full_length,
            high_quality=self.high_quality,
        )


class Usage(models.Model):
    """How much of their plan a person has taken, in a narrow row of its own: every update stays in its page (HOT).

    Always the sum of the person's reservations; whoever changes one of them holds this row.
    """

    no_pii = "numbers only"

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+")
    reserved_bytes = models.PositiveBigIntegerField(default=0)
    reserved_ms = models.PositiveBigIntegerField(default=0)
    used_bytes = models.PositiveBigIntegerField(default=0)
    used_ms = models.PositiveBigIntegerField(default=0)
    downloads = models.PositiveIntegerField(default=0, help_text="On `downloads_day`.")
    downloads_day = models.DateField(null=True, blank=True, help_text="UTC")

    objects = UsageQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "usages"

    def __str__(self) -> str:
        return f"usage of {self.user_id}"

    @property
    def taken(self) -> Amount:
        """What counts against the limits: used, and set aside."""
        return Amount(self.reserved_bytes + self.used_bytes, self.reserved_ms + self.used_ms)


class Reservation(models.Model):
    """One upload in the ledger: the room set aside for it, then what it takes, until it is given back."""

    no_pii = "sizes and times"

    key = models.UUIDField()
    usage = models.ForeignKey(Usage, on_delete=models.CASCADE, related_name="reservations")
    state = models.CharField(max_length=8, choices=ReservationState.choices)
    size_bytes = models.PositiveBigIntegerField(help_text="As announced.")
    duration_ms = models.PositiveBigIntegerField(help_text="As announced.")
    settled_bytes = models.PositiveBigIntegerField(null=True, blank=True)
    settled_ms = models.PositiveBigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    expires_at = models.DateTimeField(help_text="While it is reserved: when it lapses.")

    objects = ReservationQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["key"], name="reservation_once"),
            CheckConstraint(condition=Q(state__in=ReservationState.values), name="reservation_state_known"),
            CheckConstraint(
                condition=~Q(state=ReservationState.SETTLED) | Q(settled_bytes__isnull=False, settled_ms__isnull=False),
                name="settled_has_amounts",
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"], name="reservation_expiring", condition=Q(state=ReservationState.RESERVED)
            ),
            models.Index(
                fields=["updated_at"], name="reservation_released", condition=Q(state=ReservationState.RELEASED)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} ({self.state})"

    @property
    def announced(self) -> Amount:
        """What the upload was said to be."""
        return Amount(self.size_bytes, self.duration_ms)

    @property
    def reserved(self) -> Amount:
        """What it counts among the reserved."""
        return self.announced if self.state == ReservationState.RESERVED else NOTHING

    @property
    def used(self) -> Amount:
        """What it counts among the used."""
        if self.state != ReservationState.SETTLED:
            return NOTHING
        return Amount(self.settled_bytes or 0, self.settled_ms or 0)
