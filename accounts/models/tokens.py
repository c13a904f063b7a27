import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from accounts.querysets import PersonalTokenQuerySet
from config.lib.scopes import Scope


class PersonalToken(models.Model):
    """The sign-in that a person handed to a program: it may do what its scopes name. Only its digest is kept.

    It carries the person's `session_version` like a session: a new password or a suspension ends it too.
    """

    pii = {"label"}

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="personal_tokens")
    version = models.PositiveIntegerField(help_text="The person's, when it was issued.")
    digest = models.CharField(max_length=64, editable=False)
    label = models.CharField(max_length=60)
    scopes = ArrayField(models.CharField(max_length=10, choices=Scope.choices))
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, help_text="Empty: never.")
    last_used_at = models.DateTimeField(null=True, help_text="Ten minutes behind at most.")

    objects = PersonalTokenQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["digest"], name="personal_token_once"),
            CheckConstraint(
                condition=Q(scopes__contained_by=Scope.values) & ~Q(scopes=[]), name="personal_token_scopes_known"
            ),
        ]

    def __str__(self) -> str:
        return f"token {self.pk}"
