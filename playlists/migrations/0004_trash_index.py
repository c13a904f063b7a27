from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """The trash is read by its owner, the last thrown first."""

    atomic = False
    dependencies = [("playlists", "0003_counted_on")]

    operations = [
        AddIndexConcurrently(
            model_name="playlist",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", False)),
                fields=["owner", "-deleted_at", "-id"],
                name="playlist_thrown_away",
            ),
        ),
        RemoveIndexConcurrently(model_name="playlist", name="playlist_in_trash"),
    ]
