from django.conf import settings
from django.core.validators import URLValidator
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from accounts.choices import Registration
from accounts.querysets import InviteQuerySet

WEB = URLValidator(schemes=["http", "https"])


class Instance(models.Model):
    """What this site says of itself, in the operator's words: one row. Until somebody writes it, the settings stand."""

    no_pii = "what the operator publishes"

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    name = models.CharField(max_length=60)
    description = models.TextField(max_length=2000, blank=True)
    logo_url = models.CharField(max_length=500, blank=True, validators=[WEB], help_text="An address of a picture.")
    contact = models.CharField(max_length=254, blank=True, help_text="An e-mail address, or the address of a page.")
    rules = models.TextField(max_length=5000, blank=True, help_text="One rule a line.")
    terms_version = models.CharField(max_length=20, help_text="Whoever joins accepts this one.")
    terms_text = models.TextField(max_length=100_000, blank=True)
    registration = models.CharField(max_length=6, choices=Registration.choices, default=Registration.OPEN)
    invites_a_month = models.PositiveSmallIntegerField(
        default=0, help_text="How many people each person may invite in thirty days, where an invitation is needed."
    )

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(id=1), name="one_instance"),
            CheckConstraint(condition=Q(registration__in=Registration.values), name="registration_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def rule_list(self) -> list[str]:
        """The rules, one by one."""
        return [rule.strip() for rule in self.rules.splitlines() if rule.strip()]


class Invite(models.Model):
    """The right of so many people to join, for whoever knows its code. Only the code's digest is kept."""

    pii = {"label"}

    digest = models.CharField(max_length=64, editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="invites")
    label = models.CharField(max_length=60, blank=True, help_text="Whom it is for.")
    max_uses = models.PositiveIntegerField(default=1)
    uses = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(editable=False)
    expires_at = models.DateTimeField()

    objects = InviteQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["digest"], name="invite_once"),
            CheckConstraint(condition=Q(uses__lte=F("max_uses")), name="invite_not_overused"),
        ]
        indexes = [models.Index(fields=["made_by", "-created_at"], name="invite_by_maker")]

    def __str__(self) -> str:
        return f"invite {self.pk}"
