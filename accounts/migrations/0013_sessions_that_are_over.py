from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """What `forget_sessions` looks for every hour."""

    atomic = False
    dependencies = [("accounts", "0012_leaving")]

    operations = [
        AddIndexConcurrently(
            "session",
            models.Index(
                fields=["ended_at"], name="session_ended", condition=models.Q(ended_at__isnull=False)
            ),
        ),
        AddIndexConcurrently("session", models.Index(fields=["expires_at"], name="session_expiring")),
    ]
