from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """What lists of the people of a country are ordered and narrowed by: a small country is not looked for in all."""

    atomic = False
    dependencies = [("accounts", "0018_pictures_once")]

    operations = [
        AddIndexConcurrently(
            model_name="user",
            index=models.Index(
                condition=models.Q(("discoverable", True), ("verified_at__isnull", False)),
                fields=["country", "-popularity", "-id"],
                name="user_listed_country",
            ),
        ),
    ]
