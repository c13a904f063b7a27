from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Replaced sounds that are still kept are few among many."""

    atomic = False
    dependencies = [("tracks", "0006_replaced_sounds")]

    operations = [
        AddIndexConcurrently(
            model_name="sound",
            index=models.Index(
                condition=models.Q(("remove_at__isnull", False)), fields=["remove_at"], name="sound_replaced"
            ),
        )
    ]
