from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """What `forget_released` looks for every hour."""

    atomic = False
    dependencies = [("billing", "0003_default_plan")]

    operations = [
        AddIndexConcurrently(
            "reservation",
            models.Index(fields=["updated_at"], name="reservation_released", condition=models.Q(state="released")),
        )
    ]
