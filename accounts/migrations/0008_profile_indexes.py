from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models
from django.db.models.functions import Upper

FINDABLE = models.Q(("discoverable", True), ("verified_at__isnull", False))


class Migration(migrations.Migration):
    """What lists of people are ordered and narrowed by."""

    atomic = False
    dependencies = [("accounts", "0007_profile")]

    operations = [
        ValidateConstraint(model_name="user", name="messages_from_known"),
        AddIndexConcurrently(
            model_name="user",
            index=models.Index(condition=FINDABLE, fields=["-popularity", "-id"], name="user_listed_popular"),
        ),
        AddIndexConcurrently(
            model_name="user",
            index=models.Index(condition=FINDABLE, fields=["-created_at", "-id"], name="user_listed_newest"),
        ),
        AddIndexConcurrently(
            model_name="user",
            index=models.Index(Upper("city"), condition=FINDABLE, name="user_listed_city"),
        ),
        AddIndexConcurrently(
            model_name="user",
            index=GinIndex(condition=FINDABLE, fields=["genres"], name="user_listed_genres"),
        ),
    ]
