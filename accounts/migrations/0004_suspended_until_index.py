from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """What `lift_due_suspensions` looks for every minute."""

    atomic = False
    dependencies = [("accounts", "0003_session_version")]

    operations = [
        AddIndexConcurrently(
            "user",
            models.Index(
                fields=["suspended_until"],
                name="user_suspended_until",
                condition=models.Q(suspended_until__isnull=False),
            ),
        )
    ]
