from django.conf import settings
from django.db import models


class UsernameChange(models.Model):
    """That somebody gave up a name for another one. The name given up stays theirs: its claim is never taken away."""

    pii = {"before"}

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="username_changes")
    before = models.CharField(max_length=30)
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["user", "-changed_at"], name="username_change_by_user")]

    def __str__(self) -> str:
        return f"{self.before}, until {self.changed_at:%Y-%m-%d}"
