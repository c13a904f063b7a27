from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    """Tracks that are scheduled are few among many."""

    atomic = False
    dependencies = [("tracks", "0008_schedule")]

    operations = [
        ValidateConstraint(model_name="track", name="schedule_ends_when_public"),
        AddIndexConcurrently(
            model_name="track",
            index=models.Index(
                condition=models.Q(("publish_at__isnull", False)), fields=["publish_at"], name="track_scheduled"
            ),
        ),
    ]
