from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Sounds that play and have more to come are few among many."""

    atomic = False
    dependencies = [("tracks", "0004_sound_engine")]

    operations = [
        AddIndexConcurrently(
            model_name="sound",
            index=models.Index(condition=models.Q(("todo", ""), _negated=True), fields=["id"], name="sound_todo"),
        )
    ]
