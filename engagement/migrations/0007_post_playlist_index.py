from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    """Posts that bring a playlist are some among many."""

    atomic = False
    dependencies = [("engagement", "0006_playlist_marks")]

    operations = [
        ValidateConstraint(model_name="post", name="post_brings_one_thing"),
        AddIndexConcurrently(
            model_name="post",
            index=models.Index(
                condition=models.Q(("playlist__isnull", False)), fields=["playlist"], name="post_with_playlist"
            ),
        ),
    ]
