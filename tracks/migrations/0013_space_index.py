from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Tracks that are in a space are some among many."""

    atomic = False
    dependencies = [("tracks", "0012_space")]

    operations = [
        AddIndexConcurrently(
            model_name="track",
            index=models.Index(
                condition=models.Q(("space__isnull", False)),
                fields=["space", "-created_at", "-id"],
                name="track_of_space",
            ),
        )
    ]
