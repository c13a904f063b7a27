from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

IN_TRASH = models.Q(("deleted_at__isnull", False), models.Q(("body", ""), _negated=True))


class Migration(migrations.Migration):
    """What is in the trash is little among much."""

    atomic = False
    dependencies = [("engagement", "0004_plays")]

    operations = [
        AddIndexConcurrently(
            model_name="comment",
            index=models.Index(condition=IN_TRASH, fields=["author", "-deleted_at", "-id"], name="comment_in_trash"),
        ),
        AddIndexConcurrently(
            model_name="comment",
            index=models.Index(condition=IN_TRASH, fields=["track", "-deleted_at", "-id"], name="comment_taken_away"),
        ),
        AddIndexConcurrently(
            model_name="post",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", False)),
                fields=["author", "-deleted_at", "-id"],
                name="post_in_trash",
            ),
        ),
    ]
