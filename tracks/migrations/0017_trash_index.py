from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    """Tracks in the trash are few among many."""

    atomic = False
    dependencies = [("tracks", "0016_purging")]

    operations = [
        ValidateConstraint(model_name="track", name="purging_is_in_trash"),
        AddIndexConcurrently(
            model_name="track",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", False)),
                fields=["owner", "-deleted_at", "-id"],
                name="track_in_trash",
            ),
        ),
    ]
